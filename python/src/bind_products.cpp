// Products of stacks of matrices.
#include <algorithm>

#include "array.hpp"
#include "bindings.hpp"
#include "call.hpp"
#include "device_array.hpp"

namespace lapack_py {

namespace {

using lapack_ai::Layout;
using lapack_ai::Trans;

// How a factor is handed to a row-major product: storage by columns is the transposed matrix by rows.
struct Storage {
    Trans trans;
    std::int64_t ld;
};

template <typename T>
Storage storage_of(const matrix_view<T> &view) {
    if (view.stands_in(Layout::row_major)) return {Trans::none, view.ld(Layout::row_major)};
    return {Trans::transpose, view.ld(Layout::col_major)};
}

// Runs of items at equal distances are one batched call each; a factor that is the same for all has distance
// 0.
template <typename T>
py::object multiply(const Call &call, const py::array &a, const py::array &b, py::array &c) {
    const MatrixStack<const T> A(a), B(b);
    const MatrixStack<T> C(c);
    if (A.count() != C.count() || B.count() != C.count() || A.rows() != C.rows() || B.cols() != C.cols() ||
        A.cols() != B.rows())
        throw py::value_error("gemm: the shapes of A, B and C do not fit each other");
    const std::int64_t run = std::min({A.batch().run(), B.batch().run(), C.batch().run()});
    if (run <= 1 || A.batch().distance() < 0 || B.batch().distance() < 0)
        return run_each(C.count(), [&](std::int64_t i) {
            return call.context().gemm(Trans::none, Trans::none, T(1), A[i], B[i], T(0), C[i], call.wanted());
        });
    const Storage left = storage_of(A[0]), right = storage_of(B[0]);
    return run_each(C.count() / run, [&](std::int64_t i) {
        const std::int64_t first = i * run;
        return call.context().gemm_batch(
            left.trans, right.trans, C.rows(), C.cols(), A.cols(), T(1), A[first].data(), left.ld,
            A.batch().distance(), B[first].data(), right.ld, B.batch().distance(), T(0), C[first].data(),
            C[first].ld(Layout::row_major), C.batch().distance(), run, Layout::row_major, call.wanted());
    });
}

}  // namespace

void bind_products(py::module_ &module) {
    using namespace py::literals;
    module.def(
        "gemm",
        [](const Call &call, const py::array &a, const py::array &b, py::array c) {
            return with_element(c, [&](auto zero) { return multiply<decltype(zero)>(call, a, b, c); });
        },
        "call"_a, "a"_a, "b"_a, "c"_a, "C = A B for stacks of one batch shape; C, by rows, is written.");
    module.def(
        "gemm",
        [](const Call &call, const DeviceArray &a, const DeviceArray &b, DeviceArray &c) {
            return with_element(c, [&](auto zero) {
                using T = decltype(zero);
                const DeviceStack<const T> A(a), B(b);
                const DeviceStack<T> C(c);
                return run_each(1, [&](std::int64_t) {
                    return call.context().gemm(Trans::none, Trans::none, T(1), A[0], B[0], T(0), C[0],
                                               call.wanted());
                });
            });
        },
        "call"_a, "a"_a, "b"_a, "c"_a, "C = A B on a device.");
}

}  // namespace lapack_py

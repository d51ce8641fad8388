// Products of stacks of matrices.
#include "array.hpp"
#include "bindings.hpp"
#include "call.hpp"

namespace lapack_py {

namespace {

using lapack_ai::Layout;
using lapack_ai::Trans;

// One item: either layout of A and B goes in as it stands.
template <typename T>
py::object multiply_each(const Call &call, const py::array &a, const py::array &b, py::array &c) {
    const MatrixStack<const T> A(a), B(b);
    const MatrixStack<T> C(c);
    return run_each(C.count(), [&](std::int64_t i) {
        return call.context().gemm(Trans::none, Trans::none, T(1), A[i], B[i], T(0), C[i], call.wanted());
    });
}

}  // namespace

void bind_products(py::module_ &module) {
    using namespace py::literals;
    module.def(
        "gemm",
        [](const Call &call, const py::array &a, const py::array &b, py::array c) {
            return with_element(c, [&](auto zero) { return multiply_each<decltype(zero)>(call, a, b, c); });
        },
        "call"_a, "a"_a, "b"_a, "c"_a, "C = A B for stacks of one batch shape; C is written.");
}

}  // namespace lapack_py

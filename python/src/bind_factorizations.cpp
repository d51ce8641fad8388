// LU, Cholesky and QR.
#include "array.hpp"
#include "bindings.hpp"
#include "call.hpp"
#include "device_array.hpp"

namespace lapack_py {

namespace {

using lapack_ai::Uplo;

py::object getrf(const Call &call, py::array a, py::array ipiv) {
    return with_element(a, [&](auto zero) {
        const MatrixStack<decltype(zero)> A(a);
        const VectorStack<std::int64_t> pivots(ipiv);
        return run_each(A.count(), [&](std::int64_t i) {
            auto factors = A[i];
            auto exchanges = pivots[i];
            return call.context().getrf(factors, exchanges, call.wanted());
        });
    });
}

template <typename Holder>
py::object potrf(const Call &call, Holder &a) {
    return with_element(a, [&](auto zero) {
        const StackOf<decltype(zero), Holder> A(a);
        return run_each(A.count(), [&](std::int64_t i) {
            auto factor = A[i];
            return call.context().potrf(Uplo::lower, factor, call.wanted());
        });
    });
}

// potrf leaves the other triangle as it was; NumPy's factor has zeros there.
void clear_above_diagonal(py::array a) {
    with_element(a, [&](auto zero) {
        const MatrixStack<decltype(zero)> A(a);
        const py::gil_scoped_release unlocked;
        for (std::int64_t item = 0; item < A.count(); ++item) {
            const auto L = A[item];
            for (std::int64_t i = 0; i < L.rows(); ++i)
                for (std::int64_t j = i + 1; j < L.cols(); ++j) L(i, j) = zero;
        }
    });
}

py::object geqrf(const Call &call, py::array a, py::array tau) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const MatrixStack<T> A(a);
        const VectorStack<T> scales(tau);
        return run_each(A.count(), [&](std::int64_t i) {
            auto factors = A[i];
            auto scale = scales[i];
            return call.context().geqrf(factors, scale, call.wanted());
        });
    });
}

py::object orgqr(const Call &call, py::array a, py::array tau) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const MatrixStack<T> A(a);
        const VectorStack<T> scales(tau);
        return run_each(A.count(), [&](std::int64_t i) {
            auto q = A[i];
            return call.context().orgqr(q, scales[i], call.wanted());
        });
    });
}

}  // namespace

void bind_factorizations(py::module_ &module) {
    using namespace py::literals;
    module.def("getrf", &getrf, "call"_a, "a"_a, "ipiv"_a, "P A = L U in place; ipiv int64, 1-based.");
    module.def("potrf", &potrf<py::array>, "call"_a, "a"_a,
               "Lower Cholesky factor in place; the upper triangle stays.");
    module.def("potrf", &potrf<DeviceArray>, "call"_a, "a"_a, "The same on a device.");
    module.def("clear_above_diagonal", &clear_above_diagonal, "a"_a, "Zeros above the diagonal.");
    module.def("geqrf", &geqrf, "call"_a, "a"_a, "tau"_a, "A = Q R in place.");
    module.def("orgqr", &orgqr, "call"_a, "a"_a, "tau"_a, "Q in place from geqrf's reflectors.");
}

}  // namespace lapack_py

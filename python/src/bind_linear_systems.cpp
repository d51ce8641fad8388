// Systems of equations, inverses, least squares.
#include "array.hpp"
#include "bindings.hpp"
#include "call.hpp"
#include "device_array.hpp"
#include "measurement.hpp"

namespace lapack_py {

namespace {

using Pivots = std::vector<std::int64_t>;

template <typename Holder>
py::object gesv(const Call &call, Holder &a, Holder &b) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const StackOf<T, Holder> A(a), B(b);
        Pivots pivots(static_cast<std::size_t>(A.rows()));
        return run_each(B.count(), [&](std::int64_t i) {
            auto factors = A[i], x = B[i];
            return call.context().gesv(factors, pivots, x, lapack_ai::Trans::none, call.wanted());
        });
    });
}

template <typename Holder>
py::object inverse(const Call &call, Holder &a) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const StackOf<T, Holder> A(a);
        Pivots pivots(static_cast<std::size_t>(A.rows()));
        return run_each(A.count(), [&](std::int64_t i) {
            auto x = A[i];
            const std::int64_t info = call.context().getrf(x, pivots, call.wanted());
            if (info != 0) return info;
            Measurement::record();
            return call.context().getri(x, pivots, call.wanted());
        });
    });
}

py::object gelsd(const Call &call, py::array a, py::array b, py::array s, double rcond,
                 py::array_t<std::int64_t> rank) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const MatrixStack<T> A(a), B(b);
        const VectorStack<lapack_ai::real_of<T>> S(s);
        std::int64_t *const ranks = rank.mutable_data();
        return run_each(A.count(), [&](std::int64_t i) {
            auto destroyed = A[i], x = B[i];
            auto values = S[i];
            return call.context().gelsd(destroyed, x, values, rcond, ranks[i], call.wanted());
        });
    });
}

}  // namespace

void bind_linear_systems(py::module_ &module) {
    using namespace py::literals;
    module.def("gesv", &gesv<py::array>, "call"_a, "a"_a, "b"_a,
               "A X = B; A becomes its factors, B becomes X.");
    module.def("inverse", &inverse<py::array>, "call"_a, "a"_a, "A becomes its inverse.");
    module.def("gesv", &gesv<DeviceArray>, "call"_a, "a"_a, "b"_a, "The same on a device.");
    module.def("inverse", &inverse<DeviceArray>, "call"_a, "a"_a, "The same on a device.");
    module.def("gelsd", &gelsd, "call"_a, "a"_a, "b"_a, "s"_a, "rcond"_a, "rank"_a,
               "Minimum norm least squares; A is destroyed, B of max(m, n) rows becomes X.");
}

}  // namespace lapack_py

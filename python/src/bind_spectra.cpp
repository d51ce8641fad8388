// Singular values and eigenvalues.
#include "array.hpp"
#include "bindings.hpp"
#include "call.hpp"
#include "device_array.hpp"

namespace lapack_py {

namespace {

using lapack_ai::JobSvd;
using lapack_ai::JobVectors;
using lapack_ai::Uplo;

template <typename Holder>
py::object gesvd(const Call &call, char job, Holder &a, py::array s, Holder &u, Holder &vt) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const StackOf<T, Holder> A(a), U(u), VT(vt);
        const VectorStack<lapack_ai::real_of<T>> S(s);
        const auto wanted = static_cast<JobSvd>(job);
        return run_each(A.count(), [&](std::int64_t i) {
            auto destroyed = A[i];
            auto values = S[i];
            auto left = wanted == JobSvd::none ? matrix_view<T>() : U[i];
            auto right = wanted == JobSvd::none ? matrix_view<T>() : VT[i];
            return call.context().gesvd(wanted, wanted, destroyed, values, left, right, call.wanted());
        });
    });
}

template <typename Holder>
py::object syev(const Call &call, char jobz, char uplo, Holder &a, py::array w) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const StackOf<T, Holder> A(a);
        const VectorStack<lapack_ai::real_of<T>> W(w);
        return run_each(A.count(), [&](std::int64_t i) {
            auto vectors = A[i];
            auto values = W[i];
            return call.context().syev(static_cast<JobVectors>(jobz), static_cast<Uplo>(uplo), vectors,
                                       values, call.wanted());
        });
    });
}

py::object geev(const Call &call, char jobvr, py::array a, py::array w, py::array vr) {
    return with_element(a, [&](auto zero) {
        using T = decltype(zero);
        const MatrixStack<T> A(a), VR(vr);
        const VectorStack<lapack_ai::complex_of<T>> W(w);
        const auto wanted = static_cast<JobVectors>(jobvr);
        return run_each(A.count(), [&](std::int64_t i) {
            auto destroyed = A[i];
            auto values = W[i];
            matrix_view<T> left, right = wanted == JobVectors::none ? matrix_view<T>() : VR[i];
            return call.context().geev(JobVectors::none, wanted, destroyed, values, left, right,
                                       call.wanted());
        });
    });
}

}  // namespace

void bind_spectra(py::module_ &module) {
    using namespace py::literals;
    module.def("gesvd", &gesvd<py::array>, "call"_a, "job"_a, "a"_a, "s"_a, "u"_a, "vt"_a,
               "A = U S VT, job 'A', 'S' or 'N'; A is destroyed. For 'N' u and vt are not looked at.");
    module.def("syev", &syev<py::array>, "call"_a, "jobz"_a, "uplo"_a, "a"_a, "w"_a,
               "Eigenvalues and, for jobz 'V', eigenvectors in A, of symmetric or Hermitian A.");
    module.def("gesvd", &gesvd<DeviceArray>, "call"_a, "job"_a, "a"_a, "s"_a, "u"_a, "vt"_a,
               "The same on a device, s on the host.");
    module.def("syev", &syev<DeviceArray>, "call"_a, "jobz"_a, "uplo"_a, "a"_a, "w"_a,
               "The same on a device, w on the host.");
    module.def("geev", &geev, "call"_a, "jobvr"_a, "a"_a, "w"_a, "vr"_a,
               "Eigenvalues and right eigenvectors, packed as LAPACK does for real A; A is destroyed.");
}

}  // namespace lapack_py

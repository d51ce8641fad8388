// The functions that own their results. Inputs are const and copied (column-major, whatever their strides);
// results are column-major. Each throws lapack_ai::error; the overload with std::nothrow returns `info`
// instead, and then the matrices hold nothing useful unless info is 0.
#pragma once

#include <algorithm>
#include <new>
#include <type_traits>
#include <vector>

#include "lapack_ai/cxx/device.hpp"
#include "lapack_ai/cxx/error.hpp"
#include "lapack_ai/cxx/results.hpp"
#include "lapack_ai/cxx/routines.hpp"

namespace lapack_ai {

enum class Vectors { none, thin, full };

template <typename Derived>
class linalg : public routines<Derived> {
  public:
    // A = U diag(S) VT. thin: U has min(m, n) columns and VT as many rows; full: both square; none: S alone.
    template <MatrixLike MA>
    svd_result<element_of<MA>> svd(const MA &a, Vectors vectors = Vectors::thin,
                                   const options &wanted = {}) const {
        return checked(svd(std::nothrow, a, vectors, wanted));
    }
    template <MatrixLike MA>
    svd_result<element_of<MA>> svd(std::nothrow_t, const MA &a, Vectors vectors = Vectors::thin,
                                   const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<svd_result<T>>([&](svd_result<T> &r) {
            auto A = copied(a);
            const std::int64_t m = A.rows(), n = A.cols(), k = std::min(m, n);
            const bool full = vectors == Vectors::full, some = vectors != Vectors::none;
            r.S.resize(static_cast<std::size_t>(k));
            if (some) {
                r.U = Matrix<T>(m, full ? m : k);
                r.VT = Matrix<T>(full ? n : k, n);
            }
            const JobSvd job = full ? JobSvd::all : some ? JobSvd::thin : JobSvd::none;
            return this->gesvd(job, job, A, r.S, r.U, r.VT, wanted);
        });
    }

    // Singular values, descending.
    template <MatrixLike MA>
    std::vector<real_of<element_of<MA>>> singular_values(const MA &a, const options &wanted = {}) const {
        return svd(a, Vectors::none, wanted).S;
    }

    // A X = B by LU with partial pivoting. Throws singular_error.
    template <MatrixLike MA, MatrixLike MB>
    solve_result<element_of<MA>> solve(const MA &a, const MB &b, const options &wanted = {}) const {
        return checked(solve(std::nothrow, a, b, wanted));
    }
    template <MatrixLike MA, MatrixLike MB>
    solve_result<element_of<MA>> solve(std::nothrow_t, const MA &a, const MB &b,
                                       const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<solve_result<T>>([&](solve_result<T> &r) {
            r.factors = copied(a);
            r.context = this->share();
            r.X = copied(b);
            std::vector<std::int64_t> ipiv(static_cast<std::size_t>(r.factors.rows()));
            return this->gesv(r.factors, ipiv, r.X, Trans::none, wanted);
        });
    }

    // The same for a symmetric or Hermitian positive definite A of which only the triangle `uplo` is read.
    // Throws not_positive_definite_error.
    template <MatrixLike MA, MatrixLike MB>
    solve_result<element_of<MA>> solve_positive(const MA &a, const MB &b, Uplo uplo = Uplo::lower,
                                                const options &wanted = {}) const {
        return checked(solve_positive(std::nothrow, a, b, uplo, wanted));
    }
    template <MatrixLike MA, MatrixLike MB>
    solve_result<element_of<MA>> solve_positive(std::nothrow_t, const MA &a, const MB &b,
                                                Uplo uplo = Uplo::lower,
                                                const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<solve_result<T>>([&](solve_result<T> &r) {
            r.factors = copied(a);
            r.triangle = letter(uplo);
            r.context = this->share();
            r.X = copied(b);
            return this->posv(uplo, r.factors, r.X, wanted);
        });
    }

    // The X of least norm that minimises |A X - B|; singular values below rcond * S[0] count as zero
    // (negative: machine precision).
    template <MatrixLike MA, MatrixLike MB>
    lstsq_result<element_of<MA>> lstsq(const MA &a, const MB &b, double rcond = -1,
                                       const options &wanted = {}) const {
        return checked(lstsq(std::nothrow, a, b, rcond, wanted));
    }
    template <MatrixLike MA, MatrixLike MB>
    lstsq_result<element_of<MA>> lstsq(std::nothrow_t, const MA &a, const MB &b, double rcond = -1,
                                       const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<lstsq_result<T>>([&](lstsq_result<T> &r) -> std::int64_t {
            auto A = copied(a);
            const auto B = view_of(b);
            const std::int64_t m = A.rows(), n = A.cols();
            if (auto e = detail::expect_shape("lstsq", "B", B, m, B.cols())) return e;
            Matrix<T> work(std::max(m, n), B.cols());
            copy_rows(B, work, m);
            r.S.resize(static_cast<std::size_t>(std::min(m, n)));
            const std::int64_t info = this->gelsd(A, work, r.S, rcond, r.rank, wanted);
            r.X = Matrix<T>(n, B.cols());
            copy_rows(view_of(work), r.X, n);
            return info;
        });
    }

    // Eigenvalues and orthonormal eigenvectors of a symmetric or Hermitian A, of which only `uplo` is read.
    template <MatrixLike MA>
    eigh_result<element_of<MA>> eigh(const MA &a, Uplo uplo = Uplo::lower,
                                     JobVectors vectors = JobVectors::vectors,
                                     const options &wanted = {}) const {
        return checked(eigh(std::nothrow, a, uplo, vectors, wanted));
    }
    template <MatrixLike MA>
    eigh_result<element_of<MA>> eigh(std::nothrow_t, const MA &a, Uplo uplo = Uplo::lower,
                                     JobVectors vectors = JobVectors::vectors,
                                     const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<eigh_result<T>>([&](eigh_result<T> &r) {
            auto A = copied(a);
            r.W.resize(static_cast<std::size_t>(A.rows()));
            const std::int64_t info = this->syev(vectors, uplo, A, r.W, wanted);
            if (vectors == JobVectors::vectors) r.V = std::move(A);
            return info;
        });
    }

    // Eigenvalues and right eigenvectors of a general A, complex also for a real one.
    template <MatrixLike MA>
    eig_result<element_of<MA>> eig(const MA &a, JobVectors vectors = JobVectors::vectors,
                                   const options &wanted = {}) const {
        return checked(eig(std::nothrow, a, vectors, wanted));
    }
    template <MatrixLike MA>
    eig_result<element_of<MA>> eig(std::nothrow_t, const MA &a, JobVectors vectors = JobVectors::vectors,
                                   const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<eig_result<T>>([&](eig_result<T> &r) {
            auto A = copied(a);
            const std::int64_t n = A.rows();
            r.W.resize(static_cast<std::size_t>(n));
            Matrix<T> none, packed;
            if (vectors == JobVectors::vectors) packed = Matrix<T>(n, n);
            const std::int64_t info = this->geev(JobVectors::none, vectors, A, r.W, none, packed, wanted);
            if (info == 0 && vectors == JobVectors::vectors) r.VR = unpacked(packed, r.W);
            return info;
        });
    }

    // Cholesky factor: lower A = L L**H, upper A = U**H U; the other triangle is zero.
    template <MatrixLike MA>
    matrix_result<element_of<MA>> cholesky(const MA &a, Uplo uplo = Uplo::lower,
                                           const options &wanted = {}) const {
        return checked(cholesky(std::nothrow, a, uplo, wanted));
    }
    template <MatrixLike MA>
    matrix_result<element_of<MA>> cholesky(std::nothrow_t, const MA &a, Uplo uplo = Uplo::lower,
                                           const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<matrix_result<T>>([&](matrix_result<T> &r) {
            r.value = copied(a);
            const std::int64_t info = this->potrf(uplo, r.value, wanted);
            for (std::int64_t j = 0; j < r.value.cols(); ++j)
                for (std::int64_t i = 0; i < r.value.rows(); ++i)
                    if (uplo == Uplo::lower ? i < j : i > j) r.value(i, j) = T{};
            return info;
        });
    }

    // A = Q R, Q with min(m, n) orthonormal columns.
    template <MatrixLike MA>
    qr_result<element_of<MA>> qr(const MA &a, const options &wanted = {}) const {
        return checked(qr(std::nothrow, a, wanted));
    }
    template <MatrixLike MA>
    qr_result<element_of<MA>> qr(std::nothrow_t, const MA &a, const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<qr_result<T>>([&](qr_result<T> &r) {
            auto A = copied(a);
            const std::int64_t m = A.rows(), n = A.cols(), k = std::min(m, n);
            std::vector<T> tau(static_cast<std::size_t>(k));
            if (const std::int64_t info = this->geqrf(A, tau, wanted)) return info;
            r.R = Matrix<T>(k, n);
            for (std::int64_t j = 0; j < n; ++j)
                for (std::int64_t i = 0; i <= std::min(j, k - 1); ++i) r.R(i, j) = A(i, j);
            r.Q = Matrix<T>(matrix_view<const T>(A.data(), m, k, A.col_stride()));
            return this->orgqr(r.Q, tau, wanted);
        });
    }

    // LU factors and pivots of a general m x n matrix. A singular one is no error here: info > 0 names the
    // zero pivot.
    template <MatrixLike MA>
    lu_result<element_of<MA>> lu(const MA &a, const options &wanted = {}) const {
        auto r = lu(std::nothrow, a, wanted);
        if (r.info < 0) check(r.info);
        return r;
    }
    template <MatrixLike MA>
    lu_result<element_of<MA>> lu(std::nothrow_t, const MA &a, const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<lu_result<T>>([&](lu_result<T> &r) {
            r.LU = copied(a);
            r.context = this->share();
            r.ipiv.resize(static_cast<std::size_t>(std::min(r.LU.rows(), r.LU.cols())));
            return this->getrf(r.LU, r.ipiv, wanted);
        });
    }

    // Inverse by LU. Solving is cheaper and more accurate where a product with the inverse is wanted.
    template <MatrixLike MA>
    matrix_result<element_of<MA>> inverse(const MA &a, const options &wanted = {}) const {
        return checked(inverse(std::nothrow, a, wanted));
    }
    template <MatrixLike MA>
    matrix_result<element_of<MA>> inverse(std::nothrow_t, const MA &a,
                                          const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<matrix_result<T>>([&](matrix_result<T> &r) {
            r.value = copied(a);
            std::vector<std::int64_t> ipiv(
                static_cast<std::size_t>(std::min(r.value.rows(), r.value.cols())));
            if (const std::int64_t info = this->getrf(r.value, ipiv, wanted)) return info;
            return this->getri(r.value, ipiv, wanted);
        });
    }

    // A B. The inputs are not copied.
    template <MatrixLike MA, MatrixLike MB>
    matrix_result<element_of<MA>> matmul(const MA &a, const MB &b, const options &wanted = {}) const {
        return checked(matmul(std::nothrow, a, b, wanted));
    }
    template <MatrixLike MA, MatrixLike MB>
    matrix_result<element_of<MA>> matmul(std::nothrow_t, const MA &a, const MB &b,
                                         const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        return owned<matrix_result<T>>([&](matrix_result<T> &r) {
            r.value = Matrix<T>(view_of(a).rows(), view_of(b).cols());
            return this->gemm(Trans::none, Trans::none, T(1), a, b, T(0), r.value, wanted);
        });
    }

  private:
    template <MatrixLike M>
    static Matrix<element_of<M>> copied(const M &m) {
        if constexpr (DeviceMatrixLike<M>)
            return m.download();
        else
            return Matrix<element_of<M>>(view_of(m));
    }

    template <typename Result>
    static Result checked(Result result) {
        check(result.info);
        return result;
    }

    // Fills a result; being out of memory is one of its answers.
    template <typename Result, typename Body>
    static Result owned(Body body) noexcept {
        Result result;
        result.info = detail::guarded([&] {
            const std::int64_t info = body(result);
            const lai_certificate *proof = nullptr;
            if (info == 0 || info == LAI_ERROR_ACCURACY || info == LAI_ERROR_BACKEND_FAILED)
                proof = lai_last_certificate();
            if (proof != nullptr) result.certificate.emplace(*proof);
            return info;
        });
        result.report = *lai_last_report();
        if (const lai_diagnosis *known = lai_last_diagnostic()) {
            try {
                result.diagnosis = std::make_shared<const diagnosis>(*known);
            } catch (const std::bad_alloc &) {  // the numbers are there; the remark is lost
            }
        }
        return result;
    }

    template <typename From, typename T>
    static void copy_rows(const From &from, Matrix<T> &to, std::int64_t rows) {
        for (std::int64_t j = 0; j < to.cols(); ++j)
            for (std::int64_t i = 0; i < rows; ++i) to(i, j) = from(i, j);
    }

    // Eigenvectors from LAPACK's packing of real matrices: a conjugate pair stands as real and imaginary
    // part.
    template <Element T, typename W>
    static Matrix<complex_of<T>> unpacked(const Matrix<T> &packed, const W &w) {
        const std::int64_t n = packed.rows();
        Matrix<complex_of<T>> vectors(n, n);
        for (std::int64_t j = 0; j < n; ++j) {
            bool pair = false;
            if constexpr (!is_complex<T>) {
                pair = j + 1 < n && w[static_cast<std::size_t>(j)].imag() != 0;
                for (std::int64_t i = 0; i < n && pair; ++i) {
                    vectors(i, j) = {packed(i, j), packed(i, j + 1)};
                    vectors(i, j + 1) = {packed(i, j), -packed(i, j + 1)};
                }
            }
            for (std::int64_t i = 0; i < n && !pair; ++i) vectors(i, j) = packed(i, j);
            j += pair;
        }
        return vectors;
    }
};

}  // namespace lapack_ai

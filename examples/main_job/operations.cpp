#include "operations.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "eigenvectors.hpp"
#include "residual.hpp"

namespace lapack_ai::main_job {

namespace {

using namespace lapack_ai::cli;

constexpr lai_dtype d = LAI_DTYPE_F64;

bool any(const Matrix &) {
    return true;
}
bool square(const Matrix &A) {
    return A.rows() == A.cols();
}
bool symmetric(const Matrix &A) {
    return is_hermitian(A);
}
// What a symmetric matrix must have to be worth a try; potrf's INFO has the last word.
bool maybe_positive_definite(const Matrix &A) {
    if (!is_hermitian(A)) return false;
    for (std::int64_t i = 0; i < A.rows(); ++i)
        if (A.as<double>()[i * A.rows() + i] <= 0) return false;
    return true;
}
bool unsymmetric(const Matrix &A) {
    return square(A) && !is_hermitian(A);
}

double largest(const std::vector<Residual> &residuals) {
    double value = 0;
    for (const Residual &residual : residuals) value = std::max(value, residual.value);
    return value;
}

// The part of A on and above (below) the diagonal, `rows` x `cols`, with ones on it when `unit`.
Matrix upper(const Matrix &A, std::int64_t rows) {
    Matrix U(d, rows, A.cols());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i <= std::min(j, rows - 1); ++i)
            U.as<double>()[j * rows + i] = A.as<double>()[j * A.rows() + i];
    return U;
}

Matrix lower(const Matrix &A, std::int64_t cols, bool unit) {
    Matrix L(d, A.rows(), cols);
    for (std::int64_t j = 0; j < cols; ++j) {
        for (std::int64_t i = j; i < A.rows(); ++i)
            L.as<double>()[j * A.rows() + i] = A.as<double>()[j * A.rows() + i];
        if (unit) L.as<double>()[j * A.rows() + j] = 1;
    }
    return L;
}

Matrix transposed(const Matrix &A) {
    Matrix B(d, A.cols(), A.rows());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i)
            B.as<double>()[i * A.cols() + j] = A.as<double>()[j * A.rows() + i];
    return B;
}

// Undoes getrf's row interchanges.
void permute_back(Matrix &L, const std::vector<std::int64_t> &ipiv) {
    for (std::int64_t i = static_cast<std::int64_t>(ipiv.size()) - 1; i >= 0; --i)
        for (std::int64_t j = 0; j < L.cols(); ++j)
            std::swap(L.as<double>()[j * L.rows() + i],
                      L.as<double>()[j * L.rows() + ipiv[static_cast<std::size_t>(i)] - 1]);
}

// All a call works on; shared by the call and by the function that judges it.
struct Work {
    Matrix A, B, C, D;
    std::vector<std::int64_t> ipiv;
};

std::shared_ptr<Work> work_on(const Matrix &A) {
    auto work = std::make_shared<Work>();
    work->A = A.clone();
    return work;
}

// The right-hand side whose solution is all ones.
Matrix row_sums(const Matrix &A) {
    Matrix B(d, A.rows(), 1);
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) B.as<double>()[i] += A.as<double>()[j * A.rows() + i];
    return B;
}

Attempt product(const Matrix &A) {
    auto work = std::make_shared<Work>();
    work->C = Matrix(d, A.cols(), A.cols());
    Call call("gemm", d);
    call.dims({A.cols(), A.cols(), A.rows()}).flags("TN").scalars({{1, 0}, {0, 0}});
    call.operand(A).operand(A).operand(work->C);
    return {call, [&A, work](Session &) {
                return largest(gemm_residuals(A, 'T', A, 'N', {1, 0}, {0, 0}, Matrix(), work->C));
            }};
}

Attempt solve(const Matrix &A) {
    auto work = work_on(A);
    work->B = row_sums(A);
    work->ipiv.resize(static_cast<std::size_t>(A.rows()));
    Call call("gesv", d);
    call.dims({A.rows(), 1}).flags("N").operand(work->A).operand(work->ipiv).operand(work->B);
    return {call, [&A, work](Session &) { return largest(solve_residuals(A, 'N', work->B, row_sums(A))); }};
}

Attempt lu(const Matrix &A) {
    auto work = work_on(A);
    const std::int64_t r = std::min(A.rows(), A.cols());
    work->ipiv.resize(static_cast<std::size_t>(r));
    Call call("getrf", d);
    call.dims({A.rows(), A.cols()}).operand(work->A).operand(work->ipiv);
    return {call, [&A, work, r](Session &) {
                Matrix L = lower(work->A, r, true);
                const Matrix U = upper(work->A, r);
                permute_back(L, work->ipiv);
                return largest(product_residuals("P L U", A, {&L, &U}));
            }};
}

Attempt cholesky(const Matrix &A) {
    auto work = work_on(A);
    Call call("potrf", d);
    call.dims({A.rows()}).flags("L").operand(work->A);
    return {call, [&A, work](Session &) {
                const Matrix L = lower(work->A, A.cols(), false), LT = transposed(L);
                return largest(product_residuals("L L**T", A, {&L, &LT}));
            }};
}

Attempt qr(const Matrix &A) {
    auto work = work_on(A);
    const std::int64_t m = A.rows(), r = std::min(m, A.cols());
    work->B = Matrix(d, r, 1);
    Call call("geqrf", d);
    call.dims({m, A.cols()}).operand(work->A).operand(work->B);
    return {call, [&A, work, m, r](Session &session) {
                const Matrix R = upper(work->A, r);
                Matrix Q = lower(work->A, r, false);
                Call form("orgqr", d);
                form.dims({m, r, r}).operand(Q).operand(std::as_const(work->B));
                form.run(session, false);
                return std::max(largest(product_residuals("Q R", A, {&Q, &R})), orthogonality("Q", Q).value);
            }};
}

Attempt svd(const Matrix &A) {
    auto work = work_on(A);
    const std::int64_t m = A.rows(), n = A.cols(), r = std::min(m, n);
    work->B = Matrix(d, r, 1);
    work->C = Matrix(d, m, r);
    work->D = Matrix(d, r, n);
    Call call("gesvd", d);
    call.dims({m, n}).flags("SS").operand(work->A).operand(work->B).operand(work->C).operand(work->D);
    return {call, [&A, work](Session &) { return largest(svd_residuals(A, work->C, work->B, work->D)); }};
}

Attempt symmetric_eigen(const Matrix &A) {
    auto work = work_on(A);
    work->B = Matrix(d, A.rows(), 1);
    Call call("syev", d);
    call.dims({A.rows()}).flags("VL").operand(work->A).operand(work->B);
    return {call, [&A, work](Session &) { return largest(eigen_residuals(A, work->A, work->B, true)); }};
}

Attempt eigen(const Matrix &A) {
    auto work = work_on(A);
    work->B = Matrix(LAI_DTYPE_C64, A.rows(), 1);
    work->C = Matrix(d, A.rows(), A.rows());
    Call call("geev", d);
    call.dims({A.rows()}).flags("NV").operand(work->A).operand(work->B).absent().operand(work->C);
    return {call, [&A, work](Session &) {
                return largest(eigen_residuals(A, unpack_eigenvectors(work->C, work->B), work->B, false));
            }};
}

}  // namespace

const std::vector<Operation> &operations() {
    static const std::vector<Operation> all{
        {"product", any, product},
        {"solve", square, solve},
        {"LU", any, lu},
        {"Cholesky", maybe_positive_definite, cholesky},
        {"QR", any, qr},
        {"SVD", any, svd},
        {"eigen (sym.)", symmetric, symmetric_eigen},
        {"eigen", unsymmetric, eigen},
    };
    return all;
}

}  // namespace lapack_ai::main_job

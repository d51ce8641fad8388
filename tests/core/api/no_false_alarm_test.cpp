// A correct backend is never called wrong, whatever the matrix. A backward error that nobody can reach is
// asked for, so that every result is judged and none is good enough; none of them may be called wrong.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <lapack_ai/lapack_ai.hpp>
#include <limits>
#include <random>

namespace {

using lapack_ai::Context;
using lapack_ai::Matrix;
using lapack_ai::real_of;
using lapack_ai::Vectors;

constexpr lapack_ai::options unreachable{.backward_error = 1e-300};

template <typename T>
T number(std::mt19937 &generator, double scale = 1) {
    std::normal_distribution<double> normal;
    const auto x = static_cast<real_of<T>>(scale * normal(generator));
    if constexpr (lapack_ai::is_complex<T>)
        return T(x, static_cast<real_of<T>>(scale * normal(generator)));
    else
        return x;
}

template <typename T>
struct Ugly {
    const char *name;
    Matrix<T> A;
};

// Entries scaled by rows and columns from 1 down to 1 / range.
template <typename T>
Matrix<T> graded(std::int64_t n, double range, bool rows, bool cols) {
    std::mt19937 generator(2);
    Matrix<T> A(n, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) {
            const double at = ((rows ? static_cast<double>(i) : 0) + (cols ? static_cast<double>(j) : 0)) /
                              static_cast<double>(n);
            A(i, j) = number<T>(generator, std::pow(range, -at));
        }
    return A;
}

// Growth 2^(n-1) in Gaussian elimination with partial pivoting (Wilkinson).
template <typename T>
Matrix<T> growing(std::int64_t n) {
    Matrix<T> A(n, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i)
            A(i, j) = T(static_cast<real_of<T>>(i == j || j == n - 1 ? 1 : i > j ? -1 : 0));
    return A;
}

template <typename T>
Matrix<T> hilbert(std::int64_t n) {
    Matrix<T> A(n, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) A(i, j) = T(1 / static_cast<real_of<T>>(i + j + 1));
    return A;
}

template <typename T>
std::vector<Ugly<T>> ugly_matrices() {
    const bool narrow = sizeof(real_of<T>) == 4;
    const std::int64_t n = 70;
    const auto scaled = [n](double scale) {
        std::mt19937 generator(3);
        Matrix<T> A(n, n);
        for (std::int64_t i = 0; i < n * n; ++i) A.data()[i] = number<T>(generator, scale);
        return A;
    };
    std::vector<Ugly<T>> all;
    all.push_back({"random", scaled(1)});
    all.push_back({"graded rows", graded<T>(n, narrow ? 1e8 : 1e16, true, false)});
    all.push_back({"graded columns", graded<T>(n, narrow ? 1e8 : 1e16, false, true)});
    all.push_back({"graded both", graded<T>(n, narrow ? 1e15 : 1e150, true, true)});
    all.push_back({"Hilbert", hilbert<T>(12)});
    all.push_back({"Wilkinson's growth", growing<T>(60)});
    all.push_back({"huge", scaled(narrow ? 1e17 : 1e150)});
    all.push_back({"next to overflow", scaled(narrow ? 1e36 : 1e306)});
    all.push_back({"tiny", scaled(narrow ? 1e-19 : 1e-155)});
    all.push_back({"denormal", scaled(narrow ? 1e-40 : 1e-310)});
    all.push_back({"zero", Matrix<T>(n, n)});
    all.push_back({"ones", Matrix<T>(n, n, T(1))});
    return all;
}

// No trial of the last call was called wrong.
void expect_nobody_blamed(const char *what, const char *matrix) {
    const lai_certificate *certificate = lai_last_certificate();
    if (certificate == nullptr) return;  // INFO > 0
    for (std::uint32_t i = 0; i < certificate->trial_count; ++i) {
        EXPECT_NE(certificate->trials[i].verdict, LAI_TRIAL_WRONG)
            << what << " of " << matrix << ": " << certificate->trials[i].backend << ", "
            << certificate->trials[i].estimate;
    }
}

template <typename T>
class NoFalseAlarm : public testing::Test {
  protected:
    Context ctx{{{{"plugins.alpha_gemm.enabled", "true"}}, ""}};
};
using Types = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(NoFalseAlarm, Types);

TYPED_TEST(NoFalseAlarm, Products) {
    using T = TypeParam;
    for (const Ugly<T> &left : ugly_matrices<T>())
        for (const Ugly<T> &right : ugly_matrices<T>()) {
            if (left.A.cols() != right.A.rows()) continue;
            Matrix<T> C = left.A;
            this->ctx.gemm(lapack_ai::Trans::none, lapack_ai::Trans::conj_transpose, T(2), left.A, right.A,
                           T(-1), C, unreachable);
            expect_nobody_blamed("product", left.name);
            this->ctx.matmul(std::nothrow, left.A, right.A, unreachable);
            expect_nobody_blamed("product", left.name);
        }
}

TYPED_TEST(NoFalseAlarm, FastProducts) {
    using T = TypeParam;
    std::mt19937 generator(4);
    Matrix<T> A(300, 300), B(300, 300);
    for (std::int64_t i = 0; i < 90000; ++i) {
        A.data()[i] = number<T>(generator, std::pow(10.0, -static_cast<double>(i % 300) / 60));
        B.data()[i] = number<T>(generator);
    }
    lapack_ai::options fast = unreachable;
    fast.backend = "alpha_gemm";
    this->ctx.matmul(std::nothrow, A, B, fast);
    expect_nobody_blamed("fast product", "graded");
}

TYPED_TEST(NoFalseAlarm, Solutions) {
    using T = TypeParam;
    std::mt19937 generator(5);
    for (const Ugly<T> &one : ugly_matrices<T>())
        for (const std::int64_t nrhs : {1, 12}) {
            const std::int64_t n = one.A.rows();
            Matrix<T> B(n, nrhs);
            for (std::int64_t i = 0; i < n * nrhs; ++i) B.data()[i] = number<T>(generator);
            const auto r = this->ctx.solve(std::nothrow, one.A, B, unreachable);
            if (r.info <= 0) expect_nobody_blamed("solution", one.name);
        }
}

TYPED_TEST(NoFalseAlarm, Decompositions) {
    using T = TypeParam;
    for (const Ugly<T> &one : ugly_matrices<T>())
        for (const Vectors v : {Vectors::thin, Vectors::none}) {
            const auto r = this->ctx.svd(std::nothrow, one.A, v, unreachable);
            if (r.info <= 0) expect_nobody_blamed("decomposition", one.name);
        }
}

TYPED_TEST(NoFalseAlarm, Eigenvectors) {
    using T = TypeParam;
    for (const Ugly<T> &one : ugly_matrices<T>()) {
        const auto r = this->ctx.eigh(std::nothrow, one.A, lapack_ai::Uplo::lower,
                                      lapack_ai::JobVectors::vectors, unreachable);
        if (r.info <= 0) expect_nobody_blamed("eigenvectors", one.name);
    }
}

}  // namespace

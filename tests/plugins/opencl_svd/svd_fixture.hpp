// The plugin loaded, matrices of every ugly kind, and the judgement of a decomposition: residual,
// orthogonality and distance to reference LAPACK's values, each in units of size * eps.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"
#include "support/matrix.hpp"
#include "support/plugin_fixture.hpp"

namespace lapack_ai::test {

constexpr double limit = 10;  // the promise, in units of size * eps * ||A||

// Families by name; all finite.
inline const std::vector<std::string> &families() {
    static const std::vector<std::string> names = {"random", "cond 1e3", "cond 1e12", "cond 1e16", "singular",
                                                   "zero",   "repeated", "clustered", "graded",    "denormal",
                                                   "huge",   "identity", "one column"};
    return names;
}

template <typename T>
Matrix<T> member(const std::string &family, std::int64_t m, std::int64_t n, std::int64_t padding = 0) {
    const std::int64_t k = std::min(m, n);
    const auto of = [&](const std::vector<double> &s) {
        return with_singular_values<T>(m, n, s, 7, padding);
    };
    std::vector<double> s(static_cast<std::size_t>(k), 1.0);
    if (family == "cond 1e3") return of(geometric(k, 1e3));
    if (family == "cond 1e12") return of(geometric(k, 1e12));
    if (family == "cond 1e16") return of(geometric(k, 1e16));
    if (family == "repeated") {
        for (std::int64_t i = 0; i < k; ++i) s[static_cast<std::size_t>(i)] = i < k / 2 ? 3.0 : 1.0;
        return of(s);
    }
    if (family == "clustered") {
        for (std::int64_t i = 0; i < k; ++i)
            s[static_cast<std::size_t>(i)] = 1.0 + 1e-12 * static_cast<double>(i % 5);
        return of(s);
    }
    Matrix<T> A = family == "zero" || family == "identity" || family == "one column"
                      ? Matrix<T>(m, n, padding)
                      : random_matrix<T>(m, n, 3, padding);
    if (family == "identity")
        for (std::int64_t i = 0; i < k; ++i) A(i, i) = T(1);
    if (family == "one column" && n > 0)
        for (std::int64_t i = 0; i < m; ++i) A(i, n / 2) = T(i + 1);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < m; ++i) {
            if (family == "singular" && j >= n / 2) A(i, j) = A(i, j - n / 2) * T(0.5);
            if (family == "graded")
                A(i, j) *= static_cast<T>(std::pow(2.0, -40.0 * double(i + j) / double(m + n)));
            if (family == "denormal") A(i, j) *= std::numeric_limits<T>::min() * T(4);
            if (family == "huge") A(i, j) *= std::numeric_limits<T>::max() / T(4 * (m + n));
        }
    return A;
}

template <typename T>
struct Decomposition {
    lai_status status = LAI_OK;
    lai_result result{};
    Matrix<T> A, U, VT;
    std::vector<T> s;
};

// Runs gesvd of a copy of A on a plugin.
template <typename T>
Decomposition<T> decompose(const TestPlugin &plugin, const Matrix<T> &A, char jobu, char jobvt) {
    const std::int64_t m = A.rows(), n = A.cols(), k = std::min(m, n);
    Decomposition<T> d;
    d.A = A;
    d.result.size = sizeof d.result;
    d.s.resize(static_cast<std::size_t>(k));
    if (jobu == 'A' || jobu == 'S') d.U = Matrix<T>(m, jobu == 'A' ? m : k, 2);
    if (jobvt == 'A' || jobvt == 'S') d.VT = Matrix<T>(jobvt == 'A' ? n : k, n, 3);
    sdk::CallBuilder call(LAI_OP_GESVD, sdk::dtype_of<T>);
    call.dims(m, n)
        .flags(jobu, jobvt)
        .matrix(d.A.view())
        .operand(sdk::dtype_of<T>, d.s.data(), k, 1, std::max<std::int64_t>(k, 1));
    call.matrix(d.U.view()).matrix(d.VT.view());
    d.status = plugin.execute(call, d.result);
    return d;
}

// Scaled to a largest element near 1 by a power of two, so that norms are safe; `exponent` is what was taken
// out.
template <typename T>
Matrix<T> normalised(Matrix<T> A, int &exponent) {
    T largest = 0;
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) largest = std::max(largest, std::abs(A(i, j)));
    exponent = largest > 0 ? std::ilogb(largest) : 0;
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) A(i, j) = std::ldexp(A(i, j), -exponent);
    return A;
}

// Judges S, and U and VT as far as they were asked for; `reference` are LAPACK's values.
template <typename T>
void judge(const Matrix<T> &original, const Decomposition<T> &d, char jobu, char jobvt,
           const std::vector<T> &reference, const std::string &what) {
    ASSERT_EQ(d.status, LAI_OK) << what << ": " << (d.result.detail ? d.result.detail : "");
    ASSERT_EQ(d.result.info, 0) << what;
    const std::int64_t m = original.rows(), n = original.cols(), k = std::min(m, n);
    const double size = static_cast<double>(std::max(m, n));
    int exponent = 0;
    const Matrix<T> A = normalised(original, exponent);
    const double scale = norm(A.wide());
    std::vector<T> s(d.s);
    for (T &x : s) x = std::ldexp(x, -exponent);
    for (std::size_t i = 0; i < s.size(); ++i) {
        EXPECT_GE(s[i], 0) << what << " value " << i;
        EXPECT_LE(s[i], s[i > 0 ? i - 1 : i]) << what << " value " << i;
        const double error = std::abs(double(s[i]) - double(std::ldexp(reference[i], -exponent)));
        // A value that was denormal before the scaling carries the rounding of its own.
        EXPECT_LE(error, limit * size * epsilon<T>() * scale +
                             std::ldexp(double(std::numeric_limits<T>::denorm_min()), -exponent))
            << what << " value " << i;
    }
    const Matrix<T> U = jobu == 'O' ? block(d.A, m, k) : d.U, VT = jobvt == 'O' ? block(d.A, k, n) : d.VT;
    EXPECT_LE(jobu == 'N' ? 0 : orthogonality(U), limit) << what << " U";
    EXPECT_LE(jobvt == 'N' ? 0 : orthogonality(op('T', VT)), limit) << what << " VT";
    EXPECT_TRUE(d.U.padding_intact() && d.VT.padding_intact() && d.A.padding_intact()) << what;
    if (jobu == 'N' || jobvt == 'N' || k == 0) return;
    auto scaled = block(U.wide(), m, k);
    for (std::int64_t j = 0; j < k; ++j)
        for (std::int64_t i = 0; i < m; ++i) scaled(i, j) *= s[static_cast<std::size_t>(j)];
    const double residual = norm(subtract(A.wide(), multiply(scaled, block(VT.wide(), k, n))));
    EXPECT_LE(residual, limit * size * epsilon<T>() * scale +
                            std::ldexp(double(std::numeric_limits<T>::denorm_min()), -exponent) * size)
        << what;
}

class OpenclSvd : public ::testing::Test {
  protected:
    OpenclSvd() : plugin(OPENCL_SVD_PLUGIN, host), lapack(CPU_REFERENCE_PLUGIN, host) {
        lai_ocl_reset_for_tests();
    }
    ~OpenclSvd() override {
        EXPECT_EQ(in_use(), 0u) << "something was not returned to the pool";
        lai_ocl_reset_for_tests();
    }
    static std::uint64_t in_use() {
        lai_ocl_figures figures{};
        figures.size = sizeof figures;
        EXPECT_EQ(lai_ocl_read_figures(&figures), LAI_OK) << lai_ocl_last_error();
        return figures.used_bytes;
    }
    template <typename T>
    void check(const Matrix<T> &A, char jobu, char jobvt, const std::string &what) {
        const auto reference = decompose(lapack, A, 'N', 'N');
        ASSERT_EQ(reference.result.info, 0);
        judge(A, decompose(plugin, A, jobu, jobvt), jobu, jobvt, reference.s,
              what + " " + std::to_string(A.rows()) + " x " + std::to_string(A.cols()) + " " + jobu + jobvt);
    }
    TestHost host;
    TestPlugin plugin, lapack;
};

}  // namespace lapack_ai::test

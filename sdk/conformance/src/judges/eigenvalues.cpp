// syev (heev) and geev.
#include <cmath>
#include <complex>

#include "jacobi.hpp"
#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

void fill_syev(Problem &p) {
    Random random(p.recipe().seed);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(LAI_SYEV_A, b);
        Matrix<T> H = positive_definite<T>(A.rows, random);
        for (std::int64_t i = 0; i < A.rows; i += 2) H(i, i) = -H(i, i);  // eigenvalues of both signs
        put(A, H);
    });
}

template <typename T>
void judge_syev_item(Problem &p, std::int64_t b, double limit, Verdict &verdict) {
    using W = Wide<T>;
    const std::int64_t n = p.dim(LAI_SYEV_N);
    const Matrix<W> A = hermitian(p.before<T>(LAI_SYEV_A, b).wide(), p.flag(LAI_SYEV_UPLO));
    const auto w = p.now<RealOf<T>>(LAI_SYEV_W, b);
    for (std::int64_t i = 1; i < n; ++i) verdict.require(w(i, 0) >= w(i - 1, 0), "W must be ascending");
    if (p.flag(LAI_SYEV_JOBZ) == 'N') {
        std::vector<double> found;
        for (std::int64_t i = 0; i < n; ++i) found.push_back(std::abs(static_cast<double>(w(i, 0))));
        std::sort(found.begin(), found.end(), std::greater<>());
        const std::vector<double> right = jacobi_singular_values(A);
        for (std::size_t i = 0; i < right.size(); ++i)
            verdict.within(in_units<T>(std::abs(found[i] - right[i]), n, norm(A)), limit,
                           "error of |W| / (eps n ||A||)");
        W trace{};
        for (std::int64_t i = 0; i < n; ++i) trace += A(i, i) - static_cast<W>(w(i, 0));
        verdict.within(in_units<T>(static_cast<double>(std::abs(trace)), n * n, norm(A)), limit,
                       "sum of W against the trace / (eps n^2 ||A||)");
        return;
    }
    const Matrix<T> V = p.now<T>(LAI_SYEV_A, b);
    verdict.within(orthogonality(V), limit, "||V^H V - I|| / (eps n)");
    Matrix<W> scaled_v = V.wide();
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) scaled_v(i, j) *= static_cast<W>(w(j, 0));
    const double residual = scaled<T>(subtract(multiply(A, V.wide()), scaled_v), n, norm(A));
    verdict.within(residual, limit, "||A V - V W|| / (eps n ||A||)");
    verdict.normwise(2 * residual * static_cast<double>(n));
}

void judge_syev(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        judge_syev_item<T>(p, b, limit_of(claim, p.dim(0)), verdict);
    });
}

void fill_geev(Problem &p) {
    Random random(p.recipe().seed);
    each_item(p,
              [&]<typename T>(sdk::Type<T>, std::int64_t b) { randomise(p.view<T>(LAI_GEEV_A, b), random); });
}

// Eigenvectors as complex columns, from LAPACK's packing: for a complex pair of a real matrix column j holds
// the real and column j + 1 the imaginary part.
template <typename T>
auto unpack(const Matrix<T> &V, const Matrix<ComplexOf<T>> &w) {
    using C = std::complex<WideReal<T>>;
    Matrix<C> out(V.rows(), V.cols());
    for (std::int64_t j = 0; j < V.cols(); ++j)
        for (std::int64_t i = 0; i < V.rows(); ++i) {
            if constexpr (sdk::is_complex<T>) {
                out(i, j) = static_cast<C>(V(i, j));
            } else if (w(j, 0).imag() == 0) {
                out(i, j) = C(V(i, j));
            } else if (w(j, 0).imag() > 0 && j + 1 < V.cols()) {
                out(i, j) = C(V(i, j), V(i, j + 1));
                out(i, j + 1) = C(V(i, j), -V(i, j + 1));
            }
        }
    return out;
}

template <typename T>
void judge_geev_item(Problem &p, std::int64_t b, double limit, Verdict &verdict) {
    using C = std::complex<WideReal<T>>;
    const std::int64_t n = p.dim(LAI_GEEV_N);
    const Matrix<C> A = p.before<T>(LAI_GEEV_A, b).template as<C>();
    const auto w = p.now<ComplexOf<T>>(LAI_GEEV_W, b);
    const double size_A = norm(A);
    C first{}, second{};  // sums of powers of the eigenvalues, against traces of powers of A
    for (std::int64_t i = 0; i < n; ++i) {
        const C value = static_cast<C>(w(i, 0));
        first += A(i, i) - value;
        second -= value * value;
        for (std::int64_t j = 0; j < n; ++j) second += A(i, j) * A(j, i);
        if constexpr (!sdk::is_complex<T>) {
            const bool starts_pair = w(i, 0).imag() > 0;
            if (starts_pair)
                verdict.require(i + 1 < n && w(i + 1, 0) == std::conj(w(i, 0)),
                                "complex eigenvalues of a real matrix come in pairs, positive part first");
        }
    }
    verdict.within(in_units<T>(double(std::abs(first)), n * n, size_A), limit,
                   "sum of W against the trace / (eps n^2 ||A||)");
    verdict.within(in_units<T>(double(std::abs(second)), n * n, size_A * size_A), limit,
                   "sum of W^2 against the trace of A^2 / (eps n^2 ||A||^2)");
    const auto judge_vectors = [&](std::size_t operand, bool left) {
        const Matrix<C> V = unpack(p.now<T>(operand, b), w);
        Matrix<C> R = multiply(left ? op('C', A) : A, V);
        for (std::int64_t j = 0; j < n; ++j) {
            WideReal<T> length = 0;
            const C value = static_cast<C>(w(j, 0));
            for (std::int64_t i = 0; i < n; ++i) {
                R(i, j) -= (left ? std::conj(value) : value) * V(i, j);
                length += std::norm(V(i, j));
            }
            verdict.within(std::abs(double(std::sqrt(length)) - 1) / (epsilon<T>() * double(n)), limit,
                           "length of an eigenvector, must be 1: difference / (eps n)");
        }
        const double residual = scaled<T>(R, n, size_A * std::sqrt(static_cast<double>(n)));
        verdict.within(residual, limit,
                       left ? "||VL^H A - W VL^H|| / (eps n ||A||)" : "||A VR - VR W|| / (eps n ||A||)");
        verdict.normwise(2 * residual * static_cast<double>(n));
    };
    if (p.flag(LAI_GEEV_JOBVL) == 'V') judge_vectors(LAI_GEEV_VL, true);
    if (p.flag(LAI_GEEV_JOBVR) == 'V') judge_vectors(LAI_GEEV_VR, false);
}

void judge_geev(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        if (p.dim(0) > 0) judge_geev_item<T>(p, b, limit_of(claim, p.dim(0)), verdict);
    });
}

}  // namespace

std::span<const OpKnowledge> eigenvalues() {
    static constexpr OpKnowledge known[] = {{LAI_OP_SYEV, fill_syev, judge_syev, false},
                                            {LAI_OP_GEEV, fill_geev, judge_geev, false}};
    return known;
}

}  // namespace lapack_ai::conformance::judges

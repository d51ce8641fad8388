// The scaled matrix is never formed: its factors are the factors of A between diagonal matrices.
#include "numerics/condition.hpp"

#include "numerics/norm_estimate.hpp"

namespace lapack_ai::diagnostics {
namespace {

template <class T>
void multiply_diagonal(const std::vector<Real<T>> &d, T *x) {
    for (std::size_t i = 0; i < d.size(); ++i) x[i] *= d[i];
}
template <class T>
void divide_diagonal(const std::vector<Real<T>> &d, T *x) {
    for (std::size_t i = 0; i < d.size(); ++i) x[i] /= d[i];
}

// rcond of diag(r) A diag(c), both norms estimated.
template <class Factors, class R>
double scaled_condition(const Factors &F, const std::vector<R> &r, const std::vector<R> &c) {
    using T = typename Factors::Element;
    const index_t n = F.n();
    std::vector<T> x(n), sign(n);
    const R norm = estimate_norm1<T>(
        n,
        [&](T *v) {
            multiply_diagonal(c, v);
            F.multiply(v);
            multiply_diagonal(r, v);
        },
        [&](T *v) {
            multiply_diagonal(r, v);
            F.multiply_adjoint(v);
            multiply_diagonal(c, v);
        },
        x.data(), sign.data());
    const R inverse = estimate_norm1<T>(
        n,
        [&](T *v) {
            divide_diagonal(r, v);
            F.solve(v);
            divide_diagonal(c, v);
        },
        [&](T *v) {
            divide_diagonal(c, v);
            F.solve_adjoint(v);
            divide_diagonal(r, v);
        },
        x.data(), sign.data());
    const double product = static_cast<double>(norm) * static_cast<double>(inverse);
    return product > 0 && std::isfinite(product) ? 1 / product : 0;
}

}  // namespace

template <class Factors>
double reciprocal_condition(const Factors &F, double norm1) {
    using T = typename Factors::Element;
    const index_t n = F.n();
    if (n == 0) return 1;
    if (!(norm1 > 0)) return 0;
    // The norm of norm1 * inv(A), which is of moderate size where that of inv(A) alone may overflow.
    std::vector<T> x(n), sign(n);
    const auto factor = static_cast<Real<T>>(norm1);
    const double inverse = static_cast<double>(estimate_norm1<T>(
        n,
        [&](T *v) {
            scale(n, factor, v);
            F.solve(v);
        },
        [&](T *v) {
            scale(n, factor, v);
            F.solve_adjoint(v);
        },
        x.data(), sign.data()));
    if (!(inverse > 0) || std::isinf(inverse)) return 0;
    return 1 / inverse;
}

template <class T>
Equilibrated equilibrated_condition(const LuFactors<T> &F, const Real<T> *row_max) {
    using R = Real<T>;
    const index_t n = F.n();
    Equilibrated result;
    if (n == 0) return {1, 1, 1};
    const auto [low, high] = std::minmax_element(row_max, row_max + n);
    result.row_ratio = *high > 0 ? static_cast<double>(*low) / static_cast<double>(*high) : 0;
    if (!(*low > 0) || !std::isfinite(*high)) return result;
    std::vector<R> r(n), c(n, R(0));
    for (index_t i = 0; i < n; ++i) r[i] = 1 / row_max[i];
    result.rcond = std::min(1.0, scaled_condition(F, r, std::vector<R>(n, R(1))));
    if (result.rcond > 0.1) return result;  // rows alone do it
    // Column sizes of diag(r) A from a few random combinations of its rows.
    std::vector<T> v(n);
    constexpr int probes = 4;
    for (int probe = 0; probe < probes; ++probe) {
        for (index_t i = 0; i < n; ++i) v[i] = T(r[i] * weights<R>()[(i * probes + probe) % weight_period]);
        F.multiply_adjoint(v.data());
        for (index_t j = 0; j < n; ++j) c[j] = std::max(c[j], size_of(v[j]));
    }
    const auto [least, most] = std::minmax_element(c.begin(), c.end());
    result.column_ratio = *most > 0 ? static_cast<double>(*least) / static_cast<double>(*most) : 0;
    if (!(*least > 0) || !std::isfinite(*most)) return result;
    for (R &entry : c) entry = 1 / entry;
    result.rcond = std::max(result.rcond, std::min(1.0, scaled_condition(F, r, c)));
    return result;
}

template <class T>
double most_equilibration_gains(index_t n, const Real<T> *row_max, const Real<T> *column_sum) {
    const auto spread = [n](const Real<T> *sizes) {
        const auto [low, high] = std::minmax_element(sizes, sizes + n);
        return static_cast<double>(*high) / static_cast<double>(*low);
    };
    // The columns are scaled after the rows, which changes their sizes by the rows' spread at most.
    const double rows = spread(row_max);
    return rows * rows * spread(column_sum);
}

template <class T>
double equilibrated_condition(const CholeskyFactor<T> &F, const Real<T> *diagonal) {
    using R = Real<T>;
    std::vector<R> d(F.n());
    for (std::size_t i = 0; i < d.size(); ++i) {
        if (!(diagonal[i] > 0) || !std::isfinite(diagonal[i])) return 0;
        d[i] = 1 / std::sqrt(diagonal[i]);
    }
    return d.empty() ? 1 : std::min(1.0, scaled_condition(F, d, d));
}

template <class T>
double pivot_growth(const MatrixView<T> &LU, double largest_entry) {
    double largest = 0;
    for (index_t j = 0; j < LU.n; ++j)
        largest = std::max(largest, static_cast<double>(largest_size(std::min(j + 1, LU.m), LU.column(j))));
    return largest_entry > 0 ? largest / largest_entry : 0;
}

template <class T>
double pivot_ratio(const MatrixView<T> &F) {
    const index_t n = std::min(F.m, F.n);
    if (n == 0) return 1;
    // Four chains: one would wait for its own comparisons.
    constexpr index_t chains = 4;
    Real<T> low[chains], high[chains];
    std::fill_n(low, chains, size_of(F(0, 0)));
    std::fill_n(high, chains, low[0]);
    const auto take = [&](index_t c, index_t i) {
        const Real<T> size = size_of(F(i, i));
        low[c] = size < low[c] ? size : low[c];
        high[c] = size > high[c] ? size : high[c];
    };
    index_t i = 1;
    for (; i + chains <= n; i += chains)
        for (index_t c = 0; c < chains; ++c) take(c, i + c);
    for (; i < n; ++i) take(0, i);
    const Real<T> least = *std::min_element(low, low + chains), most = *std::max_element(high, high + chains);
    return most > 0 ? static_cast<double>(least) / static_cast<double>(most) : 0;
}

#define LAI_INSTANTIATE(T)                                                                  \
    template double reciprocal_condition(const LuFactors<T> &, double);                     \
    template double reciprocal_condition(const CholeskyFactor<T> &, double);                \
    template double reciprocal_condition(const TriangularFactor<T> &, double);              \
    template Equilibrated equilibrated_condition(const LuFactors<T> &, const Real<T> *);    \
    template double most_equilibration_gains<T>(index_t, const Real<T> *, const Real<T> *); \
    template double equilibrated_condition(const CholeskyFactor<T> &, const Real<T> *);     \
    template double pivot_growth(const MatrixView<T> &, double);                            \
    template double pivot_ratio(const MatrixView<T> &);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics

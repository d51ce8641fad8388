// Two steps of block inverse iteration give left and right null vectors to about (gap)^4, one suffices where
// the gap is wide; then the largest ratio between consecutive sorted components separates those that take
// part from the rest.
#include "numerics/dependency.hpp"

#include <numeric>

#include "lapack_ai/abi/enhancer.h"

namespace lapack_ai::diagnostics {
namespace {

template <class T>
double norm2(const std::vector<T> &x) {
    const Real<T> largest = largest_size(static_cast<index_t>(x.size()), x.data());
    if (!(largest > 0) || !std::isfinite(largest)) return static_cast<double>(largest);
    double sum = 0;
    for (const T &v : x) sum += static_cast<double>(std::norm(v / largest));
    return static_cast<double>(largest) * std::sqrt(sum);
}

// Normalises; false when it cannot.
template <class T>
bool normalise(std::vector<T> &x, double &length) {
    length = norm2(x);
    if (!(length > 0) || !std::isfinite(length)) return false;
    for (T &v : x) v /= static_cast<Real<T>>(length);
    return true;
}

template <class T>
void remove_component(std::vector<T> &x, const std::vector<T> &direction) {
    const index_t n = static_cast<index_t>(x.size());
    for (int pass = 0; pass < 2; ++pass)
        axpy(n, -dot<true>(n, direction.data(), x.data()), direction.data(), x.data());
}

// Components that take part: those before the widest gap. Empty when more than `most` do, or no gap is wide.
template <class T>
std::vector<index_t> support(const std::vector<T> &x, const Real<T> *size, std::size_t most) {
    const std::size_t n = x.size();
    std::vector<double> weight(n);
    for (std::size_t i = 0; i < n; ++i)
        weight[i] =
            static_cast<double>(std::abs(x[i])) * (size != nullptr ? static_cast<double>(size[i]) : 1.0);
    std::vector<index_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    const std::size_t head = std::min(n, most + 1);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(head), order.end(),
                      [&](index_t a, index_t b) { return weight[a] > weight[b]; });
    constexpr double wide = 20;
    double best = wide;
    std::size_t count = 0;
    for (std::size_t k = 1; k <= std::min(n, most); ++k) {
        const double next = k < n ? weight[order[k]] : 0;
        const double floor = 1e-300 + weight[order[0]] * 1e-14;  // below it components are rounding
        const double ratio = weight[order[k - 1]] / std::max(next, floor);
        if (ratio > best) {
            best = ratio;
            count = k;
        }
        if (next <= floor) break;
    }
    // Every line takes part: worth saying of a small matrix where none could be left out (a magic square).
    if (count == n && n > 3 && (n > LAI_MAX_NAMED || weight[order[n - 1]] < 0.05 * weight[order[0]]))
        count = 0;
    std::vector<index_t> named(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
    std::sort(named.begin(), named.end());
    return named;
}

// Lines are weighed by their size, so that differences in scale do not hide a partner; a line that is itself
// (almost) zero would lose all weight so, and is looked for alone. `smallest` is the singular value behind x.
template <class T>
Combination<T> combination(const std::vector<T> &x, const Real<T> *size, double smallest, std::size_t most) {
    Combination<T> result;
    const index_t n = static_cast<index_t>(x.size());
    index_t top = 0;
    for (index_t i = 1; i < n; ++i)
        if (std::abs(x[i]) > std::abs(x[top])) top = i;
    const double zero = 100 * std::sqrt(static_cast<double>(n)) * smallest;
    if (size != nullptr && static_cast<double>(size[top]) <= zero &&
        support<T>(x, nullptr, 1) == std::vector<index_t>{top}) {
        result.named = {top};
    } else {
        result.named = support(x, size, most);
    }
    for (const index_t i : result.named) result.coefficient.push_back(-x[i] / x[result.named.back()]);
    return result;
}

std::vector<index_t> join(const std::vector<index_t> &a, const std::vector<index_t> &b) {
    if (a.empty() || b.empty()) return {};
    std::vector<index_t> all;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
    return all;
}

}  // namespace

template <class T>
bool is_constant(const std::vector<T> &x) {
    return x.size() > 1 && std::all_of(x.begin(), x.end(), [&](const T &value) {
               return std::abs(value - x[0]) <= Real<T>(1e-3) * std::abs(x[0]);
           });
}

template <class T>
Combination<T> combination_in(const std::vector<T> &null_vector, const Real<T> *size) {
    return combination(null_vector, size, 0, LAI_MAX_NAMED);
}

template <class Factors>
Dependency<typename Factors::Element> find_dependency(const Factors &F, double tolerance,
                                                      const Real<typename Factors::Element> *column_size,
                                                      const Real<typename Factors::Element> *row_size,
                                                      std::size_t most) {
    using T = typename Factors::Element;
    const index_t n = F.n();
    Dependency<T> result;
    if (n == 0) return result;
    const int vectors = n > 1 ? 2 : 1;
    std::vector<T> right[2], left[2];
    double length = 0, growth[2] = {0, 0};
    for (int v = 0; v < vectors; ++v) {
        right[v].resize(n);
        for (index_t i = 0; i < n; ++i) right[v][i] = T(weights<Real<T>>()[(i * 2 + v) % weight_period]);
        normalise(right[v], length);
    }
    for (int step = 0; step < 2; ++step) {
        left[0] = right[0];
        left[1] = right[1];
        if (vectors == 2) {
            F.solve_adjoint(left[0].data(), left[1].data());
        } else {
            F.solve_adjoint(left[0].data());
        }
        if (!normalise(left[0], length)) return result;
        if (vectors == 2) {
            if (!normalise(left[1], length)) return result;
            remove_component(left[1], left[0]);
            if (!normalise(left[1], length)) return result;
        }
        right[0] = left[0];
        right[1] = left[1];
        if (vectors == 2) {
            F.solve(right[0].data(), right[1].data());
        } else {
            F.solve(right[0].data());
        }
        if (!normalise(right[0], growth[0])) return result;
        if (vectors == 2) {
            if (!normalise(right[1], growth[1])) return result;
            remove_component(right[1], right[0]);
            if (!normalise(right[1], length)) return result;
            growth[1] *= length;
            // The usual case: one singular value far below the others. The first step has its vectors to the
            // square of that gap; the second singular value it sees at most sqrt(n) too large or so.
            const double least = 1e6 / growth[0], second = 1 / growth[1];
            if (second > least && second > 100 * std::sqrt(static_cast<double>(n)) * tolerance) break;
        }
    }
    result.smallest_singular = 1 / growth[0];
    result.second_singular =
        vectors > 1 && growth[1] > 0 ? 1 / growth[1] : std::numeric_limits<double>::infinity();
    if (result.smallest_singular > tolerance) return result;
    // Conjugated left vectors combine the rows: y^H A = 0.
    for (auto &vector : left)
        for (T &value : vector) value = conjugate(value);
    if (result.second_singular > tolerance) {
        result.nullity = 1;
        result.rows_cancel = is_constant(right[0]);
        result.columns_cancel = is_constant(left[0]);
        result.columns = combination(right[0], column_size, result.smallest_singular, most);
        result.rows = combination(left[0], row_size, result.smallest_singular, most);
    } else {
        result.nullity = 2;
        result.column_union =
            join(support(right[0], column_size, most), support(right[1], column_size, most));
        result.row_union = join(support(left[0], row_size, most), support(left[1], row_size, most));
    }
    return result;
}

#define LAI_INSTANTIATE(T)                                                                                 \
    template bool is_constant(const std::vector<T> &);                                                     \
    template Combination<T> combination_in(const std::vector<T> &, const Real<T> *);                       \
    template Dependency<T> find_dependency(const LuFactors<T> &, double, const Real<T> *, const Real<T> *, \
                                           std::size_t);                                                   \
    template Dependency<T> find_dependency(const TriangularFactor<T> &, double, const Real<T> *,           \
                                           const Real<T> *, std::size_t);                                  \
    template Dependency<T> find_dependency(const CholeskyFactor<T> &, double, const Real<T> *,             \
                                           const Real<T> *, std::size_t);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics

// The sums run over the same weights in the same order as in the scan.
#include "numerics/residual.hpp"

#include "numerics/lanes.hpp"

namespace lapack_ai::diagnostics {
namespace {

// Several chains of sums: one would wait for its own additions.
template <class R>
R sum_of_squares(const R *x, index_t n, R factor) {
    using L = Lanes<R>;
    typename L::V even{}, odd{};
    index_t i = 0;
    for (; i + 2 * L::count <= n; i += 2 * L::count) {
        const auto a = L::load(x + i) * factor, b = L::load(x + i + L::count) * factor;
        even += a * a;
        odd += b * b;
    }
    R sum = 0;
    for (; i < n; ++i) sum += (x[i] * factor) * (x[i] * factor);
    return sum + L::lane_sum(even + odd);
}

// (S A) x for a sketch by rows: column j of the sketch times x_j. Pairs of sums are real and imaginary parts
// when T is complex.
template <class T>
typename Lanes<Real<T>>::V sketch_times(const Real<T> *sketch, const T *x, index_t n) {
    using L = Lanes<Real<T>>;
    using V = typename L::V;
    constexpr int chains = is_complex<T> ? 2 : 4;
    V direct[chains] = {}, crossed[chains] = {};
    const auto add = [&](int c, index_t j) {
        const V column = L::load(sketch + j * L::count);
        direct[c] += column * real_part(x[j]);
        if constexpr (is_complex<T>) crossed[c] += L::swap_pairs(column) * x[j].imag();
    };
    index_t j = 0;
    for (; j + chains <= n; j += chains)
        for (int c = 0; c < chains; ++c) add(c, j + c);
    for (; j < n; ++j) add(0, j);
    V sum{};
    for (const V &part : direct) sum += part;
    if constexpr (is_complex<T>) {
        V minus_plus{};
        for (int k = 0; k < L::count; ++k) minus_plus[k] = k % 2 == 0 ? Real<T>(-1) : Real<T>(1);
        for (const V &part : crossed) sum += part * minus_plus;
    }
    return sum;
}

// S b of one piece of rows under the weights, added to `sums`.
template <class R>
typename Lanes<R>::V weigh(const R *w, const R *b, index_t rows, typename Lanes<R>::V sums) {
    using L = Lanes<R>;
    typename L::V odd{};
    index_t i = 0;
    for (; i + 2 * L::count <= rows; i += 2 * L::count) {
        sums += L::load(w + i) * L::load(b + i);
        odd += L::load(w + i + L::count) * L::load(b + i + L::count);
    }
    for (; i + L::count <= rows; i += L::count) sums += L::load(w + i) * L::load(b + i);
    for (int k = 0; i < rows; ++i, ++k) sums[k] += w[i] * b[i];
    return sums + odd;
}

// 2-norm; scaled only where squares would over- or underflow.
template <class R>
R norm2(const R *x, index_t n) {
    const R plain = sum_of_squares(x, n, R(1));
    constexpr R low = std::numeric_limits<R>::min() / std::numeric_limits<R>::epsilon();
    if (plain > low && plain < std::numeric_limits<R>::max()) return std::sqrt(plain);
    if (std::isnan(plain)) return plain;
    R largest = 0;
    for (index_t i = 0; i < n; ++i) largest = std::max(largest, std::fabs(x[i]));
    if (!(largest > std::numeric_limits<R>::min()) || !std::isfinite(largest)) return largest;
    return largest * std::sqrt(sum_of_squares(x, n, 1 / largest));
}

}  // namespace

template <class T>
void sketch_right_sides(char trans, const MatrixView<T> &B, Real<T> *b_sketch, Real<T> *b_norm) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const R *w = weights<T>();
    for (index_t j = 0; j < B.n; ++j) {
        const R *b = reinterpret_cast<const R *>(B.column(j));
        R *out = b_sketch + j * sketch_width<T> * reals;
        if (trans == 'N') {
            typename Lanes<R>::V sums{};
            for (index_t first = 0; first < B.m * reals; first += weight_period)
                sums = weigh(w, b + first, std::min(weight_period, B.m * reals - first), sums);
            Lanes<R>::store(out, sums);
        } else {
            std::fill_n(out, sketch_width<T> * reals, R(0));
            for (index_t i = 0; i < B.m; ++i)
                for (index_t part = 0; part < reals; ++part)
                    out[((i / 4) % sketch_width<T>)*reals + part] +=
                        w[(i * reals) % weight_period] * b[i * reals + part];
        }
        b_norm[j] = norm2(b, B.m * reals);
    }
}

template <class T>
double sketched_backward_error(const ResidualInput &input, const Real<T> *sketch, const Real<T> *b_sketch,
                               const Real<T> *b_norm, const T *X, index_t ldx) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const index_t n = input.n;
    double worst = 0;
    for (index_t k = 0; k < input.nrhs; ++k) {
        const T *x = X + k * ldx;
        const R *b = b_sketch + k * sketch_width<T> * reals;
        R sums[sketch_width<T> * reals] = {};
        int used = sketch_width<T>;
        if (input.trans == 'N') {
            Lanes<R>::store(sums, sketch_times<T>(sketch, x, n));
        } else {
            used = sketch_width<T> * reals;
            for (int g = 0; g < sketch_width<T>; ++g) {
                const T *row = reinterpret_cast<const T *>(sketch + g * n * reals);
                const T value = input.trans == 'C' ? dot<true>(n, row, x) : dot<false>(n, row, x);
                sums[g * reals] = real_part(value);
                if constexpr (is_complex<T>) sums[2 * g + 1] = value.imag();
            }
        }
        for (int g = 0; g < used; ++g) sums[g] -= b[g];
        const double residual = static_cast<double>(norm2(sums, used));
        const double length = static_cast<double>(norm2(reinterpret_cast<const R *>(x), n * reals));
        if (!std::isfinite(length)) {  // norm2 scales where squares overflow, so an entry is Inf or NaN
            worst = std::numeric_limits<double>::infinity();
            continue;
        }
        const double bottom = input.norm1 * length + static_cast<double>(b_norm[k]);
        const double error = residual > 0 ? residual / (bottom * weight_rms) : 0;
        if (!(error <= worst)) worst = error;
    }
    return worst;
}

#define LAI_INSTANTIATE(T)                                                                           \
    template void sketch_right_sides(char, const MatrixView<T> &, Real<T> *, Real<T> *);             \
    template double sketched_backward_error(const ResidualInput &, const Real<T> *, const Real<T> *, \
                                            const Real<T> *, const T *, index_t);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics

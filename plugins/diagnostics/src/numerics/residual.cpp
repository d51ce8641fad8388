// The sums run over the same weights in the same order as in the scan.
#include "numerics/residual.hpp"

namespace lapack_ai::diagnostics {
namespace {

template <class R>
R sum_of_squares(const R *x, index_t n, R divisor) {
    constexpr int lanes = 8;
    R partial[lanes] = {};
    index_t i = 0;
    const R factor = 1 / divisor;
    for (; i + lanes <= n; i += lanes)
        for (int k = 0; k < lanes; ++k) partial[k] += (x[i + k] * factor) * (x[i + k] * factor);
    R sum = 0;
    for (; i < n; ++i) sum += (x[i] * factor) * (x[i] * factor);
    for (const R p : partial) sum += p;
    return sum;
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
    return largest * std::sqrt(sum_of_squares(x, n, largest));
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
        std::fill_n(out, sketch_width<T> * reals, R(0));
        if (trans == 'N') {
            for (index_t first = 0; first < B.m * reals; first += weight_period) {
                const index_t rows = std::min(weight_period, B.m * reals - first);
                index_t i = 0;
                for (; i + sketch_width<T> <= rows; i += sketch_width<T>)
                    for (int k = 0; k < sketch_width<T>; ++k) out[k] += w[i + k] * b[first + i + k];
                for (int k = 0; i < rows; ++i, ++k) out[k] += w[i] * b[first + i];
            }
        } else {
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
            for (index_t j = 0; j < n; ++j) {
                const R *s = sketch + j * sketch_width<T>;
                if constexpr (is_complex<T>) {
                    for (int g = 0; g < sketch_width<T>; g += 2) {
                        sums[g] += s[g] * x[j].real() - s[g + 1] * x[j].imag();
                        sums[g + 1] += s[g] * x[j].imag() + s[g + 1] * x[j].real();
                    }
                } else {
                    for (int g = 0; g < sketch_width<T>; ++g) sums[g] += s[g] * x[j];
                }
            }
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
        const double residual = static_cast<double>(norm2(sums, used)) / weight_rms;
        const double length = static_cast<double>(norm2(reinterpret_cast<const R *>(x), n * reals));
        const double bottom = input.norm1 * length + static_cast<double>(b_norm[k]);
        const double error = residual > 0 ? residual / bottom : 0;
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

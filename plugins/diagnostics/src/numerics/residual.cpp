// The sums run over the same weights in the same order as in the scan.
#include "numerics/residual.hpp"

namespace lapack_ai::diagnostics {
namespace {

template <class R>
R scaled_norm2(const R *x, index_t n) {
    R largest = 0;
    for (index_t i = 0; i < n; ++i) largest = std::max(largest, std::fabs(x[i]));
    if (!(largest > 0) || !std::isfinite(largest)) return largest;
    R sum = 0;
    for (index_t i = 0; i < n; ++i) sum += (x[i] / largest) * (x[i] / largest);
    return largest * std::sqrt(sum);
}

}  // namespace

template <class T>
void sketch_right_sides(char trans, const MatrixView<T> &B, Real<T> *b_sketch, Real<T> *b_norm) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const R *w = weights<T>();
    for (index_t j = 0; j < B.n; ++j) {
        const R *b = reinterpret_cast<const R *>(B.column(j));
        R *out = b_sketch + j * sketch_width * reals;
        std::fill_n(out, sketch_width * reals, R(0));
        if (trans == 'N') {
            for (index_t i = 0; i < B.m * reals; ++i) out[i % sketch_width] += w[i % weight_period] * b[i];
        } else {
            for (index_t i = 0; i < B.m; ++i)
                for (index_t part = 0; part < reals; ++part)
                    out[((i / 4) % sketch_width) * reals + part] +=
                        w[(i * reals) % weight_period] * b[i * reals + part];
        }
        b_norm[j] = scaled_norm2(b, B.m * reals);
    }
}

template <class T>
double sketched_backward_error(const ResidualInput &input, const Real<T> *sketch, const Real<T> *b_sketch,
                               const Real<T> *b_norm, const T *X, index_t ldx) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const index_t n = input.n;
    // ||A||_2 <= n max |a_ij|, and within sqrt(n) of the 1-norm: the smaller of the two bounds is near
    // enough.
    const double norm = std::min(input.norm1, static_cast<double>(n) * input.norm_max);
    double worst = 0;
    for (index_t k = 0; k < input.nrhs; ++k) {
        const T *x = X + k * ldx;
        const R *b = b_sketch + k * sketch_width * reals;
        R sums[sketch_width * reals] = {};
        int used = sketch_width;
        if (input.trans == 'N') {
            for (index_t j = 0; j < n; ++j) {
                const R *s = sketch + j * sketch_width;
                if constexpr (is_complex<T>) {
                    for (int g = 0; g < sketch_width; g += 2) {
                        sums[g] += s[g] * x[j].real() - s[g + 1] * x[j].imag();
                        sums[g + 1] += s[g] * x[j].imag() + s[g + 1] * x[j].real();
                    }
                } else {
                    for (int g = 0; g < sketch_width; ++g) sums[g] += s[g] * x[j];
                }
            }
        } else {
            used = sketch_width * reals;
            for (int g = 0; g < sketch_width; ++g) {
                const T *row = reinterpret_cast<const T *>(sketch + g * n * reals);
                const T value = input.trans == 'C' ? dot<true>(n, row, x) : dot<false>(n, row, x);
                sums[g * reals] = real_part(value);
                if constexpr (is_complex<T>) sums[2 * g + 1] = value.imag();
            }
        }
        for (int g = 0; g < used; ++g) sums[g] -= b[g];
        const double residual = static_cast<double>(scaled_norm2(sums, used)) / weight_rms;
        const double length = static_cast<double>(scaled_norm2(reinterpret_cast<const R *>(x), n * reals));
        const double bottom = norm * length + static_cast<double>(b_norm[k]);
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

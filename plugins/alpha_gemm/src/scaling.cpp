// Maxima of rows and columns, and the powers of two made from them.

#include "scaling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapack_ai::alpha_gemm {
namespace {

template <typename T>
int clamped_exponent(int exponent) {
    constexpr int limit = std::numeric_limits<T>::max_exponent / 2 - std::numeric_limits<T>::digits;
    return std::clamp(exponent, -limit, limit);
}

template <typename T>
bool usable(T magnitude) {
    return magnitude > T(0) && magnitude <= std::numeric_limits<T>::max();
}

}  // namespace

template <typename T>
void row_maxima(const T *x, std::int64_t ld, std::int64_t cols, const T *col_scale, std::int64_t row_begin,
                std::int64_t row_end, T *maxima) {
    std::fill(maxima + row_begin, maxima + row_end, T(0));
    for (std::int64_t j = 0; j < cols; ++j) {
        const T *column = x + j * ld;
        const T weight = col_scale == nullptr ? T(1) : col_scale[j];
        for (std::int64_t i = row_begin; i < row_end; ++i) {
            const T magnitude = std::abs(column[i]) * weight;
            maxima[i] = maxima[i] >= magnitude ? maxima[i] : magnitude;
        }
    }
}

template <typename T>
void column_maxima(const T *x, std::int64_t ld, std::int64_t rows, const T *row_scale, std::int64_t col_begin,
                   std::int64_t col_end, T *maxima) {
    for (std::int64_t j = col_begin; j < col_end; ++j) {
        const T *column = x + j * ld;
        T best = 0;
        for (std::int64_t i = 0; i < rows; ++i) {
            const T magnitude = std::abs(column[i]) * (row_scale == nullptr ? T(1) : row_scale[i]);
            best = best >= magnitude ? best : magnitude;
        }
        maxima[j] = best;
    }
}

template <typename T>
T power_of_two_inverse(T magnitude) {
    if (!usable(magnitude)) return T(1);
    return std::ldexp(T(1), clamped_exponent<T>(-std::ilogb(magnitude)));
}

template <typename T>
T balancing_power(T a, T b) {
    if (!usable(a) || !usable(b)) return T(1);
    return std::ldexp(T(1), clamped_exponent<T>((std::ilogb(b) - std::ilogb(a)) / 2));
}

template void row_maxima(const float *, std::int64_t, std::int64_t, const float *, std::int64_t, std::int64_t,
                         float *);
template void row_maxima(const double *, std::int64_t, std::int64_t, const double *, std::int64_t,
                         std::int64_t, double *);
template void column_maxima(const float *, std::int64_t, std::int64_t, const float *, std::int64_t,
                            std::int64_t, float *);
template void column_maxima(const double *, std::int64_t, std::int64_t, const double *, std::int64_t,
                            std::int64_t, double *);
template float power_of_two_inverse(float);
template double power_of_two_inverse(double);
template float balancing_power(float, float);
template double balancing_power(double, double);

}  // namespace lapack_ai::alpha_gemm

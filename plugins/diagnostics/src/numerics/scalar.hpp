// The four LAPACK types in one vocabulary, and the inner loops everything here is made of: axpy, dot, sums.
// Vectors are contiguous. Complex numbers are multiplied by the textbook formula.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

namespace lapack_ai::diagnostics {

using index_t = std::int64_t;

template <class T>
struct Scalar {
    using Real = T;
    static constexpr bool complex = false;
};
template <class R>
struct Scalar<std::complex<R>> {
    using Real = R;
    static constexpr bool complex = true;
};
template <class T>
using Real = typename Scalar<T>::Real;
template <class T>
inline constexpr bool is_complex = Scalar<T>::complex;

// Rounding unit of round to nearest, 2^-53 for double.
template <class T>
inline constexpr Real<T> unit_roundoff = std::numeric_limits<Real<T>>::epsilon() / 2;

template <class T>
T conjugate(T x) {
    if constexpr (is_complex<T>)
        return {x.real(), -x.imag()};
    else
        return x;
}
template <class T>
Real<T> real_part(T x) {
    if constexpr (is_complex<T>)
        return x.real();
    else
        return x;
}
// |re| + |im|: within sqrt(2) of the modulus, without its square root.
template <class T>
Real<T> size_of(T x) {
    if constexpr (is_complex<T>) return std::fabs(x.real()) + std::fabs(x.imag());
    return std::fabs(x);
}
template <class T>
T times(T a, T b) {
    if constexpr (is_complex<T>)
        return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
    return a * b;
}

// y += alpha x
template <class T>
void axpy(index_t n, T alpha, const T *x, T *y) {
    for (index_t i = 0; i < n; ++i) y[i] += times(alpha, x[i]);
}

// y += alpha x and z += beta x, reading x once
template <class T>
void axpy(index_t n, T alpha, T beta, const T *__restrict x, T *__restrict y, T *__restrict z) {
    for (index_t i = 0; i < n; ++i) {
        y[i] += times(alpha, x[i]);
        z[i] += times(beta, x[i]);
    }
}

// sum of op(x[i]) y[i], op conjugates when asked; several partial sums, so that it vectorises
template <bool conj, class T>
T dot(index_t n, const T *x, const T *y) {
    constexpr int lanes = is_complex<T> ? 4 : 16;
    T partial[lanes] = {};
    const auto op = [](T a) { return conj ? conjugate(a) : a; };
    index_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int k = 0; k < lanes; ++k) partial[k] += times(op(x[i + k]), y[i + k]);
    T sum = 0;
    for (; i < n; ++i) sum += times(op(x[i]), y[i]);
    for (const T p : partial) sum += p;
    return sum;
}

// The same for y and z, reading x once.
template <bool conj, class T>
std::pair<T, T> dot(index_t n, const T *__restrict x, const T *__restrict y, const T *__restrict z) {
    constexpr int lanes = is_complex<T> ? 4 : 16;
    T first[lanes] = {}, second[lanes] = {}, a = 0, b = 0;
    const auto op = [](T v) { return conj ? conjugate(v) : v; };
    index_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int k = 0; k < lanes; ++k) {
            first[k] += times(op(x[i + k]), y[i + k]);
            second[k] += times(op(x[i + k]), z[i + k]);
        }
    }
    for (; i < n; ++i) {
        a += times(op(x[i]), y[i]);
        b += times(op(x[i]), z[i]);
    }
    for (int k = 0; k < lanes; ++k) {
        a += first[k];
        b += second[k];
    }
    return {a, b};
}

template <class T>
Real<T> sum_of_sizes(index_t n, const T *x) {
    Real<T> sum = 0;
    for (index_t i = 0; i < n; ++i) sum += size_of(x[i]);
    return sum;
}
template <class T>
Real<T> largest_size(index_t n, const T *x) {
    Real<T> largest = 0;
    for (index_t i = 0; i < n; ++i) largest = std::max(largest, size_of(x[i]));
    return largest;
}
template <class T>
void scale(index_t n, Real<T> factor, T *x) {
    for (index_t i = 0; i < n; ++i) x[i] *= factor;
}

}  // namespace lapack_ai::diagnostics

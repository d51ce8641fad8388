// Element types as C++ types: the four of LAPACK, their real and complex relatives, and `visit`, which turns
// the run-time dtype of a call into a template argument once.
#pragma once

#include <complex>
#include <cstdint>

#include "lapack_ai/abi/types.h"
#include "lapack_ai/sdk/error.hpp"

namespace lapack_ai::sdk {

template <typename T>
struct Type {
    using type = T;
};

template <typename T>
struct TypeTraits;  // of float, double, std::complex<float>, std::complex<double>

template <>
struct TypeTraits<float> {
    using Real = float;
    using Complex = std::complex<float>;
    static constexpr lai_dtype dtype = LAI_DTYPE_F32;
    static constexpr bool is_complex = false;
    static constexpr char letter = 's';
};
template <>
struct TypeTraits<double> {
    using Real = double;
    using Complex = std::complex<double>;
    static constexpr lai_dtype dtype = LAI_DTYPE_F64;
    static constexpr bool is_complex = false;
    static constexpr char letter = 'd';
};
template <>
struct TypeTraits<std::complex<float>> {
    using Real = float;
    using Complex = std::complex<float>;
    static constexpr lai_dtype dtype = LAI_DTYPE_C32;
    static constexpr bool is_complex = true;
    static constexpr char letter = 'c';
};
template <>
struct TypeTraits<std::complex<double>> {
    using Real = double;
    using Complex = std::complex<double>;
    static constexpr lai_dtype dtype = LAI_DTYPE_C64;
    static constexpr bool is_complex = true;
    static constexpr char letter = 'z';
};

template <typename T>
using RealOf = typename TypeTraits<T>::Real;
template <typename T>
using ComplexOf = typename TypeTraits<T>::Complex;
template <typename T>
inline constexpr bool is_complex = TypeTraits<T>::is_complex;
template <typename T>
inline constexpr lai_dtype dtype_of = TypeTraits<T>::dtype;

// A scalar argument as T; the imaginary part is dropped for real types (core has checked that it is 0).
template <typename T>
T scalar_as(const lai_scalar &value) noexcept {
    if constexpr (is_complex<T>)
        return T(static_cast<RealOf<T>>(value.re), static_cast<RealOf<T>>(value.im));
    else
        return static_cast<T>(value.re);
}

// Calls f(Type<T>{}) for the T behind dtype; throws Declined(LAI_REASON_DTYPE) for any other dtype.
//     visit(call.dtype(), [&]<typename T>(Type<T>) { run<T>(GemmView<T>(call)); });
template <typename Function>
decltype(auto) visit(lai_dtype dtype, Function &&f) {
    switch (dtype) {
        case LAI_DTYPE_F32:
            return f(Type<float>{});
        case LAI_DTYPE_F64:
            return f(Type<double>{});
        case LAI_DTYPE_C32:
            return f(Type<std::complex<float>>{});
        case LAI_DTYPE_C64:
            return f(Type<std::complex<double>>{});
        default:
            throw Declined(LAI_REASON_DTYPE, "only s, d, c and z");
    }
}

// Bytes of one element of an ABI dtype, 0 for an unknown one.
constexpr std::uint64_t dtype_bytes(lai_dtype dtype) noexcept {
    constexpr std::uint8_t bytes[LAI_DTYPE_COUNT] = {0, 4, 8, 8, 16, 4, 8, 2, 2};
    return dtype < LAI_DTYPE_COUNT ? bytes[dtype] : 0;
}

constexpr bool dtype_is_complex(lai_dtype dtype) noexcept {
    return dtype == LAI_DTYPE_C32 || dtype == LAI_DTYPE_C64;
}

}  // namespace lapack_ai::sdk

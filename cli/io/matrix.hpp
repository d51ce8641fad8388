// A dense matrix as it comes from a file or goes to one: column-major, packed (ld == rows), in one of
// LAPACK's four element types. Everything the command line computes on is held in it.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "lapack_ai/abi/types.h"

namespace lapack_ai::cli {

// LAI_DTYPE_* of a C++ element type.
template <class T>
inline constexpr lai_dtype dtype_of = LAI_DTYPE_NONE;
template <>
inline constexpr lai_dtype dtype_of<float> = LAI_DTYPE_F32;
template <>
inline constexpr lai_dtype dtype_of<double> = LAI_DTYPE_F64;
template <>
inline constexpr lai_dtype dtype_of<std::complex<float>> = LAI_DTYPE_C32;
template <>
inline constexpr lai_dtype dtype_of<std::complex<double>> = LAI_DTYPE_C64;

// Bytes of an element; 0 for what is not one of s, d, c, z.
std::size_t element_bytes(lai_dtype dtype) noexcept;
// 's', 'd', 'c' or 'z'.
char dtype_letter(lai_dtype dtype) noexcept;
bool is_complex(lai_dtype dtype) noexcept;
bool is_single(lai_dtype dtype) noexcept;

// Owns its elements and is moved, not copied. Zeroed when made; pages that nobody writes cost no memory.
class Matrix {
  public:
    Matrix() = default;
    // Throws std::bad_alloc when there is no memory, and std::length_error when the size does not fit 63
    // bits.
    Matrix(lai_dtype dtype, std::int64_t rows, std::int64_t cols);

    lai_dtype dtype() const noexcept { return dtype_; }
    std::int64_t rows() const noexcept { return rows_; }
    std::int64_t cols() const noexcept { return cols_; }
    // Leading dimension as LAPACK wants it: never 0.
    std::int64_t ld() const noexcept { return rows_ > 0 ? rows_ : 1; }
    std::size_t bytes() const noexcept {
        return static_cast<std::size_t>(rows_) * static_cast<std::size_t>(cols_) * element_bytes(dtype_);
    }

    std::byte *data() noexcept { return data_.get(); }
    const std::byte *data() const noexcept { return data_.get(); }
    // The elements as T, which must be the matrix's own type.
    template <class T>
    T *as() noexcept {
        return reinterpret_cast<T *>(data_.get());
    }
    template <class T>
    const T *as() const noexcept {
        return reinterpret_cast<const T *>(data_.get());
    }

    Matrix clone() const;

  private:
    struct Free {
        void operator()(std::byte *p) const noexcept { std::free(p); }
    };
    lai_dtype dtype_ = LAI_DTYPE_F64;
    std::int64_t rows_ = 0;
    std::int64_t cols_ = 0;
    std::unique_ptr<std::byte[], Free> data_;
};

// Calls f with a zero of the element type, and returns what it returns.
template <class F>
decltype(auto) with_type(lai_dtype dtype, F &&f) {
    switch (dtype) {
        case LAI_DTYPE_F32:
            return f(float{});
        case LAI_DTYPE_C32:
            return f(std::complex<float>{});
        case LAI_DTYPE_C64:
            return f(std::complex<double>{});
        default:
            return f(double{});
    }
}

// The matrix in another element type. Complex to real is allowed only when the caller knows that the
// imaginary parts are to be dropped.
Matrix convert(const Matrix &A, lai_dtype dtype);

}  // namespace lapack_ai::cli

#include "io/matrix.hpp"

#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <type_traits>

namespace lapack_ai::cli {

std::size_t element_bytes(lai_dtype dtype) noexcept {
    switch (dtype) {
        case LAI_DTYPE_F32:
            return 4;
        case LAI_DTYPE_F64:
        case LAI_DTYPE_C32:
            return 8;
        case LAI_DTYPE_C64:
            return 16;
        default:
            return 0;
    }
}

char dtype_letter(lai_dtype dtype) noexcept {
    switch (dtype) {
        case LAI_DTYPE_F32:
            return 's';
        case LAI_DTYPE_F64:
            return 'd';
        case LAI_DTYPE_C32:
            return 'c';
        case LAI_DTYPE_C64:
            return 'z';
        default:
            return '?';
    }
}

bool is_complex(lai_dtype dtype) noexcept {
    return dtype == LAI_DTYPE_C32 || dtype == LAI_DTYPE_C64;
}

bool is_single(lai_dtype dtype) noexcept {
    return dtype == LAI_DTYPE_F32 || dtype == LAI_DTYPE_C32;
}

Matrix::Matrix(lai_dtype dtype, std::int64_t rows, std::int64_t cols)
    : dtype_(dtype), rows_(rows), cols_(cols) {
    std::int64_t count = 0, total = 0;
    if (rows < 0 || cols < 0 || __builtin_mul_overflow(rows, cols, &count) ||
        __builtin_mul_overflow(count, static_cast<std::int64_t>(element_bytes(dtype)), &total)) {
        throw std::length_error("matrix size does not fit 63 bits");
    }
    // calloc, not new: a sparse file may name a large matrix and touch little of it.
    data_.reset(static_cast<std::byte *>(std::calloc(total > 0 ? static_cast<std::size_t>(total) : 1, 1)));
    if (!data_) throw std::bad_alloc();
}

Matrix Matrix::clone() const {
    Matrix copy(dtype_, rows_, cols_);
    if (bytes() > 0) std::memcpy(copy.data(), data(), bytes());
    return copy;
}

namespace {

template <class To, class From>
To converted(From value) {
    using Real = decltype(std::real(To{}));
    const Real re = static_cast<Real>(std::real(value));
    if constexpr (std::is_floating_point_v<To>) {
        return re;
    } else {
        return To(re, static_cast<Real>(std::imag(value)));
    }
}

}  // namespace

Matrix convert(const Matrix &A, lai_dtype dtype) {
    Matrix B(dtype, A.rows(), A.cols());
    const std::int64_t count = A.rows() * A.cols();
    with_type(A.dtype(), [&](auto from) {
        with_type(dtype, [&](auto to) {
            const auto *source = A.as<decltype(from)>();
            auto *target = B.as<decltype(to)>();
            for (std::int64_t i = 0; i < count; ++i) target[i] = converted<decltype(to)>(source[i]);
        });
    });
    return B;
}

}  // namespace lapack_ai::cli

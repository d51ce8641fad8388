// A block of probe vectors: `width` of them side by side, in double whatever the matrices hold, so that one
// pass over a matrix serves all and its conversion from float costs nothing extra.
//
// Row i holds the real parts of its `width` numbers, then, for complex matrices, the imaginary parts: both
// are one vector register.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace lapack_ai::core::certify {

inline constexpr std::int64_t width = 4;

class Block {
  public:
    // All zero. Throws std::bad_alloc.
    Block(std::int64_t rows, bool complex)
        : rows_(rows),
          stride_(complex ? 2 * width : width),
          numbers_(std::make_unique<double[]>(static_cast<std::size_t>(rows * stride_))) {}

    std::int64_t rows() const noexcept { return rows_; }
    bool complex() const noexcept { return stride_ != width; }
    std::int64_t stride() const noexcept { return stride_; }  // doubles a row
    std::int64_t count() const noexcept { return rows_ * stride_; }
    double *row(std::int64_t i) noexcept { return numbers_.get() + i * stride_; }
    const double *row(std::int64_t i) const noexcept { return numbers_.get() + i * stride_; }

    // this := this * 2^exponent, exact but for underflow. Beyond 2^+-2000 nothing of a double is left anyway.
    void scale(int exponent) noexcept {
        if (exponent == 0) return;
        exponent = std::clamp(exponent, -2000, 2000);
        const double half = std::ldexp(1.0, exponent / 2), rest = std::ldexp(1.0, exponent - exponent / 2);
        for (std::int64_t i = 0; i < count(); ++i) numbers_[static_cast<std::size_t>(i)] *= half;
        for (std::int64_t i = 0; i < count(); ++i) numbers_[static_cast<std::size_t>(i)] *= rest;
    }
    double norm() const noexcept {
        double sum = 0;
        for (std::int64_t i = 0; i < count(); ++i) sum += row(0)[i] * row(0)[i];
        return std::sqrt(sum);
    }

  private:
    std::int64_t rows_, stride_;
    std::unique_ptr<double[]> numbers_;
};

}  // namespace lapack_ai::core::certify

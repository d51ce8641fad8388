// A nonnegative number beyond the range of double: mantissa * 2^exponent.
#pragma once

#include <algorithm>
#include <cmath>

namespace lapack_ai::core::certify {

struct ScaledNumber {
    double mantissa = 0;
    int exponent = 0;

    ScaledNumber() = default;
    ScaledNumber(double value, int power) {
        mantissa = std::frexp(value, &exponent);
        exponent = value > 0 ? exponent + power : 0;
    }
    bool zero() const noexcept { return mantissa == 0; }
    ScaledNumber operator*(const ScaledNumber &b) const noexcept {
        return {mantissa * b.mantissa, exponent + b.exponent};
    }
    ScaledNumber operator+(const ScaledNumber &b) const noexcept {
        if (zero()) return b;
        if (b.zero()) return *this;
        const int top = std::max(exponent, b.exponent);
        return {std::ldexp(mantissa, exponent - top) + std::ldexp(b.mantissa, b.exponent - top), top};
    }
};

}  // namespace lapack_ai::core::certify

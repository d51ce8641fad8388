#include "certify/matrix.hpp"

#include <algorithm>
#include <cmath>

#include "certify/kernels.hpp"

namespace lapack_ai::core::certify {

namespace {

const Kernels &kernels_of(lai_dtype dtype) noexcept {
    switch (dtype) {
        case LAI_DTYPE_F32:
            return kernels_f32();
        case LAI_DTYPE_C32:
            return kernels_c32();
        case LAI_DTYPE_C64:
            return kernels_c64();
        default:
            return kernels_f64();
    }
}

std::uint64_t element_bytes(lai_dtype dtype) noexcept {
    return dtype == LAI_DTYPE_F32 ? 4 : dtype == LAI_DTYPE_C64 ? 16 : 8;
}

Sums sums_of(const Matrix &A, double factor, double factor2) noexcept {
    const Kernels &k = kernels_of(A.dtype);
    Sums all;
    for (std::int64_t j = 0; j < A.cols; ++j) {
        const auto *column =
            static_cast<const char *>(A.data) + static_cast<std::uint64_t>(j * A.ld) * element_bytes(A.dtype);
        const auto add = [&](std::int64_t from, std::int64_t to, double times) {
            if (from >= to) return;
            const Sums one = k.sums(column + static_cast<std::uint64_t>(from) * element_bytes(A.dtype),
                                    to - from, factor, factor2);
            all.largest = std::max(all.largest, one.largest);
            all.squares += times * one.squares;
            all.finite &= one.finite;
        };
        if (A.stored == Stored::general) {
            add(0, A.rows, 1);
        } else {
            const bool upper = A.stored == Stored::upper;
            add(upper ? 0 : j + 1, upper ? j : A.rows, 2);
            // LAPACK does not look at the imaginary part of a Hermitian diagonal.
            const Kernels &real = A.dtype == LAI_DTYPE_C32   ? kernels_f32()
                                  : A.dtype == LAI_DTYPE_C64 ? kernels_f64()
                                                             : k;
            const Sums diagonal = real.sums(column + static_cast<std::uint64_t>(j) * element_bytes(A.dtype),
                                            1, factor, factor2);
            all.largest = std::max(all.largest, diagonal.largest);
            all.squares += diagonal.squares;
            all.finite &= diagonal.finite;
        }
    }
    return all;
}

}  // namespace

Matrix matrix_of(const lai_operand &operand, std::int64_t item, Stored stored) noexcept {
    Matrix A;
    A.dtype = operand.dtype;
    A.rows = operand.rows;
    A.cols = operand.cols;
    A.ld = operand.ld;
    A.stored = stored;
    const bool pointers = (operand.flags & LAI_OPERAND_POINTER_ARRAY) != 0;
    A.data = pointers
                 ? static_cast<void *const *>(operand.data)[item]
                 : static_cast<const char *>(operand.data) +
                       static_cast<std::uint64_t>(item * operand.batch_stride) * element_bytes(operand.dtype);
    return A;
}

void measure(Matrix &A) noexcept {
    A.exponent = 0;
    A.largest = A.norm = 0;
    A.finite = true;
    if (A.rows == 0 || A.cols == 0) return;
    Sums s = sums_of(A, 1, 1);
    A.finite = s.finite;
    if (!s.finite) return;
    int exponent = 0;
    if (s.largest > 0) std::frexp(s.largest, &exponent);
    if (exponent > plain_exponents || exponent < -plain_exponents) {
        A.exponent = exponent;
        const int half = -exponent / 2;
        s = sums_of(A, std::ldexp(1.0, half), std::ldexp(1.0, -exponent - half));
    }
    A.largest = s.largest;
    A.norm = std::sqrt(s.squares);
}

void apply(const Matrix &A, char trans, const Block &X, Block &Y) {
    if (A.rows == 0 || A.cols == 0) return;
    const Kernels &k = kernels_of(A.dtype);
    const auto run = [&](const Block &x, Block &y) {
        if (A.stored != Stored::general) {
            k.multiply_hermitian(A.data, A.rows, A.ld, A.stored == Stored::upper, x.row(0), y.row(0));
        } else if (trans == 'N') {
            k.multiply(A.data, A.rows, A.cols, A.ld, x.row(0), y.row(0));
        } else {
            k.multiply_transposed(A.data, A.rows, A.cols, A.ld, trans == 'C', x.row(0), y.row(0));
        }
    };
    if (A.exponent == 0) return run(X, Y);
    // Half of the scaling before and half after: neither factor nor product leaves the range.
    const int before = -A.exponent / 2;
    Block x(X.rows(), X.complex()), y(Y.rows(), Y.complex());
    std::copy_n(X.row(0), X.count(), x.row(0));
    x.scale(before);
    run(x, y);
    y.scale(-A.exponent - before);
    for (std::int64_t i = 0; i < Y.count(); ++i) Y.row(0)[i] += y.row(0)[i];
}

}  // namespace lapack_ai::core::certify

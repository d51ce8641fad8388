// Column-major matrices that somebody else owns. Indices are int64 and 0-based; nothing is checked.
#pragma once

#include <cstdint>

#include "lapack_ai/abi/call.h"

namespace lapack_ai::sdk {

// Element (i, j) stands at data[i + j * ld]. A null `data` means absent or empty.
template <typename T>
struct MatrixView {
    T *data = nullptr;
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::int64_t ld = 1;

    T &operator()(std::int64_t i, std::int64_t j) const noexcept { return data[i + j * ld]; }
    T *column(std::int64_t j) const noexcept { return data + j * ld; }
    MatrixView block(std::int64_t i, std::int64_t j, std::int64_t block_rows,
                     std::int64_t block_cols) const noexcept {
        return {data + i + j * ld, block_rows, block_cols, ld};
    }
    operator MatrixView<const T>() const noexcept { return {data, rows, cols, ld}; }
};

// A batch of equally shaped matrices, evenly spaced or given by pointers.
template <typename T>
struct BatchView {
    MatrixView<T> first;  // shape of all; data of the first when evenly spaced
    std::int64_t stride = 0;
    T *const *pointers = nullptr;

    MatrixView<T> item(std::int64_t b) const noexcept {
        return {pointers ? pointers[b] : first.data + b * stride, first.rows, first.cols, first.ld};
    }
};

template <typename T>
MatrixView<T> matrix_of(const lai_operand &operand) noexcept {
    return {static_cast<T *>(operand.data), operand.rows, operand.cols, operand.ld};
}

template <typename T>
BatchView<T> batch_of(const lai_operand &operand) noexcept {
    if (operand.flags & LAI_OPERAND_POINTER_ARRAY)
        return {{nullptr, operand.rows, operand.cols, operand.ld}, 0, static_cast<T *const *>(operand.data)};
    return {matrix_of<T>(operand), operand.batch_stride, nullptr};
}

}  // namespace lapack_ai::sdk

// Makes a lai_call in place, without allocation: for nested dispatch from a plugin, and for tests. Arguments
// are given in the order of the op's schema:
//     CallBuilder child(LAI_OP_GEMM, LAI_DTYPE_F64);
//     child.dims(m, n, k).flags('N', 'T').scalars(1.0, 0.0).matrix(A).matrix(B).matrix(C);
//     host.invoke(call, child.call(), result);
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lapack_ai/sdk/dtype.hpp"
#include "lapack_ai/sdk/matrix.hpp"

namespace lapack_ai::sdk {

class CallBuilder {
  public:
    static constexpr std::uint32_t capacity = 8;  // of each kind of argument

    CallBuilder(const char *op_id, lai_dtype dtype) noexcept {
        call_.size = sizeof call_;
        call_.op_id = op_id;
        call_.dtype = dtype;
        call_.batch = 1;
        call_.thread_budget = 1;
        call_.operand_stride = sizeof(lai_operand);
    }

    template <typename... Dims>
    CallBuilder &dims(Dims... values) noexcept {
        static_assert(sizeof...(values) <= capacity);
        ((dims_[call_.dim_count++] = values), ...);
        return *this;
    }
    template <typename... Flags>
    CallBuilder &flags(Flags... letters) noexcept {
        static_assert(sizeof...(letters) <= capacity);
        ((flags_[call_.flag_count++] = static_cast<std::uint8_t>(letters)), ...);
        return *this;
    }
    template <typename... Scalars>
    CallBuilder &scalars(Scalars... values) noexcept {
        static_assert(sizeof...(values) <= capacity);
        ((scalars_[call_.scalar_count++] = to_scalar(values)), ...);
        return *this;
    }
    // A matrix of dtype_of<T>; constness is dropped, the schema says what is written.
    template <typename T>
    CallBuilder &matrix(MatrixView<T> A) noexcept {
        using Element = std::remove_const_t<T>;
        return operand(dtype_of<Element>, const_cast<Element *>(A.data), A.rows, A.cols, A.ld);
    }
    CallBuilder &indices(std::int64_t *data, std::int64_t count) noexcept {
        return operand(LAI_DTYPE_I64, data, count, 1, count > 0 ? count : 1);
    }
    CallBuilder &operand(lai_dtype dtype, void *data, std::int64_t rows, std::int64_t cols, std::int64_t ld,
                         std::int64_t batch_stride = 0, std::uint64_t flags = 0,
                         std::uint32_t space = 0) noexcept {
        operands_[call_.operand_count++] = {sizeof(lai_operand), dtype, data,  rows, cols, ld,
                                            batch_stride,        flags, space, 0};
        return *this;
    }
    CallBuilder &absent(lai_dtype dtype) noexcept { return operand(dtype, nullptr, 0, 0, 1); }
    CallBuilder &batch(std::int64_t items) noexcept {
        call_.batch = items;
        return *this;
    }
    CallBuilder &threads(std::int32_t budget) noexcept {
        call_.thread_budget = budget;
        return *this;
    }

    // Points into this object: valid while it lives and does not move.
    lai_call &call() noexcept {
        call_.dims = dims_;
        call_.flags = flags_;
        call_.scalars = scalars_;
        call_.operands = operands_;
        return call_;
    }

  private:
    template <typename T>
    static lai_scalar to_scalar(T value) noexcept {
        if constexpr (std::is_arithmetic_v<T>)
            return {static_cast<double>(value), 0};
        else
            return {static_cast<double>(value.real()), static_cast<double>(value.imag())};
    }

    lai_call call_{};
    std::int64_t dims_[capacity] = {};
    std::uint8_t flags_[capacity] = {};
    lai_scalar scalars_[capacity] = {};
    lai_operand operands_[capacity] = {};
};

}  // namespace lapack_ai::sdk

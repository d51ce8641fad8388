// A call as a plugin sees it: thin, read-only access to lai_call. Typed views per op are in views.hpp.
#pragma once

#include <cstdint>

#include "lapack_ai/sdk/dtype.hpp"
#include "lapack_ai/sdk/matrix.hpp"

namespace lapack_ai::sdk {

class Call {
  public:
    explicit Call(const lai_call &raw) noexcept : raw_(raw) {}

    const lai_call &raw() const noexcept { return raw_; }
    lai_dtype dtype() const noexcept { return raw_.dtype; }
    std::int64_t dim(int i) const noexcept { return raw_.dims[i]; }
    char flag(int i) const noexcept { return static_cast<char>(raw_.flags[i]); }
    template <typename T>
    T scalar(int i) const noexcept {
        return scalar_as<T>(raw_.scalars[i]);
    }
    const lai_operand &operand(int i) const noexcept { return *LAI_OPERAND(&raw_, i); }
    template <typename T>
    MatrixView<T> matrix(int i) const noexcept {
        return matrix_of<T>(operand(i));
    }
    template <typename T>
    BatchView<T> batch(int i) const noexcept {
        return batch_of<T>(operand(i));
    }

    std::int64_t batch_size() const noexcept { return raw_.batch; }
    // One problem whose operands stand where their data says: no batch and no array of pointers.
    bool is_single() const noexcept {
        if (raw_.batch != 1) return false;
        for (std::uint32_t i = 0; i < raw_.operand_count; ++i)
            if (LAI_OPERAND(&raw_, i)->flags & LAI_OPERAND_POINTER_ARRAY) return false;
        return true;
    }
    int threads() const noexcept { return raw_.thread_budget < 1 ? 1 : raw_.thread_budget; }
    bool deterministic() const noexcept { return raw_.deterministic != 0; }
    lai_accuracy accuracy() const noexcept { return raw_.accuracy; }
    // Host scratch of at least the bytes that query stated, 64-byte aligned; null when it stated none.
    void *workspace() const noexcept { return raw_.workspace; }
    std::uint64_t workspace_bytes() const noexcept { return raw_.workspace_bytes; }

  private:
    const lai_call &raw_;
};

}  // namespace lapack_ai::sdk

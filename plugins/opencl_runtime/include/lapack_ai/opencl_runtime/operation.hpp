// The runtime's C interface with C++ manners: operations that end with their scope, failures as exceptions.
// Header-only; nothing C++ crosses the shared library's edge.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"
#include "lapack_ai/sdk/error.hpp"

namespace lapack_ai::opencl {

// Throws sdk::Failure with the runtime's sentence unless status is LAI_OK.
inline void require(lai_status status) {
    if (status != LAI_OK) throw sdk::Failure(status, lai_ocl_last_error());
}

// A lease on the device. Used by one thread; movable.
class Operation {
  public:
    // deadline_ns: of the call, 0 for the watchdog's. Throws Failure(LAI_BUSY) at the limit of concurrency.
    explicit Operation(std::uint64_t deadline_ns = 0) { require(lai_ocl_begin(deadline_ns, &raw_)); }
    ~Operation() { lai_ocl_end(raw_); }
    Operation(Operation &&other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Operation &operator=(Operation &&other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }

    lai_ocl_operation *raw() const { return raw_; }
    void wait() { require(lai_ocl_wait(raw_)); }
    // Uninitialised device memory until the operation ends.
    template <typename T = void>
    T *temporary(std::uint64_t bytes) {
        void *address = nullptr;
        require(lai_ocl_temporary(raw_, bytes, &address));
        return static_cast<T *>(address);
    }
    // 2-d copies; strides and rows in bytes, see lai_ocl_upload.
    void upload(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld,
                std::uint64_t row_bytes, std::uint64_t cols, bool pinned = false) {
        require(lai_ocl_upload(raw_, to, to_ld, from, from_ld, row_bytes, cols, pinned));
    }
    void download(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld,
                  std::uint64_t row_bytes, std::uint64_t cols, bool pinned = false) {
        require(lai_ocl_download(raw_, to, to_ld, from, from_ld, row_bytes, cols, pinned));
    }
    void copy(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld, std::uint64_t row_bytes,
              std::uint64_t cols) {
        require(lai_ocl_copy(raw_, to, to_ld, from, from_ld, row_bytes, cols));
    }
    void zero(void *to, std::uint64_t bytes) { require(lai_ocl_zero(raw_, to, bytes)); }
    void gemm(const lai_ocl_gemm_call &call) { require(lai_ocl_gemm(raw_, &call)); }
    // args built by value(), address() and local() below:
    //     op.launch(kernel, {groups * 64}, {64}, {value(n), address(A, 8), value(lda)});
    template <std::size_t D, std::size_t N>
    void launch(lai_ocl_kernel *kernel, const std::size_t (&global)[D], const std::size_t (&local)[D],
                const lai_ocl_arg (&args)[N]) {
        require(lai_ocl_launch(raw_, kernel, D, global, local, args, N));
    }
    struct Times {
        double transfer, compute;
    };
    Times times() const {
        Times t{};
        lai_ocl_times(raw_, &t.transfer, &t.compute);
        return t;
    }

  private:
    lai_ocl_operation *raw_ = nullptr;
};

// Arguments of a launch. `v` must live until the launch returns.
template <typename T>
lai_ocl_arg value(const T &v) {
    return {LAI_OCL_ARG_VALUE, sizeof v, &v};
}
inline lai_ocl_arg address(const void *a, std::uint32_t element_bytes) {
    return {LAI_OCL_ARG_ADDRESS, element_bytes, a};
}
inline lai_ocl_arg local_memory(std::uint32_t bytes) {
    return {LAI_OCL_ARG_LOCAL, bytes, nullptr};
}

// A kernel built on first use; keep one per call site in a static.
inline lai_ocl_kernel *kernel(const char *source, const std::string &options, const char *name) {
    lai_ocl_kernel *handle = nullptr;
    require(lai_ocl_get_kernel(source, options.c_str(), name, &handle));
    return handle;
}

}  // namespace lapack_ai::opencl

// A lease on the device: an in-order queue, temporaries, pinned chunks, a deadline. Used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "device.hpp"
#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace lapack_ai::opencl {
// Device time of a command in nanoseconds; zeros where the driver does not tell.
struct Span {
    cl_ulong start, end;
};
}  // namespace lapack_ai::opencl

// The handle of the C interface is the class itself.
struct lai_ocl_operation {
  public:
    lai_ocl_operation(std::shared_ptr<lapack_ai::opencl::Device> device, std::uint64_t deadline_ns);
    // Waits (unless timed out or lost), then returns everything.
    ~lai_ocl_operation();
    lai_ocl_operation(const lai_ocl_operation &) = delete;
    lai_ocl_operation &operator=(const lai_ocl_operation &) = delete;

    lapack_ai::opencl::Device &device() { return *device_; }
    const std::shared_ptr<lapack_ai::opencl::Device> &shared_device() const { return device_; }

    void *temporary(std::uint64_t bytes);
    // Working space of a routine: the same memory for each that asks, safe because the queue keeps their
    // order.
    void *scratch(std::uint64_t bytes);
    void wait();
    void upload(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld,
                std::uint64_t row_bytes, std::uint64_t cols, bool pinned);
    void download(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld,
                  std::uint64_t row_bytes, std::uint64_t cols, bool pinned);
    void copy(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld, std::uint64_t row_bytes,
              std::uint64_t cols);
    void zero(void *to, std::uint64_t bytes);
    void launch(lapack_ai::opencl::Kernel &kernel, std::uint32_t dimensions, const std::size_t *global,
                const std::size_t *local, const lai_ocl_arg *args, std::uint32_t arg_count);

    bool timed_out() const { return timed_out_; }
    double transfer_seconds() const { return transfer_seconds_; }
    double compute_seconds() const;
    std::uint64_t bytes_to_device() const { return bytes_up_; }
    std::uint64_t bytes_from_device() const { return bytes_down_; }
    double busy_seconds() const { return busy_seconds_; }

  private:
    // Enqueues by `enqueue(event)`; a shortage is met by trimming the pool and trying once more.
    template <typename Enqueue>
    void submit(const char *site, const char *what, cl_event *event, Enqueue &&enqueue);
    // Waits for an event within the deadline and releases it.
    lapack_ai::opencl::Span finish_event(cl_event &event);
    void finish_transfer(lapack_ai::opencl::Chunk &chunk);
    lapack_ai::opencl::Chunk &next_chunk();
    void upload_piece(const lapack_ai::opencl::Location &at, std::uint64_t to_ld, const char *from,
                      std::uint64_t from_ld, std::uint64_t row_bytes, std::uint64_t cols, cl_event *event);
    void download_piece(const lapack_ai::opencl::Location &at, std::uint64_t from_ld, char *to,
                        std::uint64_t to_ld, std::uint64_t row_bytes, std::uint64_t cols, cl_event *event);
    cl_event *first_event() { return first_ ? nullptr : &first_; }

    std::shared_ptr<lapack_ai::opencl::Device> device_;
    cl_command_queue queue_;
    std::uint64_t deadline_ns_;
    bool timed_out_ = false;
    cl_event first_ = nullptr;  // the first command since the last wait: start of the busy time
    cl_event stuck_ = nullptr;  // what the operation timed out on
    std::vector<void *> temporaries_;
    void *scratch_ = nullptr;
    std::uint64_t scratch_bytes_ = 0;
    std::vector<lapack_ai::opencl::Chunk> chunks_;
    std::size_t chunk_ = 0;
    double transfer_seconds_ = 0, busy_seconds_ = 0;
    std::uint64_t bytes_up_ = 0, bytes_down_ = 0;
    std::vector<cl_event> loose_;  // pinned uploads under way
};

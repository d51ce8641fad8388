// Pinned host memory between pageable memory and the device: a ring of chunks, filled or emptied by several
// threads while earlier chunks travel.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "opencl_api.hpp"

namespace lapack_ai::opencl {

// Threads that copy memory. Started with the first large copy.
class CopyCrew {
  public:
    ~CopyCrew();
    // Runs part(i) for i in [0, parts) on the crew and the caller; returns when all are done. One caller at a
    // time runs in parallel, others alone.
    void run(int parts, const std::function<void(int)> &part);
    int size();

  private:
    void start();
    void work();
    std::mutex caller_, mutex_;
    std::condition_variable wake_, done_;
    std::vector<std::thread> threads_;
    const std::function<void(int)> *part_ = nullptr;
    int parts_ = 0, next_ = 0, running_ = 0;
    bool stop_ = false;
};

// Copies `cols` columns of row_bytes between strided host arrays, large ones with the crew.
void copy_columns(CopyCrew &crew, char *to, std::uint64_t to_ld, const char *from, std::uint64_t from_ld,
                  std::uint64_t row_bytes, std::uint64_t cols);

struct Chunk {
    cl_mem buffer = nullptr;
    char *memory = nullptr;
    cl_event busy = nullptr;  // the copy that reads or writes it
};

// Pinned chunks; a transfer borrows a few and returns them idle.
class Staging {
  public:
    static constexpr std::uint64_t chunk_bytes = 8u << 20;
    static constexpr int chunks_per_transfer = 4;

    Staging(const OpenclApi &api, cl_context context, cl_command_queue map_queue)
        : api_(api), context_(context), map_queue_(map_queue) {}
    // Up to chunks_per_transfer chunks, at least one; throws Failure when there is no pinned memory at all.
    std::vector<Chunk> borrow();
    void give_back(std::vector<Chunk> &chunks);
    // Page-locked memory for callers; null when the driver has none.
    void *allocate(std::uint64_t bytes);
    // False when it is not from here.
    bool free(void *pointer);

    CopyCrew crew;

  private:
    Chunk create(std::uint64_t bytes);
    const OpenclApi &api_;
    cl_context context_;
    cl_command_queue map_queue_;
    std::mutex mutex_;
    std::vector<Chunk> idle_, lent_out_;
};

}  // namespace lapack_ai::opencl

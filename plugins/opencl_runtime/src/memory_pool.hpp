// Device memory in slabs of size classes, handed out again after release, within a limit, and fully counted.
//
// Each slab is one OpenCL buffer. Its address is a range of host addresses that is reserved but never mapped,
// so that addresses into a slab can be moved like pointers and any stray access faults at once. Slabs in use
// are never handed out; released ones are kept for reuse until trimmed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "opencl_api.hpp"

namespace lapack_ai::opencl {

struct Slab {
    cl_mem buffer = nullptr;
    std::uint64_t bytes = 0;
    char *address = nullptr;
    int references = 0;  // 0: cached
    bool persistent = false;
};

// A device address taken apart.
struct Location {
    cl_mem buffer = nullptr;
    std::uint64_t offset = 0;
    std::uint64_t left = 0;  // bytes from there to the slab's end
};

struct PoolFigures {
    std::uint64_t used = 0, cached = 0, limit = 0, allocations = 0, reuses = 0, trims = 0;
};

class MemoryPool {
  public:
    // `touch` is a queue on which new slabs are written once, since drivers allocate lazily.
    MemoryPool(const OpenclApi &api, cl_context context, cl_command_queue touch, std::uint64_t limit_bytes,
               std::uint64_t largest_bytes)
        : api_(api), context_(context), touch_(touch), limit_(limit_bytes), largest_(largest_bytes) {}
    // Gives the reserved addresses back, and the buffers unless the context is dead.
    ~MemoryPool();
    MemoryPool(const MemoryPool &) = delete;
    MemoryPool &operator=(const MemoryPool &) = delete;

    // Throws Failure(LAI_OUT_OF_MEMORY) naming sizes and limit; trims and tries once more before that.
    void *allocate(std::uint64_t bytes, bool persistent);
    void retain(void *address);
    // Unknown addresses are ignored: their slab died with a lost context.
    void release(void *address);
    // Throws Failure(LAI_INVALID) for an address of no slab in use.
    Location locate(const void *address) const;
    bool owns(const void *address) const;
    // Frees cached slabs but persistent ones; returns the bytes freed.
    std::uint64_t trim();
    PoolFigures figures() const;
    void context_is_dead() { dead_ = true; }

    // The slab size for a request: at most 12.5 % more, in steps of an eighth of a power of two.
    static std::uint64_t size_class(std::uint64_t bytes);

  private:
    std::unique_ptr<Slab> create(std::uint64_t bytes);
    void destroy(Slab &slab);
    Slab *find(const void *address) const;
    std::uint64_t trim_locked();

    const OpenclApi &api_;
    cl_context context_;
    cl_command_queue touch_;
    std::uint64_t limit_, largest_;
    bool dead_ = false;
    mutable std::shared_mutex mutex_;
    std::map<const char *, std::unique_ptr<Slab>> slabs_;  // by address
    std::multimap<std::uint64_t, Slab *> cached_;          // by size
    PoolFigures figures_;
};

}  // namespace lapack_ai::opencl

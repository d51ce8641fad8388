// The pool of device memory.
#include "memory_pool.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <mutex>

#include "failure.hpp"

namespace lapack_ai::opencl {
namespace {

constexpr std::uint64_t smallest_slab = 4096;

std::string mebibytes(std::uint64_t bytes) {
    return std::to_string(bytes / (1024 * 1024)) + "." +
           std::to_string(bytes % (1024 * 1024) * 10 / (1024 * 1024)) + " MiB";
}

}  // namespace

std::uint64_t MemoryPool::size_class(std::uint64_t bytes) {
    if (bytes <= smallest_slab) return smallest_slab;
    const std::uint64_t step = std::bit_floor(bytes - 1) / 8;
    return (bytes + step - 1) / step * step;
}

MemoryPool::~MemoryPool() {
    for (auto &[address, slab] : slabs_) destroy(*slab);
}

void MemoryPool::destroy(Slab &slab) {
    if (slab.buffer && !dead_) api_.ReleaseMemObject(slab.buffer);
    if (slab.address) munmap(slab.address, slab.bytes);
    slab.buffer = nullptr;
    slab.address = nullptr;
}

std::unique_ptr<Slab> MemoryPool::create(std::uint64_t bytes) {
    auto slab = std::make_unique<Slab>();
    slab->bytes = bytes;
    cl_int code = faults::at("allocate");
    if (code == CL_SUCCESS)
        slab->buffer = api_.CreateBuffer(context_, CL_MEM_READ_WRITE, bytes, nullptr, &code);
    if (code == CL_SUCCESS) {
        const cl_uint zero = 0;
        code = api_.EnqueueFillBuffer(touch_, slab->buffer, &zero, sizeof zero, 0, sizeof zero, 0, nullptr,
                                      nullptr);
        if (code == CL_SUCCESS) code = api_.Finish(touch_);
    }
    void *address = MAP_FAILED;
    if (code == CL_SUCCESS)
        address = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED) {
        destroy(*slab);
        if (code != CL_SUCCESS && !is_shortage(code)) check(code, "allocate " + mebibytes(bytes));
        return nullptr;
    }
    slab->address = static_cast<char *>(address);
    return slab;
}

void *MemoryPool::allocate(std::uint64_t bytes, bool persistent) {
    const std::uint64_t wanted = size_class(std::max<std::uint64_t>(bytes, 1));
    const std::unique_lock lock(mutex_);
    const auto cached = cached_.lower_bound(wanted);
    if (cached != cached_.end() && cached->first <= wanted + wanted / 4) {
        Slab *slab = cached->second;
        cached_.erase(cached);
        slab->references = 1;
        slab->persistent = persistent;
        figures_.used += slab->bytes;
        figures_.cached -= slab->bytes;
        ++figures_.reuses;
        return slab->address;
    }
    if (bytes > largest_)
        throw Failure(LAI_OUT_OF_MEMORY, "the device allocates at most " + mebibytes(largest_) +
                                             " at once, not " + mebibytes(bytes));
    if (figures_.used + figures_.cached + wanted > limit_) trim_locked();
    if (figures_.used + figures_.cached + wanted > limit_)
        throw Failure(LAI_OUT_OF_MEMORY, mebibytes(bytes) + " do not fit: " + mebibytes(figures_.used) +
                                             " of " + mebibytes(limit_) +
                                             " (gpu.memory_limit_percent) are in use");
    std::unique_ptr<Slab> slab = create(wanted);
    if (!slab && trim_locked() > 0) slab = create(wanted);
    if (!slab) throw Failure(LAI_OUT_OF_MEMORY, "the device has no " + mebibytes(bytes) + " left");
    slab->references = 1;
    slab->persistent = persistent;
    figures_.used += wanted;
    ++figures_.allocations;
    char *const address = slab->address;
    slabs_.emplace(address, std::move(slab));
    return address;
}

Slab *MemoryPool::find(const void *address) const {
    const char *at = static_cast<const char *>(address);
    auto above = slabs_.upper_bound(at);
    if (above == slabs_.begin()) return nullptr;
    Slab *slab = std::prev(above)->second.get();
    return at < slab->address + slab->bytes && slab->references > 0 ? slab : nullptr;
}

Location MemoryPool::locate(const void *address) const {
    const std::shared_lock lock(mutex_);
    const Slab *slab = find(address);
    if (!slab) throw Failure(LAI_INVALID, "an operand is no device memory in use");
    const auto offset = static_cast<std::uint64_t>(static_cast<const char *>(address) - slab->address);
    return {slab->buffer, offset, slab->bytes - offset};
}

bool MemoryPool::owns(const void *address) const {
    const std::shared_lock lock(mutex_);
    return find(address) != nullptr;
}

void MemoryPool::retain(void *address) {
    const std::unique_lock lock(mutex_);
    if (Slab *slab = find(address)) ++slab->references;
}

void MemoryPool::release(void *address) {
    const std::unique_lock lock(mutex_);
    Slab *slab = find(address);
    if (!slab || --slab->references > 0) return;
    cached_.emplace(slab->bytes, slab);
    figures_.used -= slab->bytes;
    figures_.cached += slab->bytes;
}

std::uint64_t MemoryPool::trim_locked() {
    std::uint64_t freed = 0;
    for (auto at = cached_.begin(); at != cached_.end();) {
        Slab *slab = at->second;
        if (slab->persistent) {
            ++at;
            continue;
        }
        at = cached_.erase(at);
        freed += slab->bytes;
        const char *address = slab->address;
        destroy(*slab);
        slabs_.erase(address);
    }
    figures_.cached -= freed;
    if (freed > 0) ++figures_.trims;
    return freed;
}

std::uint64_t MemoryPool::trim() {
    const std::unique_lock lock(mutex_);
    return trim_locked();
}

PoolFigures MemoryPool::figures() const {
    const std::shared_lock lock(mutex_);
    PoolFigures copy = figures_;
    copy.limit = limit_;
    return copy;
}

}  // namespace lapack_ai::opencl

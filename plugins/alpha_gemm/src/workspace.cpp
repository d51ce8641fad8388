// Regions straight from the kernel, in huge pages where it has them: the sweeps touch dozens of streams at
// once, more than small pages have translation entries for.

#include "workspace.hpp"

#include <sys/mman.h>

namespace lapack_ai::alpha_gemm {
namespace {

constexpr std::int64_t huge_page = std::int64_t{2} << 20;

std::size_t rounded(std::int64_t bytes) {
    return static_cast<std::size_t>((bytes + huge_page - 1) / huge_page * huge_page);
}

/// Aligned to a huge page: one more is reserved and the ends are cut off again.
void *map_region(std::int64_t bytes) {
    const std::size_t size = rounded(bytes), slack = static_cast<std::size_t>(huge_page);
    void *memory = mmap(nullptr, size + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    auto *begin = static_cast<char *>(memory);
    const std::size_t head = (slack - reinterpret_cast<std::uintptr_t>(begin) % slack) % slack;
    if (head > 0) munmap(begin, head);
    if (slack > head) munmap(begin + head + size, slack - head);
    madvise(begin + head, size, MADV_HUGEPAGE);  // advice: a refusal changes nothing but speed
    return begin + head;
}

void unmap_region(void *memory, std::int64_t bytes) {
    munmap(memory, rounded(bytes));
}

}  // namespace

WorkspacePool::~WorkspacePool() {
    if (region_ != nullptr) unmap_region(region_, region_bytes_);
}

void *WorkspacePool::take(std::int64_t bytes) {
    if (busy_.exchange(true, std::memory_order_acquire)) return map_region(bytes);
    if (region_bytes_ < bytes) {
        if (region_ != nullptr) unmap_region(region_, region_bytes_);
        region_ = map_region(bytes);
        region_bytes_ = region_ == nullptr ? 0 : static_cast<std::int64_t>(rounded(bytes));
        if (region_ == nullptr) busy_.store(false, std::memory_order_release);
    }
    return region_;
}

void WorkspacePool::give_back(void *memory, std::int64_t bytes) {
    if (memory != region_) {
        unmap_region(memory, bytes);
        return;
    }
#if defined(MADV_FREE)
    madvise(region_, static_cast<std::size_t>(region_bytes_), MADV_FREE);
#endif
    busy_.store(false, std::memory_order_release);
}

}  // namespace lapack_ai::alpha_gemm

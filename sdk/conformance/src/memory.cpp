// See memory.hpp.
#include "memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "lapack_ai/sdk/dtype.hpp"

namespace lapack_ai::conformance {

namespace {

constexpr std::byte guard{0xA7};
// Libraries that read (never write) a little past the end must not fault here.
constexpr std::size_t guard_bytes = 512;

std::size_t whole_pages(std::size_t bytes) {
    return (bytes + 4095) / 4096 * 4096;
}

}  // namespace

OperandMemory::OperandMemory(const Layout &layout) : layout_(layout) {
    element_ = sdk::dtype_bytes(layout.dtype);
    const auto columns = static_cast<std::size_t>(std::max<std::int64_t>(layout.cols, 1));
    const std::size_t one = static_cast<std::size_t>(layout.ld) * columns;
    const auto items = static_cast<std::size_t>(std::max<std::int64_t>(layout.items, 1));
    const std::size_t span = (items - 1) * static_cast<std::size_t>(layout.stride) + one;
    origin_ = guard_bytes + static_cast<std::size_t>(layout.misalign) * element_;
    size_ = origin_ + (span + static_cast<std::size_t>(layout.ld)) * element_ + guard_bytes;
    size_ = (size_ + 63) / 64 * 64;
    if (layout.own_pages) {
        void *pages =
            ::mmap(nullptr, whole_pages(size_), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED) throw std::bad_alloc();
        memory_ = static_cast<std::byte *>(pages);
    } else {
        memory_ = static_cast<std::byte *>(std::aligned_alloc(64, size_));
        if (!memory_) throw std::bad_alloc();
    }
    std::memset(memory_, static_cast<int>(guard), size_);
    if (layout.pointer_array) {
        for (std::int64_t b = 0; b < layout.items; ++b) pointers_.push_back(item(b));
        if (pointers_.empty()) pointers_.push_back(nullptr);
    }
}

OperandMemory::OperandMemory(OperandMemory &&other) noexcept
    : layout_(other.layout_),
      memory_(std::exchange(other.memory_, nullptr)),
      size_(other.size_),
      origin_(other.origin_),
      element_(other.element_),
      pointers_(std::move(other.pointers_)) {}

OperandMemory::~OperandMemory() {
    if (!memory_) return;
    if (layout_.own_pages)
        ::munmap(memory_, whole_pages(size_));
    else
        std::free(memory_);
}

void *OperandMemory::data() noexcept {
    return layout_.pointer_array ? static_cast<void *>(pointers_.data()) : item(0);
}

std::size_t OperandMemory::offset(std::int64_t item) const noexcept {
    const std::int64_t place = layout_.pointer_array ? layout_.items - 1 - item : item;
    return origin_ + static_cast<std::size_t>(place * layout_.stride) * element_;
}

void OperandMemory::restore(const std::vector<std::byte> &bytes) {
    std::memcpy(memory_, bytes.data(), size_);
}

bool OperandMemory::is_element(std::size_t byte) const noexcept {
    if (byte < origin_) return false;
    auto at = static_cast<std::int64_t>((byte - origin_) / element_);
    if (layout_.stride > 0) {
        if (at / layout_.stride >= layout_.items) return false;
        at %= layout_.stride;
    } else if (layout_.items == 0) {
        return false;
    }
    return at % layout_.ld < layout_.rows && at / layout_.ld < layout_.cols;
}

std::string OperandMemory::difference(const std::vector<std::byte> &before, bool elements_too) const {
    if (std::memcmp(before.data(), memory_, size_) == 0) return {};
    for (std::size_t i = 0; i < size_; ++i) {
        if (before[i] == memory_[i]) continue;
        const bool element = is_element(i);
        if (element && !elements_too) continue;
        const auto distance = static_cast<std::int64_t>(i) - static_cast<std::int64_t>(origin_);
        const auto bytes = static_cast<std::int64_t>(element_);
        const std::int64_t at = distance >= 0 ? distance / bytes : -((-distance + bytes - 1) / bytes);
        return std::string(element ? "element" : "memory outside of the elements") + " at offset " +
               std::to_string(at) + " (elements from the first)";
    }
    return {};
}

void OperandMemory::revoke() noexcept {
    if (layout_.own_pages) ::mprotect(memory_, whole_pages(size_), PROT_NONE);
}

}  // namespace lapack_ai::conformance

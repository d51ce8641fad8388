#include "base/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace lapack_ai::core {

namespace {
constexpr std::size_t page = 4096;
constexpr std::size_t first_bytes = std::size_t{64} << 10;

std::size_t round_up(std::size_t value, std::size_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}
}  // namespace

void Arena::Free::operator()(void *block) const noexcept {
    std::free(block);
}

void *Arena::allocate(std::size_t bytes, std::size_t align) noexcept {
    if (bytes == 0) bytes = 1;
    if (bytes > kept_bytes) return allocate_block(bytes, align);
    const std::size_t start = round_up(used_, align);
    if (start + bytes > kept_size_) {
        // The kept block can only be replaced by a larger one while nothing in it is in use.
        if (used_ != 0) return allocate_block(bytes, align);
        const std::size_t size = std::min(kept_bytes, round_up(std::max(2 * bytes, first_bytes), page));
        kept_.reset();
        kept_.reset(std::aligned_alloc(page, size));
        kept_size_ = kept_ ? size : 0;
        if (!kept_) return nullptr;
        used_ = bytes;
        return kept_.get();
    }
    used_ = start + bytes;
    return static_cast<char *>(kept_.get()) + start;
}

void *Arena::allocate_block(std::size_t bytes, std::size_t align) noexcept {
    align = std::max<std::size_t>(align, 64);
    if (bytes > SIZE_MAX - align) return nullptr;
    try {
        Block block(std::aligned_alloc(align, round_up(bytes, align)));
        if (!block) return nullptr;
        blocks_.push_back(std::move(block));
        return blocks_.back().get();
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

}  // namespace lapack_ai::core

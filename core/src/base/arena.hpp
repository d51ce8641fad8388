// Bump memory of one thread, given back in the reverse order of taking.
//
// The first block, up to 1 MiB, stays for the next call; anything larger goes back to the system when it is
// released. Not thread-safe: every thread has its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace lapack_ai::core {

class Arena {
  public:
    static constexpr std::size_t kept_bytes = std::size_t{1} << 20;

    struct Mark {
        std::size_t used = 0;
        std::size_t blocks = 0;
    };

    // `align` is a power of two <= 4096. Null when memory is out.
    void *allocate(std::size_t bytes, std::size_t align) noexcept;
    Mark mark() const noexcept { return {used_, blocks_.size()}; }
    // Gives back all that was taken since `mark`.
    void release(Mark mark) noexcept {
        used_ = mark.used;
        if (blocks_.size() > mark.blocks) blocks_.resize(mark.blocks);
    }

  private:
    struct Free {
        void operator()(void *block) const noexcept;
    };
    using Block = std::unique_ptr<void, Free>;

    void *allocate_block(std::size_t bytes, std::size_t align) noexcept;

    Block kept_;
    std::size_t kept_size_ = 0;
    std::size_t used_ = 0;
    std::vector<Block> blocks_;
};

}  // namespace lapack_ai::core

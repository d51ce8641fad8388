// Memory for the blocks of a run. A gigabyte of fresh pages costs more time than a scheme saves, so one
// region is kept between calls; while it is idle the kernel may take its pages back.

#pragma once

#include <atomic>
#include <cstdint>

namespace lapack_ai::alpha_gemm {

class WorkspacePool {
  public:
    WorkspacePool() = default;
    ~WorkspacePool();
    WorkspacePool(const WorkspacePool &) = delete;
    WorkspacePool &operator=(const WorkspacePool &) = delete;

    /// At least `bytes`, aligned to a page; null when the system has none. The kept region when it is free,
    /// grown if need be, else one of the caller's own. Never waits. Any thread.
    void *take(std::int64_t bytes);
    /// Gives back what take() returned for `bytes`.
    void give_back(void *memory, std::int64_t bytes);
    /// In a forked child: the parent's borrowers do not exist here.
    void forget_borrowers() { busy_.store(false); }

  private:
    std::atomic<bool> busy_{false};  // guards the members below
    void *region_ = nullptr;
    std::int64_t region_bytes_ = 0;
};

/// Borrows for a scope. data() is null when there was no memory.
class WorkspaceLease {
  public:
    WorkspaceLease(WorkspacePool &pool, std::int64_t bytes)
        : pool_(pool), bytes_(bytes), data_(pool.take(bytes)) {}
    ~WorkspaceLease() {
        if (data_ != nullptr) pool_.give_back(data_, bytes_);
    }
    WorkspaceLease(const WorkspaceLease &) = delete;
    WorkspaceLease &operator=(const WorkspaceLease &) = delete;
    void *data() const { return data_; }

  private:
    WorkspacePool &pool_;
    std::int64_t bytes_;
    void *data_;
};

}  // namespace lapack_ai::alpha_gemm

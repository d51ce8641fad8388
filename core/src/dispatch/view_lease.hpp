// Entering and leaving a view: how a call keeps the plugins it may reach from being shut down under it.
//
// Every thread writes the view it is inside of where the others can see it; whoever replaced a view waits
// until it stands nowhere. Entering is a plain store: the ordering against the one who replaces views is
// bought on his side with membarrier(2), which makes every running thread pass a full barrier, so that calls
// pay no locked instruction and share no cache line. Where the kernel has no membarrier, entering stores with
// full ordering.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace lapack_ai::core {

struct View;

// One thread's. A call made from inside a call (a plugin that uses the public API) takes the next place.
struct ViewSlots {
    static constexpr std::uint32_t capacity = 8;
    std::array<std::atomic<const View *>, capacity> entered{};
    std::uint32_t depth = 0;  // the owner's alone
};

// To be called before a thread's first lease, and when it ends.
void enlist(ViewSlots &slots);
void delist(ViewSlots &slots) noexcept;

// Makes all that was published before visible to threads that enter from now on. Then in_use() tells the
// truth.
void order_against_entering() noexcept;
// Whether some thread is inside the view.
bool in_use(const View *view);

// pthread_atfork: in the child only the forking thread, whose slots are `mine` (null: it has none), is left.
void lock_slots_for_fork();
void unlock_slots_after_fork(bool child, ViewSlots *mine);

namespace detail {
extern std::atomic<bool> entering_is_cheap;
}

// Holds the current view for the time of a call; `current` may change meanwhile.
class ViewLease {
  public:
    // Throws std::runtime_error when calls are nested through the public API deeper than there are places.
    ViewLease(const std::atomic<const View *> &current, ViewSlots &slots) : slots_(slots) {
        if (slots.depth == ViewSlots::capacity) too_deep();
        std::atomic<const View *> &place = slots.entered[slots.depth];
        do {
            view_ = current.load(std::memory_order_acquire);
            if (detail::entering_is_cheap.load(std::memory_order_relaxed)) {
                place.store(view_, std::memory_order_release);
                std::atomic_signal_fence(std::memory_order_seq_cst);
            } else {
                place.store(view_, std::memory_order_seq_cst);
            }
            // Either this sees that the view was replaced, or the one who replaced it sees this thread
            // inside.
        } while (current.load(std::memory_order_seq_cst) != view_);
        ++slots.depth;
    }
    ~ViewLease() { slots_.entered[--slots_.depth].store(nullptr, std::memory_order_release); }
    ViewLease(const ViewLease &) = delete;
    ViewLease &operator=(const ViewLease &) = delete;
    const View &operator*() const noexcept { return *view_; }
    const View *operator->() const noexcept { return view_; }

  private:
    [[noreturn]] static void too_deep();

    ViewSlots &slots_;
    const View *view_;
};

}  // namespace lapack_ai::core

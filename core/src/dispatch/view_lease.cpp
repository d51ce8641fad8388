#include "dispatch/view_lease.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "base/error.hpp"

namespace lapack_ai::core {

namespace detail {
std::atomic<bool> entering_is_cheap{false};
}

namespace {

// The slots of all threads; never destroyed, threads may outlive static objects.
struct AllSlots {
    std::mutex mutex;
    std::vector<ViewSlots *> list;
    bool registered = false;
};

AllSlots &all_slots() {
    static auto &all = *new AllSlots;
    return all;
}

bool membarrier(int command) noexcept {
    return syscall(SYS_membarrier, command, 0, 0) == 0;
}

}  // namespace

void enlist(ViewSlots &slots) {
    AllSlots &all = all_slots();
    const std::lock_guard lock(all.mutex);
    if (!all.registered) {
        all.registered = true;
        detail::entering_is_cheap.store(membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED));
    }
    all.list.push_back(&slots);
}

void delist(ViewSlots &slots) noexcept {
    AllSlots &all = all_slots();
    const std::lock_guard lock(all.mutex);
    std::erase(all.list, &slots);
}

void order_against_entering() noexcept {
    if (!detail::entering_is_cheap.load(std::memory_order_relaxed)) return;
    if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) return;
    // The registration can be lost (a forked child of some kernels): make it anew.
    membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
    membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

bool in_use(const View *view) {
    AllSlots &all = all_slots();
    const std::lock_guard lock(all.mutex);
    return std::any_of(all.list.begin(), all.list.end(), [view](const ViewSlots *slots) {
        return std::any_of(slots->entered.begin(), slots->entered.end(), [view](const auto &entered) {
            return entered.load(std::memory_order_seq_cst) == view;
        });
    });
}

void lock_slots_for_fork() {
    all_slots().mutex.lock();
}

void unlock_slots_after_fork(bool child, ViewSlots *mine) {
    AllSlots &all = all_slots();
    if (child) {
        all.list.clear();
        if (mine != nullptr) all.list.push_back(mine);
    }
    all.mutex.unlock();
}

void ViewLease::too_deep() {
    throw Error(ErrorKind::usage, "calls are nested through the public API deeper than " +
                                      std::to_string(ViewSlots::capacity) + " levels");
}

}  // namespace lapack_ai::core

#include "dispatch/thread_state.hpp"

#include <memory>

#include "dispatch/dispatcher.hpp"

namespace lapack_ai::core {

namespace detail {

thread_local ThreadState *my_thread_state = nullptr;

namespace {
// Frees the state when the thread ends. A call from a later thread-exit handler makes a new state, which is
// then lost: a few kilobytes against a crash.
struct Owner {
    std::unique_ptr<ThreadState> state;
    ~Owner() {
        my_thread_state = nullptr;
        if (state != nullptr) delist(state->views);
    }
};
}  // namespace

ThreadState &make_thread_state() {
    thread_local bool owned = false;
    auto state = std::make_unique<ThreadState>();
    enlist(state->views);
    my_thread_state = state.get();
    if (owned) return *state.release();
    owned = true;
    thread_local Owner owner;
    owner.state = std::move(state);
    return *my_thread_state;
}

}  // namespace detail

const lai_diagnosis *last_diagnosis() noexcept {
    return detail::my_thread_state != nullptr ? detail::my_thread_state->diagnosis.get() : nullptr;
}

bool inside_call() noexcept {
    return detail::my_thread_state != nullptr && detail::my_thread_state->frames != 0;
}

}  // namespace lapack_ai::core

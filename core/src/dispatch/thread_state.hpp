// What the dispatcher keeps for each thread: scratch memory, cached decisions, the last diagnosis.
//
// Only a pointer is thread-local, made on the thread's first call, so that the library can be loaded at run
// time without eating the static TLS block.
#pragma once

#include <cstdint>

#include "base/arena.hpp"
#include "dispatch/certificate.hpp"
#include "dispatch/decision_cache.hpp"
#include "dispatch/diagnosis_store.hpp"
#include "dispatch/view_lease.hpp"

namespace lapack_ai::core {

struct ThreadState {
    Arena scratch;    // host->arena_alloc: lives until the thread's outermost frame ends
    Arena workspace;  // strictly last in, first out: call->workspace and the ranking's own tables
    DecisionCache decisions;
    DiagnosisStore diagnosis;
    ViewSlots views;
    Certificate certificate;  // of the last call that asked for one
    std::uint32_t plain_calls = 0;
    std::uint32_t frames = 0;  // calls this thread is inside of, nested ones too
};

namespace detail {
// Initial-exec: 8 bytes of static TLS against a function call on every use; glibc keeps room for such.
extern thread_local ThreadState *my_thread_state __attribute__((tls_model("initial-exec")));
ThreadState &make_thread_state();
}  // namespace detail

// This thread's own. The first use on a thread allocates.
inline ThreadState &thread_state() {
    ThreadState *state = detail::my_thread_state;
    return state != nullptr ? *state : detail::make_thread_state();
}

// Counts a frame; when the thread's outermost one ends, what was taken from the scratch arena is given back.
class FrameScope {
  public:
    explicit FrameScope(ThreadState &thread) noexcept : thread_(thread) { ++thread_.frames; }
    ~FrameScope() {
        if (--thread_.frames == 0) thread_.scratch.release({});
    }
    FrameScope(const FrameScope &) = delete;
    FrameScope &operator=(const FrameScope &) = delete;

  private:
    ThreadState &thread_;
};

// True while this thread is inside a call: controlling plugins from there would wait for itself.
bool inside_call() noexcept;

}  // namespace lapack_ai::core

// The diagnosis of a thread's last call, with copies of all its strings, so that it outlives the call's
// arena.
#pragma once

#include <deque>
#include <string>

#include "lapack_ai/abi/enhancer.h"

namespace lapack_ai::core {

class DiagnosisStore {
  public:
    DiagnosisStore() noexcept;
    // A blank diagnosis for the enhancer to fill. Whoever let it be filled calls wipe() afterwards: clearing
    // 500 bytes for every call that has nothing to say would cost as much as a small solve's bookkeeping.
    lai_diagnosis &blank() noexcept { return blank_; }
    void wipe() noexcept;
    // Copies; the result is valid until the next keep() or clear().
    const lai_diagnosis *keep(const lai_diagnosis &diagnosis);
    // A copy of `text` that lives as long; null gives null.
    const char *keep(const char *text);
    void clear() noexcept { has_ = false; }
    // Null when the last call left nothing to say.
    const lai_diagnosis *get() const noexcept { return has_ ? &diagnosis_ : nullptr; }

  private:
    lai_diagnosis diagnosis_{}, blank_{};
    std::deque<std::string> strings_;  // a deque: growing moves nothing
    bool has_ = false;
};

// An empty diagnosis as the enhancer expects it: sizes set, what is not computed NaN or -1.
lai_diagnosis blank_diagnosis() noexcept;

}  // namespace lapack_ai::core

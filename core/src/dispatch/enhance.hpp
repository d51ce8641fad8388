// The dispatcher's side of the enhancer role: before a call, after it, and when its arguments are wrong.
#pragma once

#include <string>

#include "dispatch/dispatcher.hpp"
#include "dispatch/nonfinite.hpp"
#include "dispatch/op_table.hpp"
#include "dispatch/thread_state.hpp"

namespace lapack_ai::core {

// False when the enhancer refused the call: the outcome then carries LAI_INVALID, its INFO and diagnosis.
bool preflight(const lai_enhancer &enhancer, const lai_call &call, ThreadState &thread, void *&state,
               Outcome &outcome) noexcept;

// Lets the enhancer look at the result; what it has to say is kept in the thread's diagnosis.
void finish(const lai_enhancer &enhancer, const lai_call &call, ThreadState &thread, void *state,
            Outcome &outcome) noexcept;

// The diagnosis of a bad argument, by the enhancer where there is one, else core's own.
void diagnose_misuse(const lai_enhancer *enhancer, const Op &op, const lai_call &call,
                     const ArgumentFault &fault, ThreadState &thread);

// A non-finite element as the fault of the argument it stands in.
ArgumentFault nonfinite_fault(const Op &op, const lai_call &call, const NonFinite &found);

}  // namespace lapack_ai::core

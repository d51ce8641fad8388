// What the C API remembers for a thread: the outcome of its last call and the message of its last error.
#pragma once

#include <string>

#include "dispatch/dispatcher.hpp"
#include "dispatch/op_table.hpp"
#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::core {

struct ThreadReport {
    Outcome outcome;
    const Op *op = nullptr;  // of the last call
    bool copied = false;     // its row-major operands were copied
    bool batched = false;
    const lai_diagnosis *diagnosis = nullptr;  // of the last call
    bool failed = false;                       // `error` holds the message of the last function
    std::string error;
    lai_report shown{};  // what lai_last_report() gave out
};

// The calling thread's.
ThreadReport &thread_report() noexcept;

}  // namespace lapack_ai::core

// Recordings of a program's calls by shape: read, checked, merged, written. docs/cli.md has the format.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::cli {

// Calls of one op, element type, shape, letters and backend.
struct RecordedCalls {
    std::string op;
    lai_dtype dtype = LAI_DTYPE_F64;
    std::vector<std::int64_t> dims;
    std::string flags;
    std::int64_t batch = 1, threads = 0;
    std::string backend, variant;
    std::int64_t count = 0;
    double total_seconds = 0, median_seconds = 0, predicted_seconds = 0;
};

struct CallRecord {
    std::string program, machine;
    std::int64_t lost = 0;  // calls of more shapes than a recording holds
    std::vector<RecordedCalls> calls;
    std::vector<std::string> remarks;  // operations this library does not know, which were left out
};

// Throws InputError naming file, entry, field, value and requirement for whatever is not as it must be.
CallRecord read_call_record(const std::string &file);
// Adds `more`: equal calls become one line. The median of two medians is the one of the larger count.
void merge(CallRecord &all, const CallRecord &more);
// Throws Failure when it cannot be written.
void write_call_record(const std::string &file, const CallRecord &record);

}  // namespace lapack_ai::cli

// What is wrong with a file, an argument or a shape that the user gave: one line that names the thing, its
// value and what was required. The command line answers with exit code 3.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace lapack_ai::cli {

class InputError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// How much a reader may allocate for one matrix; a header that asks for more is refused before anything is
// allocated.
struct ReadLimits {
    std::uint64_t max_bytes;
    // All of the machine's memory.
    static ReadLimits physical_memory();
};

// Bytes of a dense rows x cols matrix. Throws InputError, prefixed with `where`, when a dimension is
// negative, when the size overflows, or when it exceeds the limits.
std::uint64_t checked_bytes(const std::string &where, std::int64_t rows, std::int64_t cols,
                            std::uint64_t element, const ReadLimits &limits);

// Text from a file, made fit for a one-line message: at most 40 characters, quoted, control characters
// replaced.
std::string quoted(const std::string &text);

}  // namespace lapack_ai::cli

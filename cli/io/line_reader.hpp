// Lines of a text file with their numbers, of bounded length, so that a hostile file costs no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>

#include "io/input_error.hpp"

namespace lapack_ai::cli {

class LineReader {
  public:
    // `name` is what messages call the file. The stream must be seekable: its size bounds what headers may
    // claim.
    LineReader(std::istream &in, std::string name);

    // Reads the next line without its end; false at the end of the file. Throws InputError for a line over 64
    // KiB.
    bool next(std::string &line);

    // Like next(); throws InputError "truncated: `what` is missing" at the end of the file.
    void require(std::string &line, const char *what);

    // Bytes of the whole file. A table of n entries takes at least n bytes, so a larger n is a lie.
    std::uint64_t size() const noexcept { return size_; }

    // "name:line"
    std::string where() const;
    // Throws InputError "name:line: message".
    [[noreturn]] void fail(const std::string &message) const;

  private:
    std::istream &in_;
    std::string name_;
    std::uint64_t size_ = 0;
    std::int64_t line_ = 0;
};

// Bytes from the stream's position to its end; the position is kept. Throws InputError when it is not
// seekable.
std::uint64_t remaining_bytes(std::istream &in, const std::string &name);

}  // namespace lapack_ai::cli

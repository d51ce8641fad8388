// Whole files in and out: bounded reads, atomic writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lapack_ai::core {

// Contents of a regular file of at most `limit` bytes. Throws Error(bad_input) naming path and reason.
std::string read_file(const std::string &path, std::size_t limit = std::size_t{16} << 20);

// The same, but nothing when the file (or a folder on the way) does not exist.
std::optional<std::string> read_file_if_there(const std::string &path,
                                              std::size_t limit = std::size_t{16} << 20);

// Replaces `path` by a file with these contents: written beside it, flushed to the disk, renamed over it, so
// that a reader sees the old or the new text and never a part. A symbolic link is followed and stays. The
// mode of an existing file is kept, else it is `mode` less the umask. Missing folders are made. Throws
// Error(bad_input) naming path and reason; then the old file stands untouched.
void write_file_atomically(const std::string &path, std::string_view contents, unsigned mode = 0644);

// FNV-1a of a byte range, continued from `seed`: a fingerprint against accidents, not against attackers.
std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed = 0xcbf29ce484222325u) noexcept;

}  // namespace lapack_ai::core

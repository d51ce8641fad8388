// YAML text to a Value tree. The only module that includes yaml-cpp.
#pragma once

#include <memory>
#include <string_view>

#include "config/value.hpp"

namespace lapack_ai::core {

inline constexpr std::size_t yaml_size_limit = std::size_t{1} << 20;  // bytes of text
inline constexpr int yaml_depth_limit = 64;                           // nested lists and maps
inline constexpr std::size_t yaml_node_limit = 100'000;               // after aliases are expanded

// Parses one document; empty text gives a null. Aliases are expanded, `<<` merges. Duplicate keys, keys that
// are not plain words, several documents, binary text, unknown tags and what exceeds the limits are
// Error(configuration) "where: message". A null takes the line of its key.
// A byte order mark is passed over; positions count from behind it.
Value parse_yaml(std::string_view text, const std::shared_ptr<const Source> &source);

// Offset behind the closing quote of the quoted scalar that begins at `begin` (its opening quote); npos when
// it is not closed.
std::size_t quoted_end(std::string_view text, std::size_t begin);

}  // namespace lapack_ai::core

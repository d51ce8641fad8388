// Small text helpers that several modules share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lapack_ai::core {

// Copies of `text`: ASCII lower case; without blanks at both ends. Independent of the locale.
std::string lower_case(std::string_view text);
std::string trimmed(std::string_view text);

// Parts of `text` between `separator`s, trimmed, empty ones left out.
std::vector<std::string> split(std::string_view text, char separator);

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (Damerau's distance
// with the optimal string alignment restriction). O(|a| |b|) work.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `word`, when it is near enough to be what was meant (a third of the letters); else
// empty. The first of equally near ones wins.
std::string closest_match(std::string_view word, const std::vector<std::string> &candidates);

// "; did you mean 'X'?" or "" when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string> &candidates);

// True when `text` is well-formed UTF-8 without NUL.
bool is_utf8_text(std::string_view text) noexcept;

}  // namespace lapack_ai::core

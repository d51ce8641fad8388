// Numbers and JSON made readable.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "io/matrix.hpp"

namespace lapack_ai::cli {

// "3.21 ms"
std::string seconds_text(double seconds);
// "1.5 GiB"
std::string bytes_text(double bytes);
// Four significant digits.
std::string number_text(double value);
// "147 x 147, d"
std::string shape_text(const Matrix &A);
// A real or complex element to four digits.
std::string element_text(const Matrix &A, std::int64_t index);

// document[key] as a number; `otherwise` when it is absent or null.
double number_or(const nlohmann::json &document, const char *key, double otherwise);
// document[key] as a text; empty when it is absent or null.
std::string string_or_empty(const nlohmann::json &document, const char *key);

}  // namespace lapack_ai::cli

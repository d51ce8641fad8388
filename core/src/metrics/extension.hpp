// The table behind "lai.metrics/0.draft", which observers read from.
#pragma once

#include <cstddef>
#include <string>

#include "lapack_ai/abi/observer.h"

namespace lapack_ai::core {

// Static.
const lai_metrics *metrics_extension() noexcept;

// Copies a text as snprintf does: at most `capacity` bytes with the NUL; returns the whole length.
std::size_t copy_text(const std::string &text, char *buffer, std::size_t capacity) noexcept;

}  // namespace lapack_ai::core

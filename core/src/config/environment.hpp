// The environment variables that set configuration keys.
#pragma once

#include <string>
#include <vector>

#include "config/surroundings.hpp"
#include "config/value.hpp"

namespace lapack_ai::core {

// A tree of what the environment sets, each value with the variable as its source:
//   LAPACK_GPU_ENABLED and the like of the key table, also as LAPACK_AI_GPU_ENABLED; both with different
//   values is a problem; LAPACK_AI_FORCE_BACKEND, LAPACK_AI_VERBOSE ("dispatch"), LAPACK_AI_DISABLE (ids
//   between commas). A variable that looks like a misspelling of one of them is a warning.
Value read_environment(const Surroundings &surroundings, std::vector<std::string> &problems,
                       std::vector<std::string> &warnings);

}  // namespace lapack_ai::core

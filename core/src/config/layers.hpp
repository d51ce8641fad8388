// Where configuration comes from: every layer as a tree, lowest first, still unmerged and unchecked.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/surroundings.hpp"
#include "config/value.hpp"

namespace lapack_ai::core {

struct Layer {
    Value value;           // a map or null
    bool shipped = false;  // the built-in default
};

// Reads, in rising precedence: the built-in default; then either the one file of --config or
// LAPACK_AI_CONFIG, or <etc>/plugins.d/*.yaml, <etc>/lapack_ai.yaml, <user>/plugins.d/*.yaml,
// <user>/lapack_ai.yaml; then the environment; then the overrides. A layer that cannot be read or parsed is
// reported in `problems` as "where: message" and left out. Remarks go to `warnings`.
std::vector<Layer> read_layers(const LoadOptions &options, const Surroundings &surroundings,
                               std::vector<std::string> &problems, std::vector<std::string> &warnings);

// Text of the built-in default (config/lapack_ai.yaml, embedded at build time).
extern const char *const default_yaml;

}  // namespace lapack_ai::core

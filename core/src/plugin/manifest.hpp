// Manifests: parsing and judging them. read_manifest() stands in loaded_plugin.hpp.
#pragma once

#include <string>

#include "plugin/loaded_plugin.hpp"

namespace lapack_ai::core {

// Parses a note's descriptor. Throws Error(bad_input) with the exact reason.
Manifest parse_manifest(const std::string &descriptor);

// Why this host cannot use a plugin with this manifest (ABI, platform, processor), with the remedy; empty: it
// can.
std::string check_manifest(const Manifest &manifest);

}  // namespace lapack_ai::core

// A plugin's manifest as the kit needs it, read without running any code of the plugin, and the names it
// exports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lapack_ai::conformance {

struct ManifestFacts {
    std::string text;  // the JSON itself
    std::string id, version, platform, needs_device;
    std::int64_t abi_major = -1, abi_minor = -1;
    std::vector<std::string> roles, ops;
    bool options_are_object = false;
};

// Throws std::runtime_error with the exact reason when there is none, or none that is whole.
ManifestFacts read_manifest(const std::string &file);

// Defined symbols in the dynamic symbol table, without versions and weak C++ emissions.
std::vector<std::string> exported_symbols(const std::string &file);

}  // namespace lapack_ai::conformance

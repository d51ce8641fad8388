// Where this library stands; plugins and the probe helper are found from there, in the build tree and
// installed alike.
#pragma once

#include <string>

namespace lapack_ai::core {

// Absolute path, symbolic links resolved, of the file this code was loaded from.
const std::string &library_path();

// <folder of the library>/lapack_ai/plugins and .../lapack_ai/lapack-ai-probe.
std::string default_plugin_folder();
std::string default_probe_helper();

}  // namespace lapack_ai::core

// Maps plugin files into the process, for good.
#pragma once

#include <string>

#include "lapack_ai/abi/plugin.h"

namespace lapack_ai::core {

// Loads the file at an absolute path with RTLD_NOW | RTLD_LOCAL and returns its entry table. The file is
// never unmapped: threads, thread-local data and at-exit handlers of a plugin outlive any point where closing
// it would be safe. The same file again gives the same table. Throws Error(backend_failed) with the dynamic
// loader's own words. [control]
const lai_plugin_entry *map_plugin(const std::string &path);

}  // namespace lapack_ai::core

// Looks at what a plugin offers without calling any of it: tables too small, functions missing, names absent.
// Used by the loader and, linked alone, by the probe helper, so it needs nothing but the ABI.
#pragma once

#include <cstdint>
#include <string>

#include "lapack_ai/abi/backend.h"
#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/memory.h"
#include "lapack_ai/abi/observer.h"
#include "lapack_ai/abi/plugin.h"

namespace lapack_ai::core {

// What is wrong with a table; empty: nothing.
std::string check_entry(const lai_plugin_entry &entry, const std::string &expected_id);
std::string check_backend(const lai_backend &backend);
std::string check_enhancer(const lai_enhancer &enhancer);
std::string check_observer(const lai_observer &observer);
std::string check_memory(const lai_memory &memory);

}  // namespace lapack_ai::core

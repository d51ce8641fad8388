// The host that a plugin meets in the probe helper: enough for init and shutdown, with the real op schemas
// and the user's settings, and without a dispatcher.
#pragma once

#include <map>
#include <string>

#include "lapack_ai/abi/host.h"

namespace lapack_ai::core {

struct ProbeRequest {
    std::string options = "{}";                   // of the plugin, JSON
    std::map<std::string, std::string> settings;  // path -> JSON
};

// Parses what stands on descriptor 0 (plugin/probe_protocol.hpp).
ProbeRequest parse_request(const std::string &text);

// The one host of this process. Calls are declined, logs and metrics go nowhere.
const lai_host *probe_host(ProbeRequest request);

}  // namespace lapack_ai::core

// What the endpoint is configured to do: core's `dashboard.*` and this plugin's own keys, checked together.
#pragma once

#include <string>
#include <vector>

#include "lapack_ai/abi/host.h"

namespace lapack_ai::dashboard {

struct Options {
    std::string address = "127.0.0.1";
    int port = 8080;                         // 0: the system picks one
    int interval_ms = 1000;                  // default rate of the stream
    int max_clients = 16;                    // WebSocket connections at a time
    std::string token;                       // empty: none asked for
    std::vector<std::string> allowed_hosts;  // beside the address itself; "name" or "name:port"
    std::string recording;  // a file of export.json to show in place of the running process; empty: live
};

// Reads and checks the options. Throws std::runtime_error naming key, value and requirement: any address but
// loopback needs `token_file` (mode 0600, at least 128 bits) and `allowed_hosts`.
Options read_options(const lai_host &host);

}  // namespace lapack_ai::dashboard

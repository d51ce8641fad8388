// lapack-ai plugin check FILE.so: the conformance kit.
#pragma once

#include "arguments.hpp"
#include "session.hpp"

namespace lapack_ai::cli {

// Adds the command below `plugin`.
void add_plugin_check(Arguments &plugin, Session &session);

}  // namespace lapack_ai::cli

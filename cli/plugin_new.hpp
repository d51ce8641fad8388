// lapack-ai plugin new NAME: a plugin project that builds and passes the conformance kit as it is.
#pragma once

#include "arguments.hpp"
#include "session.hpp"

namespace lapack_ai::cli {

// Adds the command below `plugin`.
void add_plugin_new(Arguments &plugin, Session &session);

}  // namespace lapack_ai::cli

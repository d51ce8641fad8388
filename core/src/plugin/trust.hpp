// Whose files this process is willing to run.
#pragma once

#include <string>

namespace lapack_ai::core {

// Why the file must not be loaded, with the command that mends it; empty when it may. The file and the folder
// it stands in (symbolic links resolved) must belong to root, the effective user or the owner of
// liblapack_ai.so, and nobody else may be able to write them; the private group of the owner (same name as
// the user, nobody else in it) counts as the owner.
std::string distrust(const std::string &path);

}  // namespace lapack_ai::core

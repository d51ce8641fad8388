// Whose files this process is willing to run.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace lapack_ai::core {

struct TrustRules {
    std::vector<uid_t> owners;  // whose files may be run
    // Whether only `owner` is in this group, which then may write too.
    std::function<bool(gid_t group, uid_t owner)> is_private_group;

    // Owners: root, the effective user, the owner of liblapack_ai.so. Private: a group with the owner's name
    // and nobody else in it, as Debian makes one for each user.
    static TrustRules of_process();
};

// Why the file must not be loaded, with the command that mends it; empty when it may. The file and the folder
// it stands in (symbolic links resolved) must belong to a trusted owner, and nobody else may be able to write
// them.
std::string distrust(const std::string &path, const TrustRules &rules = TrustRules::of_process());

}  // namespace lapack_ai::core

// See trust.hpp.
#include "plugin/trust.hpp"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "plugin/location.hpp"

namespace lapack_ai::core {

namespace {

std::string user_name(uid_t user) {
    std::vector<char> buffer(16384);
    passwd entry, *found = nullptr;
    if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || !found) {
        return std::to_string(user);
    }
    return found->pw_name;
}

// Debian and others give each user a group of their own and the umask 002.
bool is_group_of_one(gid_t group, uid_t owner) {
    std::vector<char> buffer(65536);
    struct group entry, *found = nullptr;
    if (::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return false;
    const std::string name = user_name(owner);
    if (name != found->gr_name) return false;
    for (char **member = found->gr_mem; *member; ++member) {
        if (name != *member) return false;
    }
    return true;
}

std::string distrust_one(const std::string &path, const char *what, const TrustRules &rules) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) {
        return path + ": " + std::generic_category().message(errno);
    }
    if (std::find(rules.owners.begin(), rules.owners.end(), status.st_uid) == rules.owners.end()) {
        return std::string(what) + " belongs to user " + user_name(status.st_uid) +
               ", who is neither root, the user running this, nor the owner of the library; mend with: "
               "chown " +
               user_name(::geteuid()) + " '" + path + "'";
    }
    if ((status.st_mode & S_IWOTH) != 0) {
        return std::string(what) + " is writable by everyone; mend with: chmod go-w '" + path + "'";
    }
    if ((status.st_mode & S_IWGRP) != 0 && !rules.is_private_group(status.st_gid, status.st_uid)) {
        return std::string(what) + " is writable by a group; mend with: chmod g-w '" + path + "'";
    }
    return {};
}

}  // namespace

TrustRules TrustRules::of_process() {
    TrustRules rules{{0, ::geteuid()}, is_group_of_one};
    struct stat library;
    if (::stat(library_path().c_str(), &library) == 0) rules.owners.push_back(library.st_uid);
    return rules;
}

std::string distrust(const std::string &path, const TrustRules &rules) {
    if (path.empty() || path.front() != '/') return "'" + path + "' is not an absolute path";
    char resolved[PATH_MAX];
    if (!::realpath(path.c_str(), resolved)) return path + ": " + std::generic_category().message(errno);
    const std::string file = resolved;
    std::string folder = file.substr(0, file.rfind('/'));
    if (folder.empty()) folder = "/";
    std::string reason = distrust_one(file, "the file", rules);
    return reason.empty() ? distrust_one(folder, "its folder", rules) : reason;
}

}  // namespace lapack_ai::core

// See trust.hpp.
#include "plugin/trust.hpp"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "plugin/location.hpp"

namespace lapack_ai::core {

namespace {

bool is_trusted_owner(uid_t owner) {
    if (owner == 0 || owner == ::geteuid()) return true;
    struct stat library;
    return ::stat(library_path().c_str(), &library) == 0 && owner == library.st_uid;
}

std::string user_name(uid_t user) {
    std::vector<char> buffer(16384);
    passwd entry, *found = nullptr;
    if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || !found) {
        return std::to_string(user);
    }
    return found->pw_name;
}

// Debian and others give each user a group of their own and the umask 002.
bool is_private_group(gid_t group, uid_t owner) {
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

std::string distrust_one(const std::string &path, const char *what) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) {
        return path + ": " + std::generic_category().message(errno);
    }
    if (!is_trusted_owner(status.st_uid)) {
        return std::string(what) + " belongs to user " + user_name(status.st_uid) +
               ", who is neither root, the user running this, nor the owner of the library; mend with: "
               "chown " +
               user_name(::geteuid()) + " '" + path + "'";
    }
    if ((status.st_mode & S_IWOTH) != 0) {
        return std::string(what) + " is writable by everyone; mend with: chmod go-w '" + path + "'";
    }
    if ((status.st_mode & S_IWGRP) != 0 && !is_private_group(status.st_gid, status.st_uid)) {
        return std::string(what) + " is writable by a group; mend with: chmod g-w '" + path + "'";
    }
    return {};
}

}  // namespace

std::string distrust(const std::string &path) {
    if (path.empty() || path.front() != '/') return "'" + path + "' is not an absolute path";
    char resolved[PATH_MAX];
    if (!::realpath(path.c_str(), resolved)) return path + ": " + std::generic_category().message(errno);
    const std::string file = resolved;
    std::string folder = file.substr(0, file.rfind('/'));
    if (folder.empty()) folder = "/";
    std::string reason = distrust_one(file, "the file");
    return reason.empty() ? distrust_one(folder, "its folder") : reason;
}

}  // namespace lapack_ai::core

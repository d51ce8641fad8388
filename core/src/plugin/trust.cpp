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

std::string distrust_file(const std::string &file, const struct stat &status, const TrustRules &rules) {
    if (std::find(rules.owners.begin(), rules.owners.end(), status.st_uid) == rules.owners.end()) {
        return "the file belongs to user " + user_name(status.st_uid) +
               ", who is neither root, the user running this, nor the owner of the library; mend with: "
               "chown " +
               user_name(::geteuid()) + " '" + file + "'";
    }
    if ((status.st_mode & S_IWOTH) != 0) {
        return "the file is writable by everyone; mend with: chmod go-w '" + file + "'";
    }
    if ((status.st_mode & S_IWGRP) != 0 && !rules.is_private_group(status.st_gid, status.st_uid)) {
        return "the file is writable by a group; mend with: chmod g-w '" + file + "'";
    }
    return {};
}

// A folder that others share on purpose (/tmp, another user's) is not to be closed to them: then the file
// moves.
std::string distrust_folder(const std::string &folder, const struct stat &status, const TrustRules &rules) {
    const std::string move = "; mend by moving the file into a folder that only you can write";
    if (std::find(rules.owners.begin(), rules.owners.end(), status.st_uid) == rules.owners.end()) {
        return "its folder " + folder + " belongs to user " + user_name(status.st_uid) +
               ", who is neither root, the user running this, nor the owner of the library" + move;
    }
    const bool is_shared = (status.st_mode & S_ISVTX) != 0;
    if ((status.st_mode & S_IWOTH) != 0) {
        return "its folder " + folder + " is writable by everyone" +
               (is_shared ? move : "; mend with: chmod go-w '" + folder + "'");
    }
    if ((status.st_mode & S_IWGRP) != 0 && !rules.is_private_group(status.st_gid, status.st_uid)) {
        return "its folder " + folder + " is writable by a group" +
               (is_shared ? move : "; mend with: chmod g-w '" + folder + "'");
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
    struct stat status;
    if (::stat(file.c_str(), &status) != 0) return file + ": " + std::generic_category().message(errno);
    if (std::string reason = distrust_file(file, status, rules); !reason.empty()) return reason;
    if (::stat(folder.c_str(), &status) != 0) return folder + ": " + std::generic_category().message(errno);
    return distrust_folder(folder, status, rules);
}

}  // namespace lapack_ai::core

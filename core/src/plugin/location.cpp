// See location.hpp.
#include "plugin/location.hpp"

#include <dlfcn.h>

#include <cinttypes>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace lapack_ai::core {

namespace {

// The file mapped at `address`, from the kernel: right even where the dynamic loader was given a relative
// path and the current directory has changed since.
std::string mapped_file(const void *address) {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> maps(std::fopen("/proc/self/maps", "re"),
                                                                &std::fclose);
    char line[PATH_MAX + 128];
    while (maps && std::fgets(line, sizeof line, maps.get())) {
        std::uintptr_t first = 0, last = 0;
        int path_at = 0;
        if (std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*s %*s %*s %*s %n", &first, &last, &path_at) < 2) {
            continue;
        }
        if (wanted < first || wanted >= last || path_at == 0) continue;
        std::string path(line + path_at);
        if (!path.empty() && path.back() == '\n') path.pop_back();
        return path;
    }
    return {};
}

std::string find_library() {
    const void *here = reinterpret_cast<const void *>(&library_path);
    Dl_info info;
    char resolved[PATH_MAX];
    // For code in the program itself dli_fname is argv[0], which may be relative or made up.
    if (::dladdr(here, &info) != 0 && info.dli_fname && info.dli_fname[0] == '/' &&
        ::realpath(info.dli_fname, resolved)) {
        return resolved;
    }
    return mapped_file(here);
}

std::string folder() {
    const std::string &path = library_path();
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

}  // namespace

const std::string &library_path() {
    static const std::string path = find_library();
    return path;
}

std::string default_plugin_folder() {
    return folder() + "/lapack_ai/plugins";
}

std::string default_probe_helper() {
    return folder() + "/lapack_ai/lapack-ai-probe";
}

}  // namespace lapack_ai::core

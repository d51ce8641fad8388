// lapack-ai-probe: loads one plugin file, initialises it, looks at what it offers, shuts it down and says how
// that went (plugin/probe_protocol.hpp). It is the process that may crash or hang instead of the user's, so
// it is small and starts in under a millisecond.
#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "plugin/entry_check.hpp"
#include "plugin/probe_protocol.hpp"
#include "probe/probe_host.hpp"

namespace {

using namespace lapack_ai::core;

void say(const std::string &text) {
    const std::string line = text + "\n";
    const char *at = line.data();
    std::size_t left = line.size();
    while (left > 0) {
        const ssize_t count = ::write(probe_answer_descriptor, at, left);
        if (count < 0 && errno != EINTR) ::_exit(2);
        if (count > 0) {
            at += count;
            left -= static_cast<std::size_t>(count);
        }
    }
}

void stage(const char *name) {
    say(std::string(probe_stage) + name);
}

[[noreturn]] void finish(const std::string &reason) {
    say(reason.empty() ? probe_ok : probe_bad + reason);
    // Not exit(): at-exit handlers of the plugin's libraries may wait for threads.
    ::_exit(0);
}

std::string read_input() {
    std::string text;
    char buffer[4096];
    for (;;) {
        const ssize_t count = ::read(0, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        text.append(buffer, static_cast<std::size_t>(count));
    }
}

template <typename Table>
void check_role(const lai_plugin_entry &entry, const char *role, std::string (*check)(const Table &)) {
    const auto *table = static_cast<const Table *>(entry.get_extension(role));
    if (!table) return;
    if (const std::string wrong = check(*table); !wrong.empty()) finish(wrong);
}

}  // namespace

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    // A crash here is an expected answer: it should leave no core file, and no process behind a host that
    // died.
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const lai_host *host = probe_host(parse_request(read_input()));

    stage("load");
    void *library = ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) finish(std::string("cannot be loaded: ") + ::dlerror());
    const auto *entry = static_cast<const lai_plugin_entry *>(::dlsym(library, LAI_PLUGIN_ENTRY_SYMBOL));
    if (!entry) finish("does not export " LAI_PLUGIN_ENTRY_SYMBOL);
    if (const std::string wrong = check_entry(*entry, argv[2]); !wrong.empty()) finish(wrong);

    stage("init");
    char reason[1024] = "";
    // A plugin that declines says so again in the host, where it counts.
    if (entry->init(host, reason, sizeof reason) != LAI_OK) finish("");

    stage("tables");
    check_role<lai_backend>(*entry, LAI_ROLE_BACKEND, check_backend);
    check_role<lai_enhancer>(*entry, LAI_ROLE_ENHANCER, check_enhancer);
    check_role<lai_observer>(*entry, LAI_ROLE_OBSERVER, check_observer);
    check_role<lai_memory>(*entry, LAI_ROLE_MEMORY, check_memory);

    stage("shutdown");
    entry->shutdown();
    finish("");
}

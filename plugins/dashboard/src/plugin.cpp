// The observer: core starts it when `dashboard.enabled` is true, the CLI when it is asked for a dashboard.
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "lapack_ai/abi/observer.h"
#include "lapack_ai/abi/plugin.h"
#include "server.hpp"

namespace {

using namespace lapack_ai::dashboard;

const lai_host *the_host = nullptr;
std::unique_ptr<Source> the_source;
std::unique_ptr<Server> the_server;

void say(char *reason, size_t capacity, const char *text) {
    if (capacity == 0) return;
    std::strncpy(reason, text, capacity - 1);
    reason[capacity - 1] = '\0';
}

lai_status start(void *, char *reason, size_t capacity) {
    if (the_server) return LAI_OK;
    try {
        const Options options = read_options(*the_host);
        if (options.recording.empty()) {
            const auto *metrics =
                static_cast<const lai_metrics *>(the_host->get_extension(the_host, LAI_EXT_METRICS));
            if (!metrics) {
                say(reason, capacity, "dashboard: this host offers no " LAI_EXT_METRICS);
                return LAI_DECLINED;
            }
            the_source = live_source(*the_host, *metrics);
        } else {
            the_source = recorded_source(options.recording);
        }
        the_server = std::make_unique<Server>(options, *the_source, *the_host);
        return LAI_OK;
    } catch (const std::bad_alloc &) {
        say(reason, capacity, "dashboard: out of memory");
        return LAI_OUT_OF_MEMORY;
    } catch (const std::exception &error) {
        say(reason, capacity, error.what());
        return LAI_FAULT_CLEAN;
    }
}

void stop(void *) {
    the_server.reset();
    the_source.reset();
}

const char *url(void *) {
    return the_server ? the_server->url().c_str() : nullptr;
}

constexpr lai_observer observer = {sizeof(lai_observer), 0, nullptr, start, stop, url};

lai_status init(const lai_host *host, char *, size_t) {
    the_host = host;
    return LAI_OK;
}

void shutdown() {
    stop(nullptr);
}

// Threads do not survive a fork; the parent keeps the port. What they held is left alone in the child.
void after_fork_child() {
    static_cast<void>(the_server.release());
    static_cast<void>(the_source.release());
}

const void *get_extension(const char *id) {
    return std::strcmp(id, LAI_ROLE_OBSERVER) == 0 ? &observer : nullptr;
}

}  // namespace

LAI_DEFINE_PLUGIN_ENTRY = {
    sizeof(lai_plugin_entry), LAI_ABI_MAJOR, LAI_ABI_MINOR, 0, "dashboard", init, shutdown,
    after_fork_child,         get_extension};

#include "api/context.hpp"

#include <mutex>

#include "api/edge.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/version.hpp"
#include "metrics/collector.hpp"
#include "metrics/state_documents.hpp"

namespace lapack_ai::core {
namespace {

std::unique_ptr<lai_context> wrap(std::shared_ptr<Context> context, std::uint32_t language) {
    offer_documents(context);
    start_collector(context);
    Dispatcher &dispatcher = context->dispatcher();
    return std::make_unique<lai_context>(lai_context{std::move(context), &dispatcher, language});
}

}  // namespace

namespace detail {

std::atomic<lai_context *> default_context{nullptr};

lai_context &make_default_context() {
    static std::mutex making;
    const std::lock_guard lock(making);
    if (default_context.load(std::memory_order_relaxed) == nullptr)
        default_context.store(wrap(Runtime::instance().default_context(), LAI_LANGUAGE_LAPACK).release(),
                              std::memory_order_release);
    return *default_context.load(std::memory_order_relaxed);
}

}  // namespace detail

void check_language(const char *where, std::uint32_t language) {
    if (language > LAI_LANGUAGE_PYTHON)
        throw Error(ErrorKind::usage, std::string(where) + ": language is " + std::to_string(language) +
                                          ": must be one of LAI_LANGUAGE_*");
}

LoadOptions load_options(const lai_context_options *options) {
    LoadOptions result;
    if (options == nullptr) return result;
    if (options->config_file != nullptr) result.config_file = options->config_file;
    if (options->override_count > 0 && options->overrides == nullptr)
        throw Error(ErrorKind::usage, "lai_context_options: overrides is null");
    for (std::uint32_t i = 0; i < options->override_count; ++i) {
        const lai_override &given = options->overrides[i];
        if (given.path == nullptr || given.value == nullptr)
            throw Error(ErrorKind::usage,
                        "lai_context_options: override " + std::to_string(i) + " lacks path or value");
        result.overrides.push_back(
            {given.path, given.value, given.source != nullptr ? given.source : "lai_context_create"});
    }
    return result;
}

}  // namespace lapack_ai::core

using namespace lapack_ai::core;

extern "C" const char *lai_version(void) {
    return version();
}

extern "C" int64_t lai_context_create(const lai_context_options *options, lai_context **out) {
    return at_edge([&]() -> std::int64_t {
        if (out == nullptr) throw Error(ErrorKind::usage, "lai_context_create: out is null");
        *out = nullptr;
        std::uint32_t language = LAI_LANGUAGE_LAPACK;
        if (options != nullptr && LAI_HAS(options, lai_context_options, language) && options->language != 0)
            language = options->language;
        check_language("lai_context_options", language);
        *out = wrap(Runtime::instance().make_context(load_options(options)), language).release();
        return 0;
    });
}

extern "C" void lai_context_destroy(lai_context *context) {
    delete context;
}

extern "C" int64_t lai_context_reload(lai_context *context) {
    return at_edge([&]() -> std::int64_t {
        const std::shared_ptr<Context> &reloaded = context_or_default(context).context;
        reloaded->reload();
        start_collector(reloaded);
        return 0;
    });
}

namespace {

std::int64_t set_enabled(const char *plugin, bool enabled) {
    return at_edge([&]() -> std::int64_t {
        if (plugin == nullptr) throw Error(ErrorKind::usage, "plugin id is null");
        if (Runtime::instance().set_enabled(plugin, enabled) == LAI_BUSY)
            throw Error(ErrorKind::usage, std::string("plugin ") + plugin +
                                              " cannot be switched from inside a call of this thread");
        return 0;
    });
}

}  // namespace

extern "C" int64_t lai_plugin_enable(lai_context *, const char *plugin) {
    return set_enabled(plugin, true);
}
extern "C" int64_t lai_plugin_disable(lai_context *, const char *plugin) {
    return set_enabled(plugin, false);
}

extern "C" void lai_set_log_sink(lai_log_fn sink, void *user) {
    set_log_sink(sink, user);
}

// Documents and configuration of the C API.
#include "api/context.hpp"
#include "api/edge.hpp"
#include "api/profile_document.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "config/edit.hpp"
#include "metrics/call_file.hpp"
#include "metrics/collector.hpp"
#include "metrics/state_documents.hpp"
#include "plugin/check_configuration.hpp"

namespace {

using namespace lapack_ai::core;

Enabled enabled_of(const char *text) {
    const std::string word = lower_case(text != nullptr ? text : "");
    if (word == "true") return Enabled::yes;
    if (word == "false") return Enabled::no;
    if (word == "auto") return Enabled::automatic;
    throw Error(ErrorKind::usage, "plugins.*.enabled is '" + word + "': must be true, false or auto");
}

}  // namespace

extern "C" int64_t lai_document(lai_context *context, const char *name, char *buffer, size_t capacity) {
    return text_at_edge(buffer, capacity, [&] {
        const std::string wanted(name != nullptr ? name : "");
        if (wanted == "profile") return profile_document(*context_or_default(context).context);
        std::string text = state_document(wanted, *context_or_default(context).context);
        if (text.empty()) throw Error(ErrorKind::usage, "there is no document '" + wanted + '\'');
        return text;
    });
}

extern "C" int64_t lai_config_check(const lai_context_options *options, char *buffer, size_t capacity) {
    return text_at_edge(buffer, capacity, [&] {
        std::string text;
        for (const std::string &problem : check_configuration(load_options(options))) text += problem + '\n';
        return text;
    });
}

extern "C" int64_t lai_config_set_plugin(const lai_context_options *options, const char *plugin,
                                         const char *enabled, char *buffer, size_t capacity) {
    return text_at_edge(buffer, capacity, [&] {
        if (plugin == nullptr) throw Error(ErrorKind::usage, "lai_config_set_plugin: plugin is null");
        require_known_plugin(load_options(options), plugin);
        const std::string file = editable_config_file(load_options(options));
        const Edit edit = edit_plugin_enabled(file, plugin, enabled_of(enabled));
        return edit.file + ':' + std::to_string(edit.line);
    });
}

extern "C" void lai_shutdown(void) {
    at_edge([]() -> std::int64_t {
        Runtime::instance().stop_observers();
        stop_collector();
        flush_call_files();
        return 0;
    });
}

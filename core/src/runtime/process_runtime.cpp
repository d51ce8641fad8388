// The one runtime of the process: real plugins, real settings, the process's metrics.
#include <memory>
#include <string>

#include "cost/learned_model.hpp"
#include "metrics/process_recorder.hpp"
#include "runtime/runtime.hpp"

namespace lapack_ai::core {

namespace {

// Settings name the plugin files, and their manifests say which options of theirs are right: read twice.
std::shared_ptr<const Settings> load_with_schemas(const LoadOptions &options) {
    const auto settings = load_settings(options);
    if (!options.plugin_schemas.empty()) return settings;
    LoadOptions with_schemas = options;
    with_schemas.plugin_schemas = plugin_option_schemas(*settings);
    return with_schemas.plugin_schemas.empty() ? settings : load_settings(with_schemas);
}

}  // namespace

Runtime &Runtime::instance() {
    // Never destroyed: other libraries may still call from their exit handlers, and plugins stay mapped.
    static Runtime &runtime = *[] {
        RuntimeOptions options;
        options.load = load_with_schemas;
        options.cost_model = std::make_shared<LearnedModel>();
        options.recorder = &process_recorder();
        return new Runtime(std::move(options));
    }();
    return runtime;
}

}  // namespace lapack_ai::core

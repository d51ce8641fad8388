#include "dispatch/request.hpp"

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace lapack_ai::core {

std::int32_t known_index(const View &view, const char *plugin) noexcept {
    for (std::size_t i = 0; i < view.absentees.size(); ++i) {
        if (view.absentees[i].id == plugin) return static_cast<std::int32_t>(max_plugins + i);
    }
    for (const auto &offering : view.registry->offerings()) {
        if (offering->id == plugin) return static_cast<std::int32_t>(offering->index);
    }
    return -1;
}

namespace {

std::int32_t require_index(const View &view, const char *plugin) {
    const std::int32_t index = known_index(view, plugin);
    if (index < 0) {
        throw Error(ErrorKind::usage, std::string("unknown backend '") + plugin +
                                          "'; there are: " + backend_names(*view.registry, view.absentees));
    }
    return index;
}

// "alpha_gemm" forces a plugin, "alpha_gemm/4x4x4:48" one variant of it.
void force(const View &view, const char *backend, Request &request) {
    const std::string_view text = backend;
    const std::size_t slash = text.find('/');
    const std::string plugin(text.substr(0, slash));
    request.only = require_index(view, plugin.c_str());
    if (slash == std::string_view::npos) return;
    const std::string_view name = text.substr(slash + 1);
    const Offering *offering = view.registry->find(plugin);
    if (offering == nullptr) return;  // known but absent: the ranking says why
    std::string known;
    for (const auto &variant : offering->variants) {
        if (variant->name == name) {
            request.only_variant = variant->name.c_str();
            return;
        }
        if (!variant->name.empty()) known += (known.empty() ? "" : ", ") + variant->name;
    }
    throw Error(ErrorKind::usage, "backend '" + plugin + "' has no variant '" + std::string(name) +
                                      "'; there are: " + (known.empty() ? "none with a name" : known));
}

}  // namespace

Request lay_over(const View &view, const CallOptions &options) {
    Request request = view.defaults;
    if (options.backend != nullptr && *options.backend != '\0') {
        force(view, options.backend, request);
    }
    for (std::uint32_t i = 0; i < options.disable_count; ++i) {
        const auto index = static_cast<std::uint32_t>(require_index(view, options.disable[i]));
        if (index < max_plugins) request.excluded |= std::uint64_t{1} << index;
    }
    if (options.accuracy != LAI_ACCURACY_INHERIT) {
        request.accuracy = options.accuracy;
    } else if (options.backward_error != 0) {
        request.accuracy = LAI_ACCURACY_MIXED;  // what counts is the result, and that is checked
    }
    if (options.fallback >= 0) request.fallback = static_cast<FallbackMode>(options.fallback);
    if (options.threads > 0) request.threads = options.threads;
    request.deadline_ns = options.deadline_ns;
    request.target_error = options.backward_error;
    if (options.variant != nullptr) request.only_variant = options.variant;
    request.seal();
    return request;
}

}  // namespace lapack_ai::core

#include "dispatch/view.hpp"

#include <algorithm>
#include <atomic>

#include "base/error.hpp"

namespace lapack_ai::core {

bool offers(const Absentee &absentee, const Op &op) {
    return absentee.ops.empty() ||
           std::find(absentee.ops.begin(), absentee.ops.end(), op.schema->id) != absentee.ops.end();
}

std::string backend_names(const Registry &registry, const std::vector<Absentee> &absentees) {
    std::string text;
    const auto add = [&](const std::string &id) { text += (text.empty() ? "" : ", ") + id; };
    for (const auto &offering : registry.offerings()) {
        if (!offering->variants.empty()) add(offering->id);
    }
    for (const Absentee &absentee : absentees) add(absentee.id);
    return text.empty() ? "none" : text;
}

std::string source_of(const Settings &settings, const std::string &path) {
    const auto found = settings.provenance.find(path);
    if (found == settings.provenance.end()) return {};
    const Provenance &p = found->second;
    return " (" + p.source + (p.line > 0 ? ":" + std::to_string(p.line) : "") + ")";
}

namespace {

void require_known(const std::string &backend, const std::string &path, const Settings &settings,
                   const Registry &registry, const std::vector<Absentee> &absentees) {
    if (registry.find(backend) != nullptr) return;
    for (const Absentee &absentee : absentees) {
        if (absentee.id == backend) return;
    }
    throw Error(ErrorKind::configuration, path + ": unknown backend '" + backend + "'" +
                                              source_of(settings, path) +
                                              "; there are: " + backend_names(registry, absentees));
}

lai_reason barred_by(const Settings &settings, const RegisteredVariant &variant) {
    const auto plugin = settings.plugins.find(variant.plugin);
    if (plugin != settings.plugins.end() && plugin->second.enabled == Enabled::no) return LAI_REASON_DISABLED;
    if (!settings.gpu.enabled && variant.table.place == LAI_PLACE_OPENCL) return LAI_REASON_DISABLED;
    return LAI_REASON_NONE;
}

}  // namespace

const std::vector<Standing> &View::standings(std::uint32_t op) const noexcept {
    static const auto &none = *new std::vector<Standing>;
    return op < by_op.size() ? by_op[op] : none;
}

const Absentee *View::forced_absentee(const Request &request) const noexcept {
    if (request.only < 0) return nullptr;
    const auto position = static_cast<std::size_t>(request.only);
    if (position >= max_plugins)
        return position - max_plugins < absentees.size() ? &absentees[position - max_plugins] : nullptr;
    if (request.only != defaults.only) return nullptr;
    for (const Absentee &absentee : absentees)
        if (absentee.id == settings->force_backend) return &absentee;
    return nullptr;
}

std::unique_ptr<View> make_view(std::shared_ptr<const Settings> settings,
                                std::shared_ptr<const Registry> registry, std::vector<Absentee> absentees,
                                std::int32_t threads, Recorder *recorder) {
    static std::atomic<std::uint64_t> next_id{1};
    auto view = std::make_unique<View>();
    view->id = next_id.fetch_add(1);
    view->threads = std::max(threads, 1);
    view->defaults.accuracy = settings->dispatch.accuracy;
    view->defaults.fallback = settings->dispatch.fallback;
    view->defaults.deterministic = settings->dispatch.deterministic;
    view->defaults.steady = settings->dispatch.deterministic || !settings->cost_model.online;
    view->breaker_threshold = std::max(settings->breaker.failure_threshold, 1);
    view->breaker_open_ns = static_cast<std::uint64_t>(std::max(settings->breaker.open_seconds, 0.0) * 1e9);
    view->memory_limit_fraction = settings->gpu.memory_limit_percent / 100.0;
    view->device_concurrency = settings->gpu.max_concurrent_operations;
    view->recorder = settings->metrics.enabled || !settings->record.file.empty() ? recorder : nullptr;

    if (!settings->force_backend.empty()) {
        require_known(settings->force_backend, "dispatch.force_backend", *settings, *registry, absentees);
        view->defaults.only = static_cast<std::int32_t>(plugin_index(settings->force_backend));
    }
    for (const auto &[op, backend] : settings->dispatch.pin) {
        require_known(backend, "dispatch.pin." + op, *settings, *registry, absentees);
    }
    for (const Op *op : OpTable::instance().all()) {
        if (op->number >= view->by_op.size()) view->by_op.resize(op->number + 1);
        const auto pin = settings->dispatch.pin.find(op->short_name);
        for (const RegisteredVariant *variant : registry->variants(op->number)) {
            const bool pinned = pin != settings->dispatch.pin.end() && pin->second == variant->plugin;
            view->by_op[op->number].push_back({variant, barred_by(*settings, *variant), pinned});
        }
    }
    for (const auto &offering : registry->offerings()) {
        const auto plugin = settings->plugins.find(offering->id);
        const bool enabled = plugin == settings->plugins.end() || plugin->second.enabled != Enabled::no;
        if (enabled && view->enhancer == nullptr) view->enhancer = offering->enhancer;
    }
    view->defaults.seal();
    view->absentees = std::move(absentees);
    view->settings = std::move(settings);
    view->registry = std::move(registry);
    return view;
}

}  // namespace lapack_ai::core

#include "dispatch/registry.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "dispatch/recorder.hpp"
#include "dispatch/spaces.hpp"

namespace lapack_ai::core {

namespace {

// Names that keep their numbers for the life of the process; never destroyed, results point into it.
struct Names {
    std::mutex mutex;
    std::map<std::string, std::uint32_t> plugins;
    std::map<std::tuple<std::string, std::string, std::string, std::uint32_t>, std::uint32_t> variants;
    std::map<std::string, std::shared_ptr<Device>> devices;
    // Every variant ever registered: results name them by pointers into their strings.
    std::vector<std::shared_ptr<const RegisteredVariant>> kept;
};

Names &names() {
    static auto &all = *new Names;
    return all;
}

std::uint32_t variant_number(Names &all, const RegisteredVariant &v) {
    const auto next = static_cast<std::uint32_t>(all.variants.size() + 1);
    return all.variants.try_emplace({v.plugin, v.name, v.device_name, v.op}, next).first->second;
}

std::shared_ptr<Device> device(Names &all, const std::string &name) {
    auto &entry = all.devices[name];
    if (!entry) {
        entry = std::make_shared<Device>();
        entry->name = name;
    }
    return entry;
}

}  // namespace

std::uint32_t plugin_index(const std::string &id) {
    Names &all = names();
    const std::lock_guard lock(all.mutex);
    const auto found = all.plugins.find(id);
    if (found != all.plugins.end()) return found->second;
    if (all.plugins.size() >= max_plugins) {
        throw Error(ErrorKind::configuration, "plugin " + id + ": at most " + std::to_string(max_plugins) +
                                                  " plugins can be used in one process");
    }
    const auto index = static_cast<std::uint32_t>(all.plugins.size());
    all.plugins.emplace(id, index);
    return index;
}

std::shared_ptr<const Offering> make_offering(const LoadedPlugin &plugin, Recorder *recorder) {
    auto offering = std::make_shared<Offering>();
    offering->id = plugin.id;
    offering->index = plugin_index(plugin.id);
    offering->enhancer = plugin.enhancer;
    offering->memory = plugin.memory;
    if (plugin.memory != nullptr) offering->memory_space = intern_space(plugin.memory->space);
    if (plugin.backend == nullptr || plugin.backend->variants == nullptr) return offering;

    Names &all = names();
    const std::lock_guard lock(all.mutex);
    std::set<std::tuple<std::uint32_t, std::string, std::string>> seen;
    for (std::uint32_t i = 0; i < plugin.backend->variant_count; ++i) {
        std::string problem;
        auto v = register_variant(plugin.id, offering->index, plugin.backend->variants[i], problem);
        if (v && !seen.emplace(v->op, v->name, v->device_name).second) {
            problem = "variant " + v->label + " is there twice for the same op and device";
            v.reset();
        }
        if (!v) {
            offering->problems.push_back(problem);
            continue;
        }
        v->key.number = recorder != nullptr ? recorder->variant(v->key.plugin, v->key.variant, v->key.device)
                                            : variant_number(all, *v);
        v->device = device(all, v->device_name);
        all.kept.push_back(v);
        offering->variants.push_back(std::move(v));
    }
    return offering;
}

std::shared_ptr<const Registry> Registry::with(std::shared_ptr<const Offering> offering) const {
    auto next = std::make_shared<Registry>(*this);
    const auto same = std::find_if(next->offerings_.begin(), next->offerings_.end(),
                                   [&](const auto &o) { return o->id == offering->id; });
    if (same != next->offerings_.end()) {
        *same = std::move(offering);
    } else {
        next->offerings_.push_back(std::move(offering));
    }
    next->index();
    return next;
}

std::shared_ptr<const Registry> Registry::without(std::string_view id) const {
    auto next = std::make_shared<Registry>(*this);
    std::erase_if(next->offerings_, [&](const auto &o) { return o->id == id; });
    next->index();
    return next;
}

void Registry::index() {
    by_op_.clear();
    enhancer_ = nullptr;
    for (const auto &offering : offerings_) {
        if (enhancer_ == nullptr) enhancer_ = offering->enhancer;
        for (const auto &v : offering->variants) {
            if (v->op >= by_op_.size()) by_op_.resize(v->op + 1);
            by_op_[v->op].push_back(v.get());
        }
    }
}

const std::vector<const RegisteredVariant *> &Registry::variants(std::uint32_t op) const noexcept {
    static const auto &none = *new std::vector<const RegisteredVariant *>;
    return op < by_op_.size() ? by_op_[op] : none;
}

const Offering *Registry::find(std::string_view id) const noexcept {
    for (const auto &offering : offerings_) {
        if (offering->id == id) return offering.get();
    }
    return nullptr;
}

const lai_memory *Registry::memory(std::uint32_t space) const noexcept {
    for (const auto &offering : offerings_) {
        if (offering->memory != nullptr && offering->memory_space == space) return offering->memory;
    }
    return nullptr;
}

const lai_memory *Registry::memory_of_device(std::string_view device) const noexcept {
    for (const auto &offering : offerings_) {
        if (offering->memory != nullptr && device == offering->memory->space) return offering->memory;
    }
    return nullptr;
}

}  // namespace lapack_ai::core

#include "runtime/plugin_set.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"

namespace lapack_ai::core {

namespace {

bool offers_backend(const LoadedPlugin &plugin) {
    const auto &roles = plugin.manifest.roles;
    return plugin.backend != nullptr || roles.empty() ||
           std::find(roles.begin(), roles.end(), LAI_ROLE_BACKEND) != roles.end();
}

}  // namespace

PluginSet::PluginSet(Discover discover, Recorder *recorder)
    : discover_(std::move(discover)), recorder_(recorder), registry_(std::make_shared<Registry>()) {}

const PluginSet::Entry *PluginSet::find(std::string_view id) const noexcept {
    // Several files may carry one id; the one that is in use, else the first, speaks for it.
    const Entry *first = nullptr;
    for (const Entry &entry : entries_) {
        if (entry.loaded->id != id) continue;
        if (entry.initialised) return &entry;
        if (first == nullptr) first = &entry;
    }
    return first;
}

PluginSet::Entry *PluginSet::find(std::string_view id) noexcept {
    return const_cast<Entry *>(static_cast<const PluginSet *>(this)->find(id));
}

bool PluginSet::active(std::string_view id) const noexcept {
    const Entry *entry = find(id);
    return entry != nullptr && entry->offering != nullptr;
}

std::string PluginSet::ids() const {
    std::string text;
    for (const Entry &entry : entries_) text += (text.empty() ? "" : ", ") + entry.loaded->id;
    return text.empty() ? "none" : text;
}

void PluginSet::load(const std::shared_ptr<const Settings> &settings) {
    for (auto &plugin : discover_(*settings)) {
        const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &entry) {
            return entry.loaded->id == plugin->id && entry.loaded->path == plugin->path;
        });
        if (known == entries_.end()) {
            // One id, one plugin: a second file of an id that is in use only stands in the list.
            const Entry *same = find(plugin->id);
            if (same != nullptr && same->initialised && plugin->state == PluginState::ready) {
                plugin->state = PluginState::refused;
                plugin->reason = "plugin " + plugin->id + " is in use from " + same->loaded->path;
            }
            entries_.push_back({std::move(plugin), nullptr, nullptr});
        } else if (!known->initialised) {
            known->loaded = std::move(plugin);
        }
    }
    for (Entry &entry : entries_) {
        if (!entry.initialised && entry.loaded->state == PluginState::ready) initialise(entry, settings);
    }
}

void PluginSet::initialise(Entry &entry, const std::shared_ptr<const Settings> &settings) {
    if (entry.host == nullptr) {
        entry.host = std::make_shared<PluginHost>(entry.loaded->id, settings, recorder_);
    } else {
        entry.host->renew(settings);
    }
    initialise_plugin(*entry.loaded, entry.host->table());
    const PluginState state = entry.loaded->state;
    entry.initialised = state == PluginState::ready ||
                        (state == PluginState::unavailable && entry.loaded->backend != nullptr);
    if (!entry.initialised) return;
    entry.offering = make_offering(*entry.loaded, recorder_);
    for (const std::string &problem : entry.offering->problems) {
        problems_.push_back(entry.loaded->id + ": " + problem);
        log(LAI_LOG_WARNING, problems_.back());
    }
    registry_ = registry_->with(entry.offering);
}

std::vector<Absentee> PluginSet::absentees(const Settings &settings) const {
    std::vector<Absentee> absent;
    for (const Entry &entry : entries_) {
        const LoadedPlugin &plugin = *entry.loaded;
        const bool present = entry.offering != nullptr && !entry.offering->variants.empty();
        if (present || !offers_backend(plugin) || find(plugin.id) != &entry) continue;
        Absentee absentee;
        absentee.id = plugin.id;
        absentee.ops = plugin.manifest.ops;
        absentee.needs_device = !plugin.manifest.needs_device.empty();
        absentee.reason =
            plugin.state == PluginState::unavailable ? LAI_REASON_NO_DEVICE : LAI_REASON_DISABLED;
        const std::string key = "plugins." + plugin.id + ".enabled";
        absentee.note =
            std::string(to_string(plugin.state)) + ": " +
            (plugin.reason.empty() ? key + " is false" + source_of(settings, key) : plugin.reason);
        absent.push_back(std::move(absentee));
    }
    return absent;
}

void PluginSet::withdraw(std::string_view id) {
    Entry *entry = find(id);
    if (entry == nullptr || entry->offering == nullptr) return;
    entry->offering = nullptr;
    registry_ = registry_->without(id);
}

void PluginSet::shut_down(std::string_view id) {
    Entry *entry = find(id);
    if (entry == nullptr || !entry->initialised) return;
    LoadedPlugin &plugin = *entry->loaded;
    if (entry->observing && plugin.observer->stop != nullptr) plugin.observer->stop(plugin.observer->self);
    entry->observing = false;
    if (plugin.entry->shutdown != nullptr) plugin.entry->shutdown();
    entry->initialised = false;
    plugin.state = PluginState::disabled;
    plugin.reason = "switched off at run time";
    plugin.backend = nullptr;
    plugin.enhancer = nullptr;
    plugin.observer = nullptr;
    plugin.memory = nullptr;
}

void PluginSet::bring_back(std::string_view id, const std::shared_ptr<const Settings> &settings) {
    Entry *entry = find(id);
    if (entry->loaded->entry == nullptr) {
        // It was never mapped: find it again under settings that want it.
        load(settings);
        entry = find(id);
    } else if (!entry->initialised) {
        entry->loaded->state = PluginState::ready;
        initialise(*entry, settings);
    }
    if (!active(id)) {
        throw Error(ErrorKind::configuration, "plugin " + std::string(id) + " cannot be enabled: it is " +
                                                  to_string(entry->loaded->state) + ": " +
                                                  entry->loaded->reason);
    }
}

void PluginSet::start_observers() {
    for (Entry &entry : entries_) {
        const lai_observer *observer = entry.loaded->observer;
        if (!entry.initialised || entry.observing || observer == nullptr || observer->start == nullptr)
            continue;
        char reason[512] = "";
        if (observer->start(observer->self, reason, sizeof(reason)) == LAI_OK) {
            entry.observing = true;
        } else {
            reason[sizeof(reason) - 1] = '\0';
            problems_.push_back(entry.loaded->id + " did not start: " + reason);
            log(LAI_LOG_WARNING, problems_.back());
        }
    }
}

void PluginSet::stop_observers() {
    for (Entry &entry : entries_) {
        const lai_observer *observer = entry.loaded->observer;
        if (entry.observing && observer != nullptr && observer->stop != nullptr)
            observer->stop(observer->self);
        entry.observing = false;
    }
}

void PluginSet::after_fork_child() const noexcept {
    for (const Entry &entry : entries_) {
        if (!entry.initialised || entry.loaded->entry == nullptr) continue;
        if (entry.loaded->entry->after_fork_child != nullptr) entry.loaded->entry->after_fork_child();
    }
}

}  // namespace lapack_ai::core

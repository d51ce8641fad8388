// The plugins of a runtime: found, initialised, registered, switched off and on. Used by one thread at a
// time, under the runtime's lock.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/registry.hpp"
#include "dispatch/view.hpp"
#include "plugin/loaded_plugin.hpp"
#include "runtime/host.hpp"

namespace lapack_ai::core {

using Discover = std::function<std::vector<std::shared_ptr<LoadedPlugin>>(const Settings &)>;

class PluginSet {
  public:
    PluginSet(Discover discover, Recorder *recorder);

    // Finds what the settings name, initialises what is new and not disabled, and updates the registry.
    void load(const std::shared_ptr<const Settings> &settings);

    const std::shared_ptr<const Registry> &registry() const noexcept { return registry_; }
    // What errors and explain say of the backends that are not there, as these settings see it.
    std::vector<Absentee> absentees(const Settings &settings) const;

    bool known(std::string_view id) const noexcept { return find(id) != nullptr; }
    bool active(std::string_view id) const noexcept;
    std::string ids() const;

    // Takes a plugin out of the registry. It stays initialised until shut_down(), which must come only when
    // no call can be inside it.
    void withdraw(std::string_view id);
    void shut_down(std::string_view id);
    // Initialises a plugin that was off. Throws Error(configuration) with its reason when it cannot be.
    void bring_back(std::string_view id, const std::shared_ptr<const Settings> &settings);

    // Starts and stops the observers (dashboard) of active plugins.
    void start_observers();
    void stop_observers();
    // Calls every initialised plugin's after_fork_child.
    void after_fork_child() const noexcept;

    struct Entry {
        std::shared_ptr<LoadedPlugin> loaded;
        std::shared_ptr<PluginHost> host;          // null until first initialised
        std::shared_ptr<const Offering> offering;  // null while not active
        bool initialised = false;
        bool observing = false;
    };
    const std::vector<Entry> &entries() const noexcept { return entries_; }
    // What went wrong while registering: variants that break the contract, observers that did not start.
    const std::vector<std::string> &problems() const noexcept { return problems_; }

  private:
    const Entry *find(std::string_view id) const noexcept;
    Entry *find(std::string_view id) noexcept;
    void initialise(Entry &entry, const std::shared_ptr<const Settings> &settings);

    Discover discover_;
    Recorder *recorder_;
    std::vector<Entry> entries_;
    std::shared_ptr<const Registry> registry_;
    std::vector<std::string> problems_;
};

}  // namespace lapack_ai::core

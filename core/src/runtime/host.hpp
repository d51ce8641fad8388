// lai_host as one plugin sees it: core's services with the plugin's own options behind them.
#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "lapack_ai/abi/host.h"

namespace lapack_ai::core {

class Recorder;

// Lives as long as the process, as the contract promises.
class PluginHost {
  public:
    PluginHost(std::string plugin, std::shared_ptr<const Settings> settings, Recorder *recorder);
    PluginHost(const PluginHost &) = delete;
    PluginHost &operator=(const PluginHost &) = delete;

    const lai_host *table() const noexcept { return &link_.table; }
    // Before init is called again, with the settings of that moment. [control]
    void renew(std::shared_ptr<const Settings> settings);

    const std::string &plugin() const noexcept { return plugin_; }
    const Settings &settings() const noexcept { return *settings_; }
    const std::string &options() const noexcept { return options_; }
    Recorder *recorder() const noexcept { return recorder_; }
    static const PluginHost &of(const lai_host *host) noexcept;

  private:
    // The table first, so that the plugin's pointer leads back here.
    struct Link {
        lai_host table{};
        const PluginHost *owner = nullptr;
    };

    Link link_;
    std::string plugin_;
    std::string options_;
    std::shared_ptr<const Settings> settings_;
    Recorder *recorder_;
};

}  // namespace lapack_ai::core

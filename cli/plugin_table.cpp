#include "plugin_table.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "text.hpp"

namespace lapack_ai::cli {

namespace {

std::string joined(const nlohmann::json &list) {
    std::string text;
    for (const auto &item : list)
        if (item.is_string()) text += (text.empty() ? "" : ", ") + item.get<std::string>();
    return text;
}

}  // namespace

void print_plugins(const nlohmann::json &plugins, bool details) {
    if (plugins.empty())
        std::printf("no plugin found; `lapack-ai config show` lists the folders that were searched\n");
    for (const auto &plugin : plugins) {
        const std::string reason = string_or_empty(plugin, "reason");
        std::string offer = reason;
        if (offer.empty()) offer = joined(plugin.value("ops", nlohmann::json::array()));
        if (offer.empty()) offer = joined(plugin.value("roles", nlohmann::json::array()));
        std::printf("%-16s %-8s %-12s %s\n", string_or_empty(plugin, "id").c_str(),
                    string_or_empty(plugin, "version").c_str(), string_or_empty(plugin, "state").c_str(),
                    offer.c_str());
        if (!details) continue;
        std::printf("%-16s %s\n", "", string_or_empty(plugin, "path").c_str());
        const auto devices = plugin.find("devices");
        if (devices == plugin.end() || !devices->is_array()) continue;
        for (const auto &device : *devices)
            if (device.is_object())
                std::printf("%-16s device %s\n", "", string_or_empty(device, "name").c_str());
    }
}

}  // namespace lapack_ai::cli

// A plugin as core knows it after loading: where it came from, what it offers, or why it is not used.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "lapack_ai/abi/backend.h"
#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/memory.h"
#include "lapack_ai/abi/observer.h"
#include "lapack_ai/abi/plugin.h"

namespace lapack_ai::core {

enum class PluginState {
    ready,        // initialised, offers what it offers
    disabled,     // by configuration
    unavailable,  // loaded, but its device or library is not there
    refused,      // manifest, ABI, ownership, permissions: no code of it has run
    quarantined   // crashed, hung or failed in the probe or at init
};

const char *to_string(PluginState state);

// The manifest note, parsed.
struct Manifest {
    std::uint32_t abi_major = 0, abi_minor = 0;
    std::string id, version, title, license, platform, needs_device;
    std::vector<std::string> cpu_features, roles, ops;
    std::string options_schema;  // JSON Schema text
};

struct LoadedPlugin {
    std::string id;
    std::string path;
    PluginState state = PluginState::refused;
    std::string reason;  // why it is not ready, with the remedy where there is one
    Manifest manifest;
    Enabled enabled = Enabled::automatic;     // what the settings say
    const lai_plugin_entry *entry = nullptr;  // the file stays mapped for ever
    const lai_backend *backend = nullptr;
    const lai_enhancer *enhancer = nullptr;
    const lai_observer *observer = nullptr;
    const lai_memory *memory = nullptr;
};

// Finds, checks, probes and maps the plugin files that the settings name; no init is called yet, so a plugin
// that passes stands as `ready` with `entry` set and role tables still null. Never throws for a bad file:
// each one is listed with its reason. [control]
std::vector<std::shared_ptr<LoadedPlugin>> discover_plugins(const Settings &settings);

// The option schemas of all plugin files that the settings name, by plugin id, for
// LoadOptions::plugin_schemas: so that a second load_settings() checks keys that core has never heard of.
// Only manifests are read.
std::map<std::string, std::string> plugin_option_schemas(const Settings &settings);

// Reads the manifest of a file without running any code of it. Throws Error with the exact reason.
Manifest read_manifest(const std::string &path);

// Calls entry->init with `host` and fetches the role tables; on failure the state says why. [control]
void initialise_plugin(LoadedPlugin &plugin, const lai_host *host);

}  // namespace lapack_ai::core

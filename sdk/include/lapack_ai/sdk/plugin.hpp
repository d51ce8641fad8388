// What a plugin author includes. A plugin is a class derived from Plugin whose constructor adds variants or
// other role tables; LAPACK_AI_PLUGIN(Class), once per plugin, makes the exported table. See
// examples/plugins/minimal.
#pragma once

#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lapack_ai/abi/plugin.h"
#include "lapack_ai/sdk/call_builder.hpp"
#include "lapack_ai/sdk/variant.hpp"
#include "lapack_ai/sdk/views.hpp"

namespace lapack_ai::sdk {

// Base of every plugin. Constructed when the host initialises the plugin, destroyed when the host shuts it
// down (no call is in flight then), and possibly constructed again. Throwing from the constructor refuses:
// the text is the reason users see.
class Plugin {
  public:
    explicit Plugin(Host host) : host_(host) {
        backend_.size = sizeof backend_;
        backend_.self = this;
    }
    virtual ~Plugin() = default;
    Plugin(const Plugin &) = delete;
    Plugin &operator=(const Plugin &) = delete;

    // Runs in a forked child before anything else of the plugin: drop threads, queues, devices.
    virtual void after_fork_child() {}

    Host host() const noexcept { return host_; }

    // The table behind a role or extension id, null when not offered.
    const void *extension(const char *id) noexcept {
        for (const auto &[name, table] : extensions_)
            if (name == id) return table;
        if (std::strcmp(id, LAI_ROLE_BACKEND) != 0 || (slots_.empty() && !backend_.unavailable))
            return nullptr;
        return &backend_;
    }

  protected:
    // Adds a variant made from `args`. [control]
    template <typename Variant, typename... Args>
    Variant &add(VariantInfo info, Args &&...args) {
        auto slot =
            std::make_unique<detail::Slot<Variant>>(host_, std::move(info), std::forward<Args>(args)...);
        Variant &variant = slot->variant();
        tables_.push_back(&slot->table);
        slots_.push_back(std::move(slot));
        backend_.variants = tables_.data();
        backend_.variant_count = static_cast<std::uint32_t>(tables_.size());
        return variant;
    }
    // Says why the plugin offers nothing though loading went well: "no OpenCL device found". [control]
    void unavailable(std::string why) {
        why_unavailable_ = std::move(why);
        backend_.unavailable = why_unavailable_.c_str();
    }
    // JSON text about devices for `info` and the dashboard; called from any thread. [control]
    void describe(std::function<std::string()> text) {
        description_ = std::move(text);
        backend_.describe = write_description;
    }
    // Tunes the plugin's own settings (lai_backend.tune) and returns a summary of lines. [control]
    using Tell = std::function<bool(double share, const char *what)>;
    void tunes(std::function<std::string(double budget_seconds, const Tell &tell)> tune) {
        tune_ = std::move(tune);
        backend_.tune = run_tune;
    }
    // Offers another role or extension; `table` lives as long as the plugin. [control]
    void provide(const char *id, const void *table) { extensions_.emplace_back(id, table); }

  private:
    static std::size_t write_description(void *self, char *buffer, std::size_t capacity) noexcept {
        try {
            const std::string text = static_cast<Plugin *>(self)->description_();
            if (capacity > 0) std::snprintf(buffer, capacity, "%s", text.c_str());
            return text.size();
        } catch (...) {
            return 0;
        }
    }

    static lai_status run_tune(void *self, double budget_seconds,
                               int (*progress)(void *user, double share, const char *what), void *user,
                               char *summary, std::size_t capacity) noexcept {
        const auto answer = [&](lai_status status, const char *text) {
            if (summary && capacity > 0) std::snprintf(summary, capacity, "%s", text);
            return status;
        };
        try {
            const Tell tell = [&](double share, const char *what) {
                return !progress || progress(user, share, what) != 0;
            };
            return answer(LAI_OK, static_cast<Plugin *>(self)->tune_(budget_seconds, tell).c_str());
        } catch (const Failure &failure) {
            return answer(failure.status(), failure.what());
        } catch (const std::exception &error) {
            return answer(LAI_FAULT_CLEAN, error.what());
        } catch (...) {
            return answer(LAI_FAULT_CLEAN, "an exception of unknown type");
        }
    }

    Host host_;
    lai_backend backend_{};
    std::vector<std::unique_ptr<detail::SlotBase>> slots_;
    std::vector<const lai_variant *> tables_;
    std::vector<std::pair<std::string, const void *>> extensions_;
    std::string why_unavailable_;
    std::function<std::string()> description_;
    std::function<std::string(double, const Tell &)> tune_;
};

namespace detail {

// The functions of the exported table for one plugin class.
template <typename PluginClass>
struct Entry {
    // A plain pointer: nothing of a plugin is torn down by static destructors at exit.
    static inline PluginClass *instance = nullptr;

    static lai_status init(const lai_host *host, char *reason, std::size_t capacity) noexcept {
        const auto refuse = [&](lai_status status, const char *why) {
            if (reason && capacity > 0) std::snprintf(reason, capacity, "%s", why);
            return status;
        };
        try {
            if (!instance) instance = new PluginClass(Host(host));
            return LAI_OK;
        } catch (const Failure &failure) {
            return refuse(failure.status() == LAI_OK ? LAI_FAULT_CLEAN : failure.status(), failure.what());
        } catch (const std::bad_alloc &) {
            return refuse(LAI_OUT_OF_MEMORY, "out of host memory");
        } catch (const std::exception &error) {
            return refuse(LAI_FAULT_CLEAN, error.what());
        } catch (...) {
            return refuse(LAI_FAULT_CLEAN, "an exception of unknown type");
        }
    }
    static void shutdown() noexcept { delete std::exchange(instance, nullptr); }
    static void after_fork_child() noexcept {
        try {
            if (instance) instance->after_fork_child();
        } catch (...) {
            return;  // the child goes on without what the plugin wanted to mend
        }
    }
    static const void *get_extension(const char *id) noexcept {
        return instance ? instance->extension(id) : nullptr;
    }
};

}  // namespace detail
}  // namespace lapack_ai::sdk

// Defines the one exported symbol. LAPACK_AI_PLUGIN_ID comes from lapack_ai_add_plugin().
#define LAPACK_AI_PLUGIN(PluginClass)                                                          \
    LAI_DEFINE_PLUGIN_ENTRY = {sizeof(::lai_plugin_entry),                                     \
                               LAI_ABI_MAJOR,                                                  \
                               LAI_ABI_MINOR,                                                  \
                               0,                                                              \
                               LAPACK_AI_PLUGIN_ID,                                            \
                               ::lapack_ai::sdk::detail::Entry<PluginClass>::init,             \
                               ::lapack_ai::sdk::detail::Entry<PluginClass>::shutdown,         \
                               ::lapack_ai::sdk::detail::Entry<PluginClass>::after_fork_child, \
                               ::lapack_ai::sdk::detail::Entry<PluginClass>::get_extension}

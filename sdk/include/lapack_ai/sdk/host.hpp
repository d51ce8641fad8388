// The host's services with C++ manners. A Host is a pointer: copy it freely. Services an older host does not
// have read as absent (null, 0, LAI_DECLINED).
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>

#include "lapack_ai/abi/host.h"
#include "lapack_ai/sdk/call.hpp"
#include "lapack_ai/sdk/json.hpp"

namespace lapack_ai::sdk {

class Host {
  public:
    explicit Host(const lai_host *raw) noexcept : raw_(raw) {}
    const lai_host *raw() const noexcept { return raw_; }

    void log(std::uint32_t level, const std::string &line) const { raw_->log(raw_, level, line.c_str()); }
    void debug(const std::string &line) const { log(LAI_LOG_DEBUG, line); }
    void info(const std::string &line) const { log(LAI_LOG_INFO, line); }
    void warning(const std::string &line) const { log(LAI_LOG_WARNING, line); }

    std::uint64_t now_ns() const noexcept { return raw_->now_ns(raw_); }
    // Number of an op, 0 if nobody registered it.
    std::uint32_t op_number(const char *op_id) const noexcept { return raw_->op_number(raw_, op_id); }
    // Registers an op of this plugin's own; only while the plugin is constructed. Throws Failure when another
    // plugin has registered a different schema under that id.
    std::uint32_t register_op(const lai_op_schema &schema) const {
        std::uint32_t number = 0;
        const lai_status status = raw_->register_op(raw_, &schema, &number);
        if (status != LAI_OK)
            throw Failure(status, std::string("the host refuses op ") + (schema.id ? schema.id : "(null)"));
        return number;
    }
    std::uint32_t intern_space(const std::string &space) const noexcept {
        return raw_->intern_space(raw_, space.c_str());
    }

    // This plugin's options (YAML `plugins.<id>`); valid until shutdown. [control]
    Json options() const noexcept { return json(raw_->options_json(raw_)); }
    // A core setting by its YAML path, absent if there is none. [control]
    Json setting(const char *path) const noexcept { return json(raw_->setting_json(raw_, path)); }

    // Uninitialised scratch for `count` objects until the outermost call returns. Throws std::bad_alloc.
    template <typename T>
    T *arena(const Call &call, std::size_t count, std::size_t align = alignof(T)) const {
        static_assert(std::is_trivially_destructible_v<T>, "the arena runs no destructors");
        if (count > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
        void *memory = raw_->arena_alloc(raw_, &call.raw(), count * sizeof(T), align);
        if (!memory) throw std::bad_alloc();
        return static_cast<T *>(memory);
    }

    // Runs body(item, worker) for item in [0, count) on up to call.threads() threads. An exception of body is
    // kept until all items ended and reported as LAI_FAULT_CLEAN.
    template <typename Body>
    lai_status parallel_for(const Call &call, std::int64_t count, Body &&body) const {
        struct Context {
            std::remove_reference_t<Body> *body;
            bool failed;
        } context{&body, false};
        const lai_task_fn task = [](void *opaque, std::int64_t item, std::int32_t worker) {
            auto *c = static_cast<Context *>(opaque);
            try {
                (*c->body)(item, worker);
            } catch (...) {
                __atomic_store_n(&c->failed, true, __ATOMIC_RELAXED);
            }
        };
        const lai_status status = raw_->parallel_for(raw_, &call.raw(), count, task, &context);
        return status == LAI_OK && context.failed ? LAI_FAULT_CLEAN : status;
    }

    // Nested dispatch under `parent`; see CallBuilder for making `child`.
    lai_status predict(const Call &parent, const lai_call &child, lai_cost &cost,
                       const lai_constraints *constraints = nullptr) const noexcept {
        if (!LAI_HAS(raw_, lai_host, predict) || !raw_->predict) return LAI_DECLINED;
        return raw_->predict(raw_, &parent.raw(), &child, constraints, &cost);
    }
    lai_status invoke(const Call &parent, const lai_call &child, lai_result &result,
                      const lai_constraints *constraints = nullptr) const noexcept {
        if (!LAI_HAS(raw_, lai_host, invoke) || !raw_->invoke) return LAI_DECLINED;
        return raw_->invoke(raw_, &parent.raw(), &child, constraints, &result);
    }

    // A figure of this plugin for the metrics endpoint. [control]
    std::uint32_t counter(const char *name, const char *help) const noexcept {
        return has_metrics() ? raw_->metric(raw_, 0, name, help) : 0;
    }
    std::uint32_t gauge(const char *name, const char *help) const noexcept {
        return has_metrics() ? raw_->metric(raw_, 1, name, help) : 0;
    }
    void metric_add(std::uint32_t number, double value) const noexcept {
        if (has_metrics()) raw_->metric_add(raw_, number, value);
    }
    void metric_set(std::uint32_t number, double value) const noexcept {
        if (has_metrics()) raw_->metric_set(raw_, number, value);
    }

    const void *extension(const char *id) const noexcept {
        if (!LAI_HAS(raw_, lai_host, get_extension) || !raw_->get_extension) return nullptr;
        return raw_->get_extension(raw_, id);
    }

  private:
    bool has_metrics() const noexcept { return LAI_HAS(raw_, lai_host, metric_set) && raw_->metric; }
    static Json json(const char *text) noexcept { return text ? Json(text) : Json(); }
    const lai_host *raw_;
};

}  // namespace lapack_ai::sdk

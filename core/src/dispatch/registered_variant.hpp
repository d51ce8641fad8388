// A variant as core keeps it: checked once at registration, its table copied so that older and newer plugins
// look the same, with the little state that calls share (breaker, calls in flight).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cost/cost_model.hpp"
#include "dispatch/breaker.hpp"
#include "dispatch/op_table.hpp"
#include "lapack_ai/abi/backend.h"

namespace lapack_ai::core {

// A place that calls lease: one per device name, shared by all plugins that use it.
struct Device {
    std::string name;  // "cpu", "opencl:<uuid>"
    std::atomic<std::int32_t> in_use{0};
};

struct RegisteredVariant {
    lai_variant table{};  // absent fields are zero; ranges and spaces are below
    std::string plugin, name, device_name;
    std::string label;               // "cpu_lapack/gesdd", for messages
    std::uint32_t plugin_index = 0;  // bit in exclusion masks
    std::uint32_t op = 0;
    std::vector<lai_dim_range> ranges;
    std::vector<std::uint32_t> spaces;
    ModelKey key;  // its number is also the one of events
    std::shared_ptr<Device> device;

    mutable CircuitBreaker breaker;
    mutable std::atomic<std::int32_t> in_use{0};
    mutable std::atomic<bool> memory_warned{false};

    bool may_dirty() const noexcept { return (table.flags & LAI_VARIANT_MAY_DIRTY) != 0; }
    bool last_resort() const noexcept { return (table.flags & LAI_VARIANT_LAST_RESORT) != 0; }
    // Whether it reads and writes operands there; the host is 0.
    bool reaches(std::uint32_t space) const noexcept {
        if (space == 0) return true;
        for (const std::uint32_t own : spaces)
            if (own == space) return true;
        return false;
    }
    bool reaches_all(const lai_call &call) const noexcept {
        for (std::uint32_t i = 0; i < call.operand_count; ++i)
            if (!reaches(LAI_OPERAND(&call, i)->space)) return false;
        return true;
    }
    bool on_device() const noexcept {
        return table.place == LAI_PLACE_OPENCL || table.place == LAI_PLACE_OTHER;
    }
    lai_accuracy accuracy() const noexcept {
        return table.accuracy == LAI_ACCURACY_INHERIT ? LAI_ACCURACY_COMPONENTWISE : table.accuracy;
    }
};

// Checks what a plugin offers and copies it. Null, with `problem` set, when the variant breaks the contract.
std::shared_ptr<RegisteredVariant> register_variant(const std::string &plugin, std::uint32_t plugin_index,
                                                    const lai_variant *variant, std::string &problem);

}  // namespace lapack_ai::core

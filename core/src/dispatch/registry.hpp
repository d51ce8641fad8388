// What all plugins together offer, at one moment: immutable, so that a call may read it without a lock while
// the next one is being published.
//
// A registry and the variants in it live as long as the process: results name them, and their number is
// small.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/registered_variant.hpp"
#include "plugin/loaded_plugin.hpp"

namespace lapack_ai::core {

class Recorder;

// Exclusions are masks of 64 bits, one a plugin.
constexpr std::uint32_t max_plugins = 64;

// One plugin's part, made when it was initialised.
struct Offering {
    std::string id;
    std::uint32_t index = 0;
    std::vector<std::shared_ptr<const RegisteredVariant>> variants;
    const lai_enhancer *enhancer = nullptr;
    const lai_memory *memory = nullptr;
    std::uint32_t memory_space = 0;     // number of memory->space
    std::vector<std::string> problems;  // variants that broke the contract and are left out
};

class Registry {
  public:
    // Copies with a plugin added (in place of one of the same id) or taken out. [control]
    std::shared_ptr<const Registry> with(std::shared_ptr<const Offering> offering) const;
    std::shared_ptr<const Registry> without(std::string_view id) const;

    const std::vector<std::shared_ptr<const Offering>> &offerings() const noexcept { return offerings_; }
    // In the order of registration.
    const std::vector<const RegisteredVariant *> &variants(std::uint32_t op) const noexcept;
    const Offering *find(std::string_view id) const noexcept;
    // First plugin that offers the space; null: nobody.
    const lai_memory *memory(std::uint32_t space) const noexcept;
    // The memory role that manages a variant's device ("opencl:<uuid>"); null: nobody.
    const lai_memory *memory_of_device(std::string_view device) const noexcept;
    // The first enhancer; null: none.
    const lai_enhancer *enhancer() const noexcept { return enhancer_; }

  private:
    void index();

    std::vector<std::shared_ptr<const Offering>> offerings_;
    std::vector<std::vector<const RegisteredVariant *>> by_op_;
    const lai_enhancer *enhancer_ = nullptr;
};

// Registers what an initialised plugin offers. Numbers and devices are the same for the same names for the
// life of the process. Throws Error(configuration) beyond max_plugins. [control]
std::shared_ptr<const Offering> make_offering(const LoadedPlugin &plugin, Recorder *recorder);

// The bit of a plugin id in exclusion masks, given when it was first named to this function. [control]
std::uint32_t plugin_index(const std::string &id);

}  // namespace lapack_ai::core

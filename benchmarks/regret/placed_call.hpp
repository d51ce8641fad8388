// A measured call whose operands may live in a device's memory.
#pragma once

#include <vector>

#include "dispatch/registry.hpp"
#include "runtime/calibration.hpp"

namespace lapack_ai::bench {

// Where operands live: the host, or a space that a plugin offers.
struct Residence {
    const lai_memory *memory = nullptr;  // null: the host
    std::uint32_t space = 0;
};

class PlacedCall {
  public:
    // Throws std::runtime_error when the device has no room, or for ops that overwrite what they read: those
    // would have to be put back between calls.
    PlacedCall(const core::CalibrationCase &shape, const Residence &residence);
    ~PlacedCall();
    PlacedCall(const PlacedCall &) = delete;
    PlacedCall &operator=(const PlacedCall &) = delete;

    lai_call &call() noexcept { return host_.call(); }
    bool overwrites() const noexcept { return host_.overwrites(); }
    void reset() { host_.reset(); }

  private:
    core::MeasuredCall host_;
    const lai_memory *memory_;
    std::vector<lai_operand> operands_;  // of a device
    std::vector<void *> data_;
};

}  // namespace lapack_ai::bench

// What a variant's query answers, built by name:
//     return Cost().compute(2.0 * m * n * k / 1e9).componentwise(k).algorithm("three loops");
//     return Cost::decline(LAI_REASON_SHAPE, "n must be a multiple of 4");
#pragma once

#include <cstdint>

#include "lapack_ai/abi/backend.h"

namespace lapack_ai::sdk {

class Cost {
  public:
    Cost() noexcept : value_() { value_.size = sizeof value_; }
    // `note` must be static.
    static Cost decline(lai_reason reason, const char *note = nullptr) noexcept {
        Cost cost;
        cost.value_.reason = reason;
        cost.value_.note = note;
        return cost;
    }

    // Seconds on an idle machine; the parts add up.
    Cost &setup(double seconds) noexcept { return set(value_.setup_seconds, seconds); }
    Cost &transfer(double seconds) noexcept { return set(value_.transfer_seconds, seconds); }
    Cost &compute(double seconds) noexcept { return set(value_.compute_seconds, seconds); }
    // Standard deviation of log(measured / predicted): 0.3 means "within about 30 %".
    Cost &sigma(double log_sigma) noexcept { return set(value_.sigma, log_sigma); }
    // Host scratch that core is to supply as Call::workspace().
    Cost &workspace(std::uint64_t bytes) noexcept { return set(value_.host_workspace_bytes, bytes); }
    // Host memory the variant takes itself.
    Cost &host_extra(std::uint64_t bytes) noexcept { return set(value_.host_extra_bytes, bytes); }
    Cost &device_workspace(std::uint64_t bytes) noexcept { return set(value_.device_workspace_bytes, bytes); }
    Cost &device_peak(std::uint64_t bytes) noexcept { return set(value_.device_peak_bytes, bytes); }
    Cost &device_available(std::uint64_t bytes) noexcept { return set(value_.device_available_bytes, bytes); }
    Cost &bytes_moved(std::uint64_t to_device, std::uint64_t from_device) noexcept {
        value_.bytes_to_device = to_device;
        value_.bytes_from_device = from_device;
        return *this;
    }
    // |error| <= coefficient * u * |A||B|, entry by entry (conventional algorithms).
    Cost &componentwise(double coefficient) noexcept { return error(LAI_ERROR_COMPONENTWISE, coefficient); }
    // ||error|| <= coefficient * u * ||A|| ||B||.
    Cost &normwise(double coefficient) noexcept { return error(LAI_ERROR_NORMWISE, coefficient); }
    Cost &nondeterministic() noexcept {
        value_.nondeterministic = 1;
        return *this;
    }
    // Of a MAY_DIRTY variant: this call needs no copy of the originals.
    Cost &stays_clean(bool clean = true) noexcept {
        value_.stays_clean = clean ? 1 : 0;
        return *this;
    }
    // Static text.
    Cost &algorithm(const char *name) noexcept { return set(value_.algorithm, name); }
    Cost &note(const char *text) noexcept { return set(value_.note, text); }

    const lai_cost &raw() const noexcept { return value_; }

  private:
    template <typename Field>
    Cost &set(Field &field, Field value) noexcept {
        field = value;
        return *this;
    }
    Cost &error(std::uint32_t kind, double coefficient) noexcept {
        value_.error_kind = kind;
        value_.error_coefficient = coefficient;
        return *this;
    }

    lai_cost value_;
};

}  // namespace lapack_ai::sdk

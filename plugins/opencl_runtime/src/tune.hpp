// Finds the fastest entries of gemm_parameters.h for the device by measuring, and writes them down.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "device.hpp"

namespace lapack_ai::opencl {

// Measures each tunable's candidates within the budget, one with another, and uses the winners from now on. A
// candidate that fails to build, or whose product of small integers is not exact, is never timed. `progress`
// gets the share of the work done and what comes; false ends it early, keeping what was found. Nothing is
// measured on processors, whose tables have one entry. Returns lines of what was chosen. Throws Failure.
std::string tune(const std::shared_ptr<Device> &device, const std::string &file, double budget_seconds,
                 const std::function<bool(double, const std::string &)> &progress);

}  // namespace lapack_ai::opencl

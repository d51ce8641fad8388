// OpenCL error codes as failures with a status of the contract, and the place where tests make them happen.
#pragma once

#include <cstdint>
#include <string>

#include "lapack_ai/sdk/error.hpp"
#include "opencl_api.hpp"

namespace lapack_ai::opencl {

using sdk::Failure;

// Where in the life of a command a code came up: the same -5 is a full device at a launch and a dead context
// once the kernel ran.
enum class Phase { enqueue, wait };

// LAI_OUT_OF_MEMORY, LAI_DEVICE_LOST or LAI_FAULT_CLEAN.
lai_status status_of(cl_int code, Phase phase);

// Throws Failure unless code is CL_SUCCESS. `what` completes "OpenCL cannot ...".
void check(cl_int code, const std::string &what, Phase phase = Phase::enqueue);

// True for codes that trimming the pool may cure.
bool is_shortage(cl_int code);

namespace faults {
// The code a test wants this passage through `site` to give; CL_SUCCESS without one. Costs one relaxed load.
cl_int at(const char *site);
// True once for a "wait" passage that is to hang.
bool hang();
void inject(const char *site, cl_int code, int after, int times);
void clear();
// Reads "site:code:after:times,..." from LAPACK_AI_OPENCL_FAULTS.
void read_environment();
}  // namespace faults

}  // namespace lapack_ai::opencl

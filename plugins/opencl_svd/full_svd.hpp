// One matrix of any size: reduction, iteration, postprocess.
#pragma once

#include "lapack_ai/sdk/host.hpp"
#include "svd_problem.hpp"

namespace lapack_ai::opencl_svd {

// Seconds between the phases' ends. Waiting at each end costs the overlap of host and device, so it is done
// for measurements alone.
struct Phases {
    bool measure;
    double reduction = 0, iteration = 0, postprocess = 0;
};

// Decomposes A into `results`, with S in place. False when A holds Inf or NaN, found before anything else.
// Throws sdk::Failure when an iteration does not converge. The work is queued, not waited for. T is float or
// double.
template <typename T>
bool run_full(opencl::Operation &op, sdk::Host host, const sdk::Call &call, const SvdProblem &problem,
              const DeviceMatrix &A, const DeviceResults &results, Phases &phases);

// Device bytes besides A and the results.
std::uint64_t full_workspace(const SvdProblem &problem);

}  // namespace lapack_ai::opencl_svd

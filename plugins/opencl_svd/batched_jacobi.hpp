// Launching the batched one-sided Jacobi kernel (kernels/svd/svd_batched_jacobi.cl).
#pragma once

#include "svd_problem.hpp"

namespace lapack_ai::opencl_svd {

// Whether the kernel takes these shapes and is the better choice: batches up to 256 columns, single matrices
// that one work-group has in local memory.
bool suits_jacobi(const SvdProblem &problem);
// Device bytes the kernel wants besides operands and results.
std::uint64_t jacobi_workspace(const SvdProblem &problem);

struct JacobiOutcome {
    enum State : std::int32_t { converged = 0, not_converged = 1, not_finite = 2 } state = converged;
    std::int64_t item = 0;  // the first that is not converged
};
// Decomposes all matrices of A into `results`, and waits. T is float or double.
template <typename T>
JacobiOutcome run_jacobi(opencl::Operation &op, const SvdProblem &problem, const DeviceMatrix &A,
                         const DeviceResults &results);

}  // namespace lapack_ai::opencl_svd

// The singular value decomposition of a bidiagonal matrix: divide and conquer between host and device
// (kernels/svd/svd_iteration.cl), or values alone by bisection.
#pragma once

#include <cstdint>
#include <vector>

#include "lapack_ai/opencl_runtime/operation.hpp"
#include "lapack_ai/sdk/host.hpp"

namespace lapack_ai::opencl_svd {

// Vectors on the device, n x n doubles with leading dimension ld; column order[i] belongs to the i-th largest
// value.
struct BidiagonalVectors {
    double *u, *v;
    std::int64_t ld;
    std::vector<double> values;       // descending
    std::vector<std::int32_t> order;  // of the columns
};

// B = U diag(values) V^T for the upper bidiagonal B of d (n) and e (n - 1). Threads of the host decompose the
// leaves. Throws sdk::Failure when an iteration does not converge.
BidiagonalVectors divide_and_conquer(opencl::Operation &op, sdk::Host host, const sdk::Call &call,
                                     std::vector<double> d, std::vector<double> e);

// The values alone, descending.
std::vector<double> bisect(opencl::Operation &op, const std::vector<double> &d, const std::vector<double> &e);

// Device bytes that divide_and_conquer takes.
std::uint64_t iteration_workspace(std::int64_t n);

}  // namespace lapack_ai::opencl_svd

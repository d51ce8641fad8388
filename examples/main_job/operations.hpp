// The operations of the main job. Each prepares a call on a copy of A, and can judge what the call has made
// of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "call.hpp"
#include "io/matrix.hpp"

namespace lapack_ai::main_job {

// One call with the matrices that it works on; for one use.
struct Attempt {
    cli::Call call;
    // The largest scaled residual of the result. May make further calls on the session.
    std::function<double(cli::Session &)> residual;
};

struct Operation {
    std::string name;
    bool (*suits)(const cli::Matrix &A);
    Attempt (*prepare)(const cli::Matrix &A);
};

// The product A**T A, solving, LU, Cholesky, QR, SVD and eigenproblems of real double matrices.
const std::vector<Operation> &operations();

}  // namespace lapack_ai::main_job

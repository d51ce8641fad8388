// Typed views of the built-in ops: the arguments of one call by LAPACK's names. A view copies scalars and
// points into the caller's memory. lapack_ai/abi/ops.h says what each op reads and writes.
#pragma once

#include "lapack_ai/sdk/views_eigen.hpp"
#include "lapack_ai/sdk/views_factor.hpp"
#include "lapack_ai/sdk/views_gemm.hpp"
#include "lapack_ai/sdk/views_solve.hpp"

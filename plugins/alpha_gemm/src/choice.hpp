// How one call would be carried out by one scheme, and what that is predicted to cost: the base products as
// nested dispatch prices them, the sweeps by the bytes they move.

#pragma once

#include "lapack_ai/sdk/host.hpp"
#include "options.hpp"
#include "plan.hpp"

namespace lapack_ai::alpha_gemm {

struct Choice {
    Plan plan;
    double seconds = 0;
    double product_seconds = 0;
    lai_reason reason = LAI_REASON_NONE;  ///< why not, with a note
    const char *note = nullptr;
};

/// Plans the gemm `call` by `compiled`. Pure: it asks the host to predict, and allocates nothing.
Choice choose_plan(const CompiledScheme &compiled, const Options &options, const sdk::Host &host,
                   const sdk::Call &call);

/// The restrictions of every nested product: conventional, and not by this plugin again.
lai_constraints nested_constraints(std::int32_t thread_budget);

}  // namespace lapack_ai::alpha_gemm

// Products as nested calls. Inside an item of a parallel loop the parent is the call with a budget of one
// thread.

#include "host_services.hpp"

#include "choice.hpp"
#include "lapack_ai/sdk/call_builder.hpp"

namespace lapack_ai::alpha_gemm {

bool HostServices::multiply(const Gemm &g, bool one_thread) {
    const lai_dtype dtype = call_.dtype();
    const std::int32_t threads = one_thread ? 1 : call_.threads();
    sdk::CallBuilder child(LAI_OP_GEMM, dtype);
    child.dims(g.m, g.n, g.k).flags(g.trans_a, g.trans_b).scalars(g.alpha, g.beta).threads(threads);
    const bool ta = g.trans_a != 'N', tb = g.trans_b != 'N';
    child.operand(dtype, const_cast<void *>(g.A), ta ? g.k : g.m, ta ? g.m : g.k, g.lda);
    child.operand(dtype, const_cast<void *>(g.B), tb ? g.n : g.k, tb ? g.k : g.n, g.ldb);
    child.operand(dtype, g.C, g.m, g.n, g.ldc);
    lai_call parent = call_.raw();
    parent.thread_budget = threads;
    lai_result result{};
    result.size = sizeof result;
    const lai_constraints constraints = nested_constraints(threads);
    const lai_status status = host_.invoke(sdk::Call(parent), child.call(), result, &constraints);
    lai_status none = LAI_OK;
    if (status != LAI_OK) failure_.compare_exchange_strong(none, status);
    return status == LAI_OK;
}

void HostServices::parallel_for(std::int64_t count, void (*task)(void *, std::int64_t, std::int32_t),
                                void *context) {
    const lai_status status = host_.raw()->parallel_for(host_.raw(), &call_.raw(), count, task, context);
    // A host that could not start the loop has run nothing of it.
    for (std::int64_t item = 0; status != LAI_OK && item < count; ++item) task(context, item, 0);
}

}  // namespace lapack_ai::alpha_gemm

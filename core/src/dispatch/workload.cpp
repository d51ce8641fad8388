#include "dispatch/workload.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

double operand_bytes(const lai_call &call) noexcept {
    double bytes = 0;
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        const lai_operand &operand = *LAI_OPERAND(&call, i);
        bytes += static_cast<double>(operand.rows) * static_cast<double>(operand.cols) *
                 static_cast<double>(dtype_bytes(operand.dtype));
    }
    return bytes;
}

double at_least_zero(double x) noexcept {
    return std::isfinite(x) && x > 0 ? x : 0.0;
}

}  // namespace

Workload workload_of(const Op &op, const lai_call &call) noexcept {
    Workload w;
    w.op = call.op;
    w.dtype = call.dtype;
    for (std::uint32_t i = 0; i < std::min(call.flag_count, 8u); ++i) {
        w.flags = w.flags << 8 | call.flags[i];
        if ((op.job_flags >> i & 1) != 0) w.jobs = w.jobs << 8 | call.flags[i];
    }
    w.batch = call.batch;
    w.threads = call.thread_budget;

    const double items = static_cast<double>(std::max<std::int64_t>(call.batch, 0));
    w.flops = at_least_zero(op.flops.evaluate(call)) * items * (is_complex(call.dtype) ? 4.0 : 1.0);
    const double bytes = op.bytes.empty()
                             ? operand_bytes(call)
                             : op.bytes.evaluate(call) * static_cast<double>(dtype_bytes(call.dtype));
    w.bytes = at_least_zero(bytes) * items;

    for (std::uint32_t i = 0; i < call.operand_count; ++i) w.resident |= LAI_OPERAND(&call, i)->space != 0;
    w.locate(call.dims, call.dim_count);
    return w;
}

}  // namespace lapack_ai::core

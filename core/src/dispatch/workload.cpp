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
    for (std::uint32_t i = 0; i < std::min(call.flag_count, 8u); ++i) w.flags = w.flags << 8 | call.flags[i];
    w.batch = call.batch;
    w.threads = call.thread_budget;

    const double items = static_cast<double>(std::max<std::int64_t>(call.batch, 0));
    w.flops = at_least_zero(op.flops.evaluate(call)) * items * (is_complex(call.dtype) ? 4.0 : 1.0);
    const double bytes = op.bytes.empty()
                             ? operand_bytes(call)
                             : op.bytes.evaluate(call) * static_cast<double>(dtype_bytes(call.dtype));
    w.bytes = at_least_zero(bytes) * items;

    double smallest = 0, largest = 0;
    for (std::uint32_t i = 0; i < call.dim_count; ++i) {
        const double dim = static_cast<double>(call.dims[i]);
        if (dim <= 0) continue;
        smallest = smallest == 0 ? dim : std::min(smallest, dim);
        largest = std::max(largest, dim);
    }
    w.smallest_dim = smallest;
    w.aspect = smallest > 0 ? largest / smallest : 1.0;
    return w;
}

}  // namespace lapack_ai::core

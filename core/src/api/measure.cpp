// Timing a call on matrices of its own: what replay measures with.
#include <algorithm>
#include <array>
#include <vector>

#include "api/call.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "runtime/calibration.hpp"

namespace lapack_ai::core {
namespace {

// The request as a case of the calibration, which knows how to make operands for it.
CalibrationCase case_of(const lai_request &request) {
    if (request.op == nullptr) throw Error(ErrorKind::usage, "lai_measure: op is null");
    const Op *op = OpTable::instance().find(std::string_view(request.op));
    if (op == nullptr)
        throw Error(ErrorKind::usage, std::string("lai_measure: unknown operation '") + request.op + '\'');
    const lai_op_schema &schema = *op->schema;
    if (request.dims == nullptr || request.dim_count != schema.dim_count)
        throw Error(ErrorKind::usage, "lai_measure: " + std::to_string(request.dim_count) + " dims given, " +
                                          op->short_name + " has " + std::to_string(schema.dim_count));
    if (request.dtype >= LAI_DTYPE_COUNT || (schema.dtypes & LAI_DTYPE_BIT(request.dtype)) == 0)
        throw Error(ErrorKind::usage, "lai_measure: " + op->short_name + " has no element type " +
                                          std::to_string(request.dtype));
    CalibrationCase one;
    one.op = op->short_name;
    one.dtype = request.dtype;
    one.dims.assign(request.dims, request.dims + request.dim_count);
    for (const std::int64_t dim : one.dims)
        if (dim < 0 || dim > INT32_MAX)
            throw Error(ErrorKind::bad_input,
                        "lai_measure: size " + std::to_string(dim) + ": must be in 0..2^31");
    for (std::uint32_t i = 0; request.flags != nullptr && i < std::min(request.flag_count, schema.flag_count);
         ++i)
        one.flags += static_cast<char>(upper_letter(request.flags[i]));
    one.batch = std::max<std::int64_t>(request.batch, 1);
    return one;
}

}  // namespace
}  // namespace lapack_ai::core

using namespace lapack_ai::core;

extern "C" int64_t lai_measure(lai_context *context, const lai_request *request,
                               const lai_call_options *options, int32_t repeats, double *seconds) {
    return at_edge([&]() -> std::int64_t {
        if (request == nullptr || seconds == nullptr)
            throw Error(ErrorKind::usage, "lai_measure: request or seconds is null");
        if (!LAI_HAS(request, lai_request, operand_count))
            throw Error(ErrorKind::usage, "lai_measure: size of the request must be sizeof(lai_request)");
        MeasuredCall measured(case_of(*request));
        const CallOptions wanted = options != nullptr ? call_options(*options) : CallOptions{};
        Dispatcher &dispatcher = *context_or_default(context).dispatcher;
        std::vector<double> times;
        // One more than asked for: the first warms up.
        for (std::int32_t i = 0; i <= std::max(repeats, 1); ++i) {
            measured.reset();
            const std::uint64_t start = TickClock::now();
            const Outcome outcome = dispatcher.run(measured.call(), wanted);
            const std::uint64_t end = TickClock::now();
            if (outcome.status != LAI_OK)
                throw Error(ErrorKind::backend_failed, "lai_measure: the call was refused");
            if (i > 0) times.push_back(TickClock::seconds(end - start));
        }
        const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
        std::nth_element(times.begin(), middle, times.end());
        *seconds = *middle;
        return 0;
    });
}

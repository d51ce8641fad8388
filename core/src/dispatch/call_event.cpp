#include "dispatch/call_event.hpp"

#include "base/clock.hpp"
#include "dispatch/recorder.hpp"

namespace lapack_ai::core {

namespace {

lai_event event_of(const lai_frame &frame, const lai_call &call, const Outcome &outcome,
                   std::uint32_t variant, double flops, std::uint64_t ticks) noexcept {
    lai_event e;
    e.size = sizeof(e);
    e.kind = 0;
    e.sequence = 0;
    e.end_ns = TickClock::to_ns(ticks);
    e.wall_ns = 0;
    e.op = call.op;
    e.dtype = call.dtype;
    for (std::uint32_t i = 0; i < 4; ++i) e.dims[i] = i < call.dim_count ? call.dims[i] : 0;
    e.batch = call.batch;
    e.variant = variant;
    e.thread = 0;
    e.predicted_seconds = outcome.predicted_seconds;
    e.actual_seconds = outcome.actual_seconds;
    e.transfer_seconds = outcome.result.transfer_seconds;
    e.bytes_to_device = outcome.result.bytes_to_device;
    e.bytes_from_device = outcome.result.bytes_from_device;
    e.device_peak_bytes = outcome.result.device_peak_bytes;
    e.info = outcome.result.info;
    e.status = LAI_OK;
    e.fallbacks = outcome.fallbacks;
    e.strategy = static_cast<std::uint32_t>(outcome.strategy);
    e.depth = frame.depth;
    e.flops = flops;
    e.device_utilisation = 0;
    e.device_utilisation_age_ns = 0;
    return e;
}

}  // namespace

void record_event(const lai_frame &frame, const lai_call &call, const Outcome &outcome, std::uint32_t variant,
                  double flops, std::uint32_t kind, lai_status status, std::uint64_t end_ticks) noexcept {
    lai_event e = event_of(frame, call, outcome, variant, flops, end_ticks);
    e.kind = kind;
    e.status = status;
    if (kind == 0) {
        frame.view->recorder->call(e);
        if (frame.view->call_log != nullptr && frame.depth == 0) [[unlikely]]
            frame.view->call_log->add(call, e);
    } else {
        frame.view->recorder->event(e);
    }
}

Flight::Flight(const lai_frame &frame, const lai_call &call, const Decision &decision) noexcept
    : recorder_(decision.predicted_seconds > long_call_seconds ? frame.view->recorder : nullptr),
      depth_(frame.depth) {
    if (recorder_ == nullptr) return;
    Outcome begun;
    begun.predicted_seconds = decision.predicted_seconds;
    recorder_->begin(event_of(frame, call, begun, decision.variant->key.number, decision.workload.flops,
                              TickClock::now()));
}

Flight::~Flight() {
    if (recorder_ != nullptr) recorder_->end(depth_);
}

}  // namespace lapack_ai::core

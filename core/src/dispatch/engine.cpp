#include "dispatch/engine.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "dispatch/argument_error.hpp"
#include "dispatch/attempt.hpp"
#include "dispatch/call_event.hpp"
#include "dispatch/enhance.hpp"
#include "dispatch/exploration.hpp"
#include "dispatch/nonfinite.hpp"
#include "dispatch/report.hpp"
#include "dispatch/request.hpp"

namespace lapack_ai::core {

namespace {

constexpr double worth_timing_seconds = 2e-6;
constexpr double surprise_seconds = 8e-6;

// True for a failure that a caller should hear of; the others are the dispatcher's own second thoughts.
bool counts_as_fallback(const Failures::Item &failure) noexcept {
    return failure.reason != LAI_REASON_BREAKER_OPEN && failure.reason != LAI_REASON_DEVICE_MEMORY;
}

// Whether a call may go to a variant to find out how fast it is: nobody asked for anything but a result.
bool may_try(const lai_frame &frame) noexcept {
    const Request &r = frame.request;
    return frame.depth == 0 && !r.deterministic && !r.steady && r.only < 0 && r.only_variant == nullptr &&
           r.deadline_ns == 0 && r.target_error == 0;
}

// A variant that names the argument at fault has found what the schema cannot say: no other backend would
// take the call either.
bool rejected_argument(const Op &op, const Decision &decision, const Outcome &outcome, Trial &trial) {
    const std::uint32_t position = outcome.result.argument;
    const Failures::Item &failure = trial.failures.items[trial.failures.count - 1];
    if (failure.status != LAI_INVALID || position == 0) return false;
    ArgumentFault fault;
    fault.position = static_cast<int>(position);
    if (position <= op.arguments.size()) fault.name = op.arguments[position - 1].name;
    fault.value = "refused by " + decision.variant->label;
    fault.requirement = failure.detail != nullptr ? failure.detail : "must be valid for the operation";
    trial.fault = std::move(fault);
    return true;
}

// True when a call was forced onto a GPU backend which offers the op but has no device, is switched off, or
// stands behind an open breaker.
bool gpu_is_what_lacks(const Op &op, const lai_frame &frame, const RankingTable &table) noexcept {
    if (frame.request.only < 0) return false;
    const Absentee *absentee = frame.view->forced_absentee(frame.request);
    if (absentee != nullptr) return absentee->needs_device && offers(*absentee, op);
    for (std::uint32_t i = 0; i < table.count; ++i) {
        const Evaluated &e = *table.items[i];
        const bool forced = e.variant->plugin_index == static_cast<std::uint32_t>(frame.request.only);
        if (forced && e.variant->on_device() &&
            (e.reason == LAI_REASON_BREAKER_OPEN || e.reason == LAI_REASON_DISABLED ||
             e.reason == LAI_REASON_NO_DEVICE)) {
            return true;
        }
    }
    return false;
}

}  // namespace

const char *to_string(Strategy strategy) {
    switch (strategy) {
        case Strategy::cpu_optimized:
            return "cpu_optimized";
        case Strategy::cpu_fallback:
            return "cpu_fallback";
        case Strategy::gpu_opencl:
            return "gpu_opencl";
        case Strategy::other:
            break;
    }
    return "other";
}

Engine::Engine(std::shared_ptr<EngineServices> services) : services_(std::move(services)) {}

Engine::~Engine() = default;

void Engine::publish(std::unique_ptr<View> view) {
    const std::lock_guard lock(views_mutex_);
    views_.push_back(std::move(view));
    current_.store(views_.back().get(), std::memory_order_seq_cst);
}

void Engine::drain() const {
    const std::lock_guard lock(views_mutex_);
    order_against_entering();
    for (std::size_t i = 0; i + 1 < views_.size(); ++i) {
        // Calls end by themselves and there is nothing to wake us: look again, ever more rarely.
        for (auto pause = std::chrono::microseconds(1); in_use(views_[i].get());
             pause = std::min(2 * pause, std::chrono::microseconds(1000))) {
            std::this_thread::sleep_for(pause);
        }
    }
}

void Engine::prepare(lai_call &call, const lai_frame &frame) const noexcept {
    const Request &request = frame.request;
    const View &view = *frame.view;
    std::int32_t threads = request.threads;
    if (threads <= 0) {
        threads = view.threads;
        if (threads > 1 && !request.deterministic) {
            const std::int32_t others = services_->long_calls.load(std::memory_order_relaxed);
            threads = std::max(1, threads / (1 + std::max(others, 0)));
        }
    }
    call.size = sizeof(lai_call);
    call.accuracy = request.accuracy;
    call.thread_budget = threads;
    call.deterministic = request.deterministic ? 1 : 0;
    call.deadline_ns = request.deadline_ns;
    call.target_error = request.target_error;
    call.workspace = nullptr;
    call.workspace_bytes = 0;
    call.frame = &frame;
}

const Decision *Engine::find_known(const lai_call &call, const lai_frame &frame,
                                   ThreadState &thread) noexcept {
    const Request &request = frame.request;
    if ((request.deadline_ns | std::bit_cast<std::uint64_t>(request.target_error)) != 0) return nullptr;
    const Decision *known = thread.decisions.find(*frame.view, call, request, frame.depth);
    if (known == nullptr || !known->checked) return nullptr;
    // The key has only a hash of a forced variant's name.
    if (request.only_variant != nullptr && known->variant->name != request.only_variant) return nullptr;
    if (known->valid_until_ns != 0 && services_->now_ns() >= known->valid_until_ns) return nullptr;
    return known;
}

Outcome Engine::run(lai_call &call, const CallOptions &options) {
    ThreadState &thread = thread_state();
    const ViewLease view(current_, thread.views);
    const FrameScope scope(thread);
    lai_frame frame;
    frame.engine = this;
    frame.view = &*view;
    if (asks_nothing(options)) {
        frame.request = view->defaults;
    } else {
        frame.request = lay_over(*view, options);
    }
    thread.diagnosis.clear();
    prepare(call, frame);
    Outcome outcome;
    outcome.result.size = sizeof(lai_result);
    const Decision *known = find_known(call, frame, thread);
    if (known != nullptr && known->plain && view->enhancer == nullptr &&
        known->variant->breaker.untroubled()) {
        run_plain(*known, call, frame, thread, outcome);
    } else {
        run_fully(known, call, frame, thread, outcome);
    }
    return outcome;
}

void Engine::run_plain(const Decision &known, lai_call &call, lai_frame &frame, ThreadState &thread,
                       Outcome &outcome) {
    // The cache may lose `known` to another call while this one runs: what is needed afterwards comes along.
    const RegisteredVariant &v = *known.variant;
    const bool metered = frame.view->recorder != nullptr;
    // Of calls too short to be timed one in sixteen is.
    const bool timed = known.timed || (++thread.plain_calls & 15) == 0;
    Workload workload;
    if (metered || timed) workload = known.workload;
    const Op &op = *known.op;
    call.op_id = op.schema->id;
    outcome.cached = true;
    outcome.predicted_seconds = known.predicted_seconds;
    outcome.strategy = known.device_eligible ? Strategy::cpu_optimized : Strategy::cpu_fallback;
    const std::uint64_t start = metered || timed ? TickClock::now() : 0;
    const lai_status status = v.table.execute(v.table.self, &call, &outcome.result);
    if (status != LAI_OK) return recover(status, v, op, call, frame, thread, outcome);
    outcome.backend = v.key.plugin;
    outcome.variant = v.key.variant;
    if (!metered && !timed) return;
    const std::uint64_t end = TickClock::now();
    outcome.actual_seconds = TickClock::seconds(end - start);
    if (metered) record_event(frame, call, outcome, v.key.number, workload.flops, 0, LAI_OK, end);
    // Whoever is far slower than it said must not hide behind having been called quick.
    if (timed || outcome.actual_seconds > surprise_seconds) {
        services_->model->observe(v.key, workload, outcome.predicted_seconds, outcome.actual_seconds);
    }
}

void Engine::recover(lai_status status, const RegisteredVariant &variant, const Op &op, lai_call &call,
                     lai_frame &frame, ThreadState &thread, Outcome &outcome) {
    Trial trial;
    trial.op = &op;
    trial.device_eligible = outcome.strategy == Strategy::cpu_optimized;
    Decision decision;
    decision.op = &op;
    decision.variant = &variant;
    decision.predicted_seconds = outcome.predicted_seconds;
    note_failure({*services_, call, frame, thread, outcome, trial}, decision, status);
    const Ending ending = settle(status, decision, call, frame, thread, outcome, trial);
    if (ending != Ending::done) fail(ending, call, frame, thread, trial);
}

void Engine::run_fully(const Decision *known, lai_call &call, lai_frame &frame, ThreadState &thread,
                       Outcome &outcome) {
    Trial trial;
    const Ending ending = dispatch(known, call, frame, thread, outcome, trial);
    if (ending != Ending::done) fail(ending, call, frame, thread, trial);
}

RankingQuestion Engine::question(const lai_call &call, const lai_frame &frame, const Op &op,
                                 const Failures *failures) const {
    return {frame.view,
            &op,
            &call,
            &frame.request,
            failures,
            services_->model.get(),
            frame.request.deterministic || frame.request.target_error != 0 ? nullptr : &incumbents_,
            services_->now_ns(),
            frame.request.deadline_ns != 0 ? now_ns() : 0,
            frame.request.target_error,
            frame.request.deterministic ? nullptr : &errors_};
}

void Engine::fail(Ending ending, const lai_call &call, const lai_frame &frame, ThreadState &thread,
                  Trial &trial) const {
    if (trial.op == nullptr) throw Error(ErrorKind::usage, "unknown op number " + std::to_string(call.op));
    if (ending == Ending::bad_argument) {
        diagnose_misuse(frame.view->enhancer, *trial.op, call, *trial.fault, thread);
        const ArgumentFault &fault = *trial.fault;
        throw ArgumentError(routine_name(*trial.op, call.dtype) + ": argument " +
                                std::to_string(fault.position) + " (" + fault.name + ") is " + fault.value +
                                ": " + fault.requirement,
                            fault);
    }
    if (ending == Ending::inaccurate)
        throw Error(ErrorKind::inaccurate, inaccuracy_text(*trial.op, call, thread.certificate));
    const Arena::Mark mark = thread.workspace.mark();
    RankingTable table;
    const bool ranked = rank(question(call, frame, *trial.op, &trial.failures), thread.workspace, table);
    if (!ranked) table = {};
    const std::string text = failure_text(ending, trial, call, *frame.view, table);
    const ErrorKind kind = ending == Ending::failed                     ? ErrorKind::backend_failed
                           : gpu_is_what_lacks(*trial.op, frame, table) ? ErrorKind::gpu_unavailable
                                                                        : ErrorKind::no_backend;
    thread.workspace.release(mark);
    throw Error(kind, text);
}

void Engine::reject(const lai_call &call, const ArgumentFault &fault) {
    ThreadState &thread = thread_state();
    const ViewLease view(current_, thread.views);
    const FrameScope scope(thread);
    thread.diagnosis.clear();
    lai_frame frame;
    frame.engine = this;
    frame.view = &*view;
    Trial trial;
    trial.op = OpTable::instance().find(call.op);
    trial.fault = fault;
    fail(Ending::bad_argument, call, frame, thread, trial);
}

bool Engine::decide(const lai_call &call, const lai_frame &frame, ThreadState &thread, Trial &trial,
                    Decision &decision) noexcept {
    const std::uint64_t generation = decision_generation();
    const Arena::Mark mark = thread.workspace.mark();
    RankingTable table;
    RankingQuestion q = question(call, frame, *trial.op, &trial.failures);
    if (trial.target_error != 0) q.target_error = trial.target_error;
    const bool ranked = rank(q, thread.workspace, table);
    const bool found = ranked && table.eligible > 0;
    if (ranked && frame.view->settings->verbose_dispatch && log_enabled(LAI_LOG_INFO)) {
        log(LAI_LOG_INFO, describe_call(*trial.op, call) + ": " + summarise(table));
    }
    if (ranked) warn_of_memory(*trial.op, call, table);
    if (found) {
        const bool first = trial.failures.count == 0;
        const bool trying = first && may_try(frame) && try_another(*services_->model, table);
        const Evaluated &best = *table.items[0];
        const RegisteredVariant &v = *best.variant;
        decision.op = trial.op;
        decision.variant = &v;
        decision.predicted_seconds = best.predicted_seconds();
        decision.setup_seconds = best.prediction.setup_seconds;
        decision.transfer_seconds = best.prediction.transfer_seconds;
        decision.compute_seconds = best.prediction.compute_seconds;
        decision.sigma = best.prediction.sigma;
        decision.workspace_bytes = best.cost.host_workspace_bytes;
        decision.host_extra_bytes = best.cost.host_extra_bytes + best.bridge_bytes;
        decision.bridged = best.bridge_bytes != 0;
        decision.device_peak_bytes = best.cost.device_peak_bytes;
        decision.error_coefficient = best.cost.error_coefficient;
        decision.error_kind = best.cost.error_kind;
        decision.expected_error = best.expected_error;
        decision.nondeterministic = best.cost.nondeterministic != 0;
        decision.may_dirty = best.may_dirty();
        decision.algorithm = best.cost.algorithm;
        decision.valid_until_ns = table.valid_until_ns;
        decision.alternatives = table.eligible - 1;
        decision.device_eligible = table.device_eligible;
        decision.screen = frame.depth == 0 && trial.op->hangs_on_nonfinite.evaluate(call) != 0;
        decision.timed =
            decision.predicted_seconds > worth_timing_seconds || frame.request.only_variant != nullptr;
        decision.guarded = v.table.max_concurrency > 0 || v.on_device() || decision.may_dirty ||
                           decision.device_peak_bytes != 0 || decision.bridged ||
                           decision.predicted_seconds > long_call_seconds;
        decision.plain = decision.checked && !decision.guarded && !decision.screen &&
                         decision.workspace_bytes == 0 && decision.valid_until_ns == 0 &&
                         v.table.place == LAI_PLACE_CPU;
        decision.workload = table.workload;
        if (first && !trying && !frame.request.deterministic && frame.request.target_error == 0) {
            incumbents_.keep(Incumbents::bucket(call, frame.request), v.key.number);
        }
        if (first && !trying && frame.request.deadline_ns == 0 && frame.request.target_error == 0) {
            thread.decisions.store(*frame.view, call, frame.request, frame.depth, generation, decision);
        }
    }
    thread.workspace.release(mark);
    return found;
}

Ending Engine::dispatch(const Decision *known, lai_call &call, lai_frame &frame, ThreadState &thread,
                        Outcome &outcome, Trial &trial) noexcept {
    if (known == nullptr) return decide_and_run(call, frame, thread, outcome, trial);
    Decision decision = *known;
    trial.op = decision.op;
    call.op_id = decision.op->schema->id;
    outcome.cached = true;
    return run_decided(decision, call, frame, thread, outcome, trial);
}

Ending Engine::decide_and_run(lai_call &call, lai_frame &frame, ThreadState &thread, Outcome &outcome,
                              Trial &trial) noexcept {
    trial.op = OpTable::instance().find(call.op);
    if (trial.op == nullptr) return Ending::no_candidate;
    call.op_id = trial.op->schema->id;
    ArgumentFault fault = check_arguments(*trial.op, call);
    if (fault.position != 0) {
        trial.fault = std::move(fault);
        return Ending::bad_argument;
    }
    Decision decision;
    decision.checked = true;
    if (!decide(call, frame, thread, trial, decision)) return Ending::no_candidate;
    return run_decided(decision, call, frame, thread, outcome, trial);
}

Ending Engine::run_decided(Decision &decision, lai_call &call, lai_frame &frame, ThreadState &thread,
                           Outcome &outcome, Trial &trial) noexcept {
    if (decision.screen) {
        if (const auto found = find_nonfinite(*trial.op, call)) {
            trial.fault = nonfinite_fault(*trial.op, call, *found);
            return Ending::bad_argument;
        }
    }
    const lai_enhancer *enhancer = frame.depth == 0 ? frame.view->enhancer : nullptr;
    void *state = nullptr;
    if (enhancer != nullptr && !preflight(*enhancer, call, thread, state, outcome)) return Ending::done;

    trial.device_eligible = decision.device_eligible;
    Ending ending;
    if (frame.request.target_error != 0 && frame.depth == 0) {
        ending = run_certified(decision, call, frame, thread, outcome, trial);
    } else {
        const AttemptContext context{*services_, call, frame, thread, outcome, trial};
        const lai_status status = attempt(context, decision);
        ending = settle(status, decision, call, frame, thread, outcome, trial);
    }
    if (enhancer != nullptr && ending == Ending::done) finish(*enhancer, call, thread, state, outcome);
    if (trial.wrong_results != 0 &&
        (outcome.diagnosis == nullptr || outcome.diagnosis->severity < LAI_SEVERITY_ERROR)) {
        diagnose_wrong_results(*trial.op, call, thread, outcome);
    }
    return ending;
}

Ending Engine::settle(lai_status status, Decision &decision, lai_call &call, lai_frame &frame,
                      ThreadState &thread, Outcome &outcome, Trial &trial) noexcept {
    const AttemptContext context{*services_, call, frame, thread, outcome, trial};
    for (; status != LAI_OK; status = attempt(context, decision)) {
        if (rejected_argument(*trial.op, decision, outcome, trial)) return Ending::bad_argument;
        const Failures::Item &failure = trial.failures.items[trial.failures.count - 1];
        const RegisteredVariant &failed = *failure.variant;
        if (failed.table.place == LAI_PLACE_OPENCL) trial.device_failed = true;
        const bool counted = counts_as_fallback(failure);
        const bool strict = counted && frame.request.fallback == FallbackMode::strict;
        if (failure.status == LAI_FAULT_DIRTY) {
            if (!trial.originals.kept()) {
                // Nobody stood behind it, or it wrote the input without having said that it may.
                trial.input_lost = true;
                record(context, decision, 2, failure.status, TickClock::now());
                return Ending::failed;
            }
            if (!trial.originals.restore()) {
                trial.input_lost = true;
                return Ending::failed;
            }
        }
        const bool left = !strict && trial.failures.count < Failures::capacity;
        const Decision tried = decision;
        if (!left || !decide(call, frame, thread, trial, decision)) {
            record(context, tried, 2, failure.status, TickClock::now());
            return Ending::failed;
        }
        if (counted) {
            ++outcome.fallbacks;
            record(context, tried, 1, failure.status, TickClock::now());
            report_fallback(frame, *trial.op, call, failure, *decision.variant);
        }
        outcome.result = {};
        outcome.result.size = sizeof(lai_result);
    }
    return Ending::done;
}

}  // namespace lapack_ai::core

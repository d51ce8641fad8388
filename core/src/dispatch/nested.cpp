// Nested dispatch: predict and invoke of lai_host. A child inherits exclusions, accuracy, determinism,
// deadline, thread budget and view from its ancestors, and shares their device lease.
#include <algorithm>
#include <cstring>

#include "dispatch/engine.hpp"
#include "dispatch/request.hpp"

namespace lapack_ai::core {

namespace {

std::uint64_t earlier(std::uint64_t a, std::uint64_t b) noexcept {
    if (a == 0 || b == 0) return a + b;
    return std::min(a, b);
}

// 0 inherits; a policy may only be tightened, and tighter ones are smaller.
lai_accuracy tighter(lai_accuracy inherited, lai_accuracy asked) noexcept {
    return asked == LAI_ACCURACY_INHERIT ? inherited : std::min(inherited, asked);
}

}  // namespace

bool Engine::make_child(const lai_call &parent, const lai_call &given, const lai_constraints *constraints,
                        lai_call &call, lai_frame &frame) const noexcept {
    const lai_frame &above = *parent.frame;
    if (above.depth + 1 > max_depth) return false;
    std::memcpy(&call, &given, std::min<std::size_t>(given.size, sizeof(call)));
    if (call.op == 0) {
        const Op *op = given.op_id != nullptr ? OpTable::instance().find(given.op_id) : nullptr;
        if (op == nullptr) return false;
        call.op = op->number;
    }
    frame.engine = above.engine;
    frame.view = above.view;
    frame.parent = &above;
    frame.depth = above.depth + 1;
    Request &request = frame.request;
    request = above.request;
    request.only = -1;
    request.only_variant = nullptr;
    request.accuracy = tighter(parent.accuracy, given.accuracy);
    request.deadline_ns = earlier(parent.deadline_ns, given.deadline_ns);
    request.target_error = given.target_error;
    std::int32_t threads = given.thread_budget;
    if (constraints != nullptr) {
        request.accuracy = tighter(request.accuracy, constraints->accuracy);
        if (LAI_HAS(constraints, lai_constraints, thread_budget) && constraints->thread_budget > 0) {
            threads = constraints->thread_budget;
        }
        for (std::uint32_t i = 0; i < constraints->exclude_count; ++i) {
            const std::int32_t index = known_index(*frame.view, constraints->exclude_plugins[i]);
            if (index >= 0 && index < static_cast<std::int32_t>(max_plugins)) {
                request.excluded |= std::uint64_t{1} << index;
            }
        }
        if (LAI_HAS(constraints, lai_constraints, only_plugin) && constraints->only_plugin != nullptr) {
            request.only = known_index(*frame.view, constraints->only_plugin);
            if (request.only < 0) return false;
        }
    }
    request.threads =
        std::clamp(threads > 0 ? threads : parent.thread_budget, 1, std::max(parent.thread_budget, 1));
    request.seal();
    return true;
}

lai_status Engine::predict(const lai_call *parent, const lai_call *child, const lai_constraints *constraints,
                           lai_cost *cost) noexcept {
    if (parent == nullptr || child == nullptr || cost == nullptr || parent->frame == nullptr)
        return LAI_DECLINED;
    Engine &engine = *parent->frame->engine;
    lai_call call{};
    lai_frame frame;
    if (!engine.make_child(*parent, *child, constraints, call, frame)) return LAI_DECLINED;
    engine.prepare(call, frame);

    ThreadState &thread = thread_state();
    const FrameScope scope(thread);
    Trial trial;
    Decision decision;
    const Decision *cached = thread.decisions.find(*frame.view, call, frame.request, frame.depth);
    if (cached != nullptr && frame.request.deadline_ns == 0 && frame.request.target_error == 0 &&
        cached->valid_until_ns == 0) {
        decision = *cached;
    } else {
        trial.op = OpTable::instance().find(call.op);
        if (trial.op == nullptr) return LAI_DECLINED;
        call.op_id = trial.op->schema->id;
        if (!engine.decide(call, frame, thread, trial, decision)) return LAI_DECLINED;
    }
    lai_cost answer{};
    answer.size = cost->size;
    answer.setup_seconds = decision.setup_seconds;
    answer.transfer_seconds = decision.transfer_seconds;
    answer.compute_seconds = decision.compute_seconds;
    answer.sigma = decision.sigma;
    answer.host_workspace_bytes = decision.workspace_bytes;
    answer.host_extra_bytes = decision.host_extra_bytes;
    answer.device_peak_bytes = decision.device_peak_bytes;
    answer.error_coefficient = decision.error_coefficient;
    answer.error_kind = decision.error_kind;
    answer.nondeterministic = decision.nondeterministic ? 1 : 0;
    answer.algorithm = decision.algorithm;
    std::memcpy(cost, &answer, std::min<std::size_t>(cost->size, sizeof(answer)));
    return LAI_OK;
}

lai_status Engine::invoke(const lai_call *parent, const lai_call *child, const lai_constraints *constraints,
                          lai_result *result) noexcept {
    if (parent == nullptr || child == nullptr || parent->frame == nullptr) return LAI_DECLINED;
    Engine &engine = *parent->frame->engine;
    lai_call call{};
    lai_frame frame;
    if (!engine.make_child(*parent, *child, constraints, call, frame)) return LAI_DECLINED;

    ThreadState &thread = thread_state();
    const FrameScope scope(thread);
    Outcome outcome;
    Trial trial;
    engine.prepare(call, frame);
    outcome.result.size = sizeof(lai_result);
    const Ending ending =
        engine.dispatch(engine.find_known(call, frame, thread), call, frame, thread, outcome, trial);
    if (ending == Ending::bad_argument) return LAI_INVALID;
    if (ending == Ending::no_candidate) return LAI_DECLINED;
    if (ending == Ending::failed) return trial.failures.items[trial.failures.count - 1].status;
    parent->frame->nested_places.fetch_or(frame.nested_places.load(std::memory_order_relaxed),
                                          std::memory_order_relaxed);
    if (result != nullptr) {
        const std::uint32_t size = result->size;
        std::memcpy(result, &outcome.result, std::min<std::size_t>(size, sizeof(outcome.result)));
        result->size = size;
    }
    return LAI_OK;
}

}  // namespace lapack_ai::core

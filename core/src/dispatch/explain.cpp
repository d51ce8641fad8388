// explain(): the table that run() takes its first line from, for people.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/error.hpp"
#include "dispatch/engine.hpp"
#include "dispatch/report.hpp"
#include "dispatch/request.hpp"
#include "dispatch/words.hpp"

namespace lapack_ai::core {

namespace {

Candidate candidate_of(const View &view, const Evaluated &e, bool chosen, bool eligible, double target_error,
                       std::uint64_t now_ns) {
    Candidate c;
    c.plugin = e.variant->plugin;
    c.variant = e.variant->name;
    c.device = e.variant->device_name;
    c.cost = e.cost;
    c.breaker = describe(e.variant->breaker, now_ns);
    c.memory_limit_bytes = e.memory_limit_bytes;
    c.reason = chosen ? LAI_REASON_CHOSEN : eligible ? LAI_REASON_SLOWER : e.reason;
    c.note = eligible ? (e.cost.note != nullptr ? e.cost.note : "") : explain_reason(view, e);
    if (!chosen && eligible && e.expected_error > target_error) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "backward error of about %.1e expected", e.expected_error);
        c.reason = LAI_REASON_ACCURACY;
        c.note = text.data();
    }
    if (e.reason != LAI_REASON_NONE && e.reason != LAI_REASON_DEADLINE && !e.lacks_memory()) return c;
    c.predicted_seconds = e.predicted_seconds();
    c.setup_seconds = e.prediction.setup_seconds;
    c.transfer_seconds = e.prediction.transfer_seconds + e.copy_seconds;
    c.compute_seconds = e.prediction.compute_seconds;
    c.low_seconds = c.predicted_seconds * std::exp(-2 * e.prediction.sigma);
    c.high_seconds = c.predicted_seconds * std::exp(2 * e.prediction.sigma);
    c.score = e.score;
    c.expected_error = e.expected_error;
    c.model = e.prediction.model;
    return c;
}

}  // namespace

Ranking Engine::explain(const lai_call &given, const CallOptions &options) {
    ThreadState &thread = thread_state();
    const ViewLease view(current_, thread.views);
    const FrameScope scope(thread);
    lai_frame frame;
    frame.engine = this;
    frame.view = &*view;
    frame.request = lay_over(*view, options);
    lai_call call = given;
    prepare(call, frame);

    Trial trial;
    trial.op = OpTable::instance().find(call.op);
    if (trial.op == nullptr) throw Error(ErrorKind::usage, "unknown op number " + std::to_string(call.op));
    call.op_id = trial.op->schema->id;

    // Absent data is no fault when only explaining: the checks see something in its place, the queries do
    // not.
    alignas(64) static char something[64];
    std::vector<lai_operand> operands;
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        operands.push_back(*LAI_OPERAND(&call, i));
        if (operands.back().data == nullptr) operands.back().data = something;
    }
    lai_call checked = call;
    checked.operands = operands.data();
    checked.operand_stride = sizeof(lai_operand);
    if (ArgumentFault fault = check_arguments(*trial.op, checked); fault.position != 0) {
        trial.fault = std::move(fault);
        fail(Ending::bad_argument, call, frame, thread, trial);
    }

    Ranking ranking;
    ranking.cached = thread.decisions.find(*view, call, frame.request, 0) != nullptr;
    const Arena::Mark mark = thread.workspace.mark();
    RankingTable table;
    const RankingQuestion q = question(call, frame, *trial.op, nullptr);
    if (!rank(q, thread.workspace, table)) {
        thread.workspace.release(mark);
        throw Error(ErrorKind::internal, "no memory to rank " + describe_call(*trial.op, call));
    }
    for (std::uint32_t i = 0; i < table.count; ++i) {
        const Evaluated &e = *table.items[i];
        Candidate c = candidate_of(*view, e, i == 0 && table.eligible > 0, i < table.eligible, q.target_error,
                                   q.now_ns);
        if (c.predicted_seconds > 0) {
            const Actual actual = services_->model->actual(e.variant->key, table.workload, e.cost);
            c.actual_seconds = actual.seconds;
            c.actual_calls = actual.samples;
        }
        ranking.candidates.push_back(std::move(c));
    }
    if (table.eligible > 0) {
        trial.device_eligible = table.device_eligible;
        const RegisteredVariant &best = *table.items[0]->variant;
        ranking.strategy = best.table.place == LAI_PLACE_OPENCL  ? Strategy::gpu_opencl
                           : best.table.place == LAI_PLACE_OTHER ? Strategy::other
                           : table.device_eligible               ? Strategy::cpu_optimized
                                                                 : Strategy::cpu_fallback;
    }
    ranking.flops = table.workload.flops;
    ranking.summary = summarise(table);
    thread.workspace.release(mark);

    for (const Absentee &absentee : view->absentees) {
        if (!offers(absentee, *trial.op)) continue;
        Candidate c;
        c.plugin = absentee.id;
        c.reason = absentee.reason;
        c.note = absentee.note;
        ranking.candidates.push_back(std::move(c));
    }
    return ranking;
}

}  // namespace lapack_ai::core

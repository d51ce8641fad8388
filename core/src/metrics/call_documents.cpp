#include "metrics/call_documents.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "dispatch/dispatcher.hpp"
#include "dispatch/words.hpp"
#include "metrics/event_document.hpp"
#include "metrics/metrics_recorder.hpp"
#include "metrics/sized_call.hpp"

namespace lapack_ai::core {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t shown_events = 200, shown_rankings = 50, shown_points = 400;
constexpr double clearly_faster = 0.9;  // of the leader's time

std::string dump(const ordered_json &document) {
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json number(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

std::string letter(lai_dtype dtype) {
    return std::string(1, dtype_letter(dtype));
}

// A ranking of the call, or nothing when it cannot be asked.
std::optional<Ranking> ranking_of(Dispatcher &dispatcher, const SizedCall &sized) {
    try {
        return dispatcher.explain(sized.call(), {});
    } catch (const std::exception &) {
        return std::nullopt;
    }
}

ordered_json candidates_json(const Ranking &ranking) {
    ordered_json list = ordered_json::array();
    for (const Candidate &c : ranking.candidates)
        list.push_back({{"backend", c.plugin},
                        {"variant", c.variant},
                        {"reason", reason_name(c.reason)},
                        {"note", c.note},
                        {"predicted_s", number(c.predicted_seconds)},
                        {"setup_s", number(c.setup_seconds)},
                        {"transfer_s", number(c.transfer_seconds)},
                        {"compute_s", number(c.compute_seconds)},
                        {"low_s", number(c.low_seconds)},
                        {"high_s", number(c.high_seconds)},
                        {"breaker", c.breaker},
                        {"model", c.model}});
    return list;
}

bool eligible(const Candidate &c) {
    return c.predicted_seconds > 0 &&
           (c.reason == LAI_REASON_NONE || c.reason == LAI_REASON_CHOSEN || c.reason == LAI_REASON_SLOWER);
}

using Points = std::map<std::string, ordered_json>;  // by backend: [[flops, seconds], ...]

// Predictions at square sizes from 8 to 8192, and the hand-overs between them.
void predict(const Op &op, lai_dtype dtype, Dispatcher &dispatcher, Points &predicted,
             ordered_json &crossovers) {
    std::string leader;
    double flops_before = 0;
    for (int step = 6; step <= 26; ++step) {
        const auto n = static_cast<std::int64_t>(std::lround(std::exp2(step / 2.0)));
        std::vector<std::int64_t> dims(op.schema->dim_count, n);
        for (std::uint32_t i = 0; i < op.schema->dim_count; ++i)
            if (std::string(op.schema->dims[i].name) == "nrhs") dims[i] = 1;
        const SizedCall sized(op, dtype, dims, 1);
        const std::optional<Ranking> ranking = ranking_of(dispatcher, sized);
        if (!ranking) continue;
        std::string best;
        double best_seconds = 0;
        std::map<std::string, double> fastest;  // of a backend's variants
        for (const Candidate &c : ranking->candidates) {
            if (!eligible(c)) continue;
            const auto [known, fresh] = fastest.emplace(c.plugin, c.predicted_seconds);
            if (!fresh) known->second = std::min(known->second, c.predicted_seconds);
            if (best.empty() || c.predicted_seconds < best_seconds) {
                best = c.plugin;
                best_seconds = c.predicted_seconds;
            }
        }
        for (const auto &[backend, seconds] : fastest)
            predicted[backend].push_back(ordered_json::array({sized.flops(), seconds}));
        // As in the dispatcher, who is ahead stays ahead until another one is clearly faster.
        const auto held = fastest.find(leader);
        if (!best.empty() && (held == fastest.end() || best_seconds < clearly_faster * held->second)) {
            if (!leader.empty() && best != leader)
                crossovers.push_back(
                    {{"flops", std::sqrt(flops_before * sized.flops())}, {"from", leader}, {"to", best}});
            leader = best;
        }
        flops_before = sized.flops();
    }
}

}  // namespace

std::string decisions_document(MetricsRecorder &metrics, Dispatcher &dispatcher) {
    ordered_json events = ordered_json::array(), rankings = ordered_json::array();
    std::map<std::tuple<std::uint32_t, lai_dtype, std::vector<std::int64_t>>, bool> seen;
    for (const lai_event &event : metrics.newest(shown_events)) {
        events.push_back(event_json(metrics, event));
        const Op *op = OpTable::instance().find(event.op);
        if (op == nullptr || event.kind > 2 || seen.size() >= shown_rankings) continue;
        if (!seen.emplace(std::tuple(event.op, event.dtype, event_dims(event)), true).second) continue;
        const SizedCall sized(*op, event.dtype, event_dims(event), std::max<std::int64_t>(event.batch, 1));
        if (const std::optional<Ranking> ranking = ranking_of(dispatcher, sized))
            rankings.push_back({{"op", op->short_name},
                                {"dtype", letter(event.dtype)},
                                {"dims", event_dims(event)},
                                {"batch", event.batch},
                                {"candidates", candidates_json(*ranking)}});
    }
    return dump({{"decisions", events}, {"rankings", rankings}});
}

std::string crossover_document(MetricsRecorder &metrics, Dispatcher &dispatcher) {
    std::map<std::pair<std::uint32_t, lai_dtype>, Points> measured;
    for (const auto &[key, sums] : metrics.sums().series) measured[{key.op, key.dtype}];
    for (const lai_event &event : metrics.newest(20 * shown_points)) {
        if (event.kind != 0 || !(event.flops > 0) || !(event.actual_seconds > 0)) continue;
        const VariantName *name = metrics.variant_name(event.variant);
        if (name == nullptr) continue;
        ordered_json &points = measured[{event.op, event.dtype}][name->plugin];
        if (points.size() < shown_points)
            points.push_back(ordered_json::array({event.flops, event.actual_seconds}));
    }
    ordered_json ops = ordered_json::array();
    for (auto &[key, points] : measured) {
        const Op *op = OpTable::instance().find(key.first);
        if (op == nullptr) continue;
        Points predicted;
        ordered_json crossovers = ordered_json::array(), backends = ordered_json::array();
        predict(*op, key.second, dispatcher, predicted, crossovers);
        for (const auto &[backend, found] : points) predicted[backend];
        for (auto &[backend, curve] : predicted) {
            const auto found = points.find(backend);
            const ordered_json none = ordered_json::array();
            backends.push_back({{"backend", backend},
                                {"measured", found != points.end() ? found->second : none},
                                {"predicted", curve.is_null() ? none : curve}});
        }
        ops.push_back({{"op", op->short_name},
                       {"dtype", letter(key.second)},
                       {"backends", backends},
                       {"crossovers", crossovers}});
    }
    return dump({{"ops", ops}});
}

}  // namespace lapack_ai::core

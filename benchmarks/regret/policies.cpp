#include "policies.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::bench {
namespace {

// What an unmeasured or impossible choice costs a static policy: as if it were 20 times slower.
const double unknown_log = std::log(20.0);

double log_regret(const std::vector<double> &seconds, int choice) {
    const double best = *std::min_element(seconds.begin(), seconds.end());
    const double chosen = choice < 0 ? HUGE_VAL : seconds[static_cast<std::size_t>(choice)];
    return std::isfinite(chosen) ? std::log(chosen / best) : unknown_log;
}

}  // namespace

Regret judge(const std::vector<int> &choices, const std::vector<ShapeTimes> &times) {
    std::vector<double> logs;
    double sum = 0, wrong = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        logs.push_back(log_regret(times[i].judge, choices[i]));
        sum += logs.back();
        wrong += choices[i] != fastest(times[i].judge) ? 1 : 0;
    }
    std::sort(logs.begin(), logs.end());
    const double n = static_cast<double>(logs.size());
    const auto p95 = static_cast<std::size_t>(std::ceil(0.95 * n)) - 1;
    return {std::expm1(sum / n), std::expm1(logs[p95]), std::expm1(logs.back()), wrong / n};
}

int fastest(const std::vector<double> &seconds) {
    const auto best = std::min_element(seconds.begin(), seconds.end());
    return best == seconds.end() || !std::isfinite(*best) ? -1 : static_cast<int>(best - seconds.begin());
}

StaticThresholds::StaticThresholds(std::vector<KnownShape> shapes, int thresholds) {
    std::erase_if(shapes, [](const KnownShape &shape) { return fastest(shape.seconds) < 0; });
    std::sort(shapes.begin(), shapes.end(),
              [](const KnownShape &a, const KnownShape &b) { return a.flops < b.flops; });
    if (shapes.empty()) return;
    const std::size_t n = shapes.size(), rivals = shapes[0].seconds.size(),
                      pieces = static_cast<std::size_t>(thresholds) + 1;
    // cost[p][i][v]: least loss of the first i + 1 shapes with p thresholds so far, the last shape on v.
    struct Cell {
        double cost = HUGE_VAL;
        int from = -1;  // rival of the shape before
    };
    std::vector<std::vector<std::vector<Cell>>> table(
        pieces, std::vector<std::vector<Cell>>(n, std::vector<Cell>(rivals)));
    for (std::size_t p = 0; p < pieces; ++p)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t v = 0; v < rivals; ++v) {
                const double here = log_regret(shapes[i].seconds, static_cast<int>(v));
                Cell &cell = table[p][i][v];
                if (i == 0) {
                    cell = {here, static_cast<int>(v)};
                    continue;
                }
                cell = {table[p][i - 1][v].cost + here, static_cast<int>(v)};
                const bool same_work = shapes[i].flops == shapes[i - 1].flops;
                for (std::size_t u = 0; u < rivals && p > 0 && !same_work; ++u)
                    if (const double cost = table[p - 1][i - 1][u].cost + here; cost < cell.cost)
                        cell = {cost, static_cast<int>(u)};
            }
    std::size_t p = pieces - 1, v = 0;
    for (std::size_t u = 1; u < rivals; ++u)
        if (table[p][n - 1][u].cost < table[p][n - 1][v].cost) v = u;
    intervals_.push_back({HUGE_VAL, static_cast<int>(v)});
    for (std::size_t i = n - 1; i > 0; --i) {
        const auto from = static_cast<std::size_t>(table[p][i][v].from);
        if (from == v) continue;
        intervals_.push_back({std::sqrt(std::max(shapes[i - 1].flops, 1.0) * std::max(shapes[i].flops, 1.0)),
                              static_cast<int>(from)});
        v = from;
        --p;
    }
    std::reverse(intervals_.begin(), intervals_.end());
}

int StaticThresholds::choose(double flops) const {
    for (const Interval &interval : intervals_)
        if (flops < interval.below) return interval.rival;
    return -1;
}

}  // namespace lapack_ai::bench

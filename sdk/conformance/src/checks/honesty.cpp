// Prices and bounds: what query says against what is measured.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "checks.hpp"

namespace lapack_ai::conformance::checks {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double least_seconds = 50e-6;  // shorter calls measure the clock
constexpr double most_seconds = 20e-3;

struct Prices {
    double sum_of_logs = 0, worst = 0;
    int count = 0;
    std::string worst_call;

    double mean() const { return count ? std::exp(sum_of_logs / count) : 1; }
};

double predicted_seconds(const lai_cost &cost) {
    return cost.setup_seconds + cost.transfer_seconds + cost.compute_seconds;
}

// The least of `runs` times: what else the machine does only adds. Negative: it was not carried out.
double measured_seconds(Session &s, const Case &one, Problem &problem, const Outcome &asked, int runs) {
    double least = -1;
    for (int run = 0; run <= runs; ++run) {
        problem.restore();
        const auto begin = Clock::now();
        const Outcome outcome = s.execute(one.variant, problem, asked);
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        s.host.arena_reset();
        if (outcome.status != LAI_OK) return -1;
        if (run > 0) least = least < 0 ? seconds : std::min(least, seconds);  // the first one warms up
    }
    return least;
}

Prices measure_prices(Session &s, int runs) {
    Prices prices;
    s.each_case(
        [&](Case &one) {
            double last = 0;
            int counted = 0;
            for (std::int64_t n = 24; n <= 1024 && counted < 3 && last < most_seconds; n += n / 2) {
                Recipe recipe = of_size(one.op(), *one.variant.table, one.dtype, n);
                if (std::string(one.op().schema->id).find("batch") != std::string::npos) recipe.batch = 16;
                if (flops_of(one.op(), one.dtype, recipe) > 1e9) return;
                Problem problem(one.op(), one.dtype, recipe);
                s.at(one, recipe);
                const Outcome asked = s.query(one.variant, problem);
                if (!asked.queried) continue;
                fill(problem);
                const double p = predicted_seconds(asked.cost),
                             m = measured_seconds(s, one, problem, asked, runs);
                if (m < 0) return;
                last = m;
                if (m < least_seconds || !(p > 0)) continue;
                const double ratio = std::max(p / m, m / p);
                prices.sum_of_logs += std::log(ratio);
                ++prices.count;
                ++counted;
                if (ratio <= prices.worst) continue;
                prices.worst = ratio;
                char text[200];
                std::snprintf(text, sizeof text, "%s, %c, n = %lld: predicted %.3g s, measured %.3g s",
                              one.variant.title.c_str(), letter_of(one.dtype), static_cast<long long>(n), p,
                              m);
                prices.worst_call = text;
            }
        },
        1);
    return prices;
}

void cost(Session &s) {
    if (!s.start()) return;
    Prices prices = measure_prices(s, 5);
    // Measured once more before anything is said against it: the machine may have been busy.
    if (prices.mean() > s.options.cost_limit) prices = measure_prices(s, 25);
    if (prices.count == 0) return s.nothing_to_check("no call that takes long enough to be timed");
    char text[120];
    std::snprintf(text, sizeof text,
                  "geometric mean of max(predicted/measured, measured/predicted) %.2f over %d calls",
                  prices.mean(), prices.count);
    s.note(std::string(text) + "; the worst: " + prices.worst_call);
    s.at(prices.worst_call);
    if (prices.mean() <= s.options.cost_limit) return;
    std::snprintf(text, sizeof text, "%.3g, must be <= %.3g", prices.mean(), s.options.cost_limit);
    s.fail(std::string("geometric mean of max(predicted/measured, measured/predicted): ") + text);
}

void error(Session &s) {
    if (!s.start()) return;
    double largest = 0;
    bool any = false;
    s.each_case([&](Case &one) {
        Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {.flags = true}, one.random);
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        const Outcome outcome = s.run(one.variant, problem);
        const lai_cost &cost = outcome.cost;
        if (outcome.status != LAI_OK || cost.error_kind == LAI_ERROR_UNKNOWN || !has_reference(one.op()))
            return;
        any = true;
        const Verdict found = s.verdict(one.variant, problem, outcome);
        const bool components = cost.error_kind == LAI_ERROR_COMPONENTWISE;
        const double measured = components ? found.componentwise() : found.normwise();
        largest = std::max(largest, measured / cost.error_coefficient);
        if (measured <= cost.error_coefficient) return;
        char text[160];
        std::snprintf(text, sizeof text, "%s error of %.3g u, query states a bound of %.3g u",
                      components ? "componentwise" : "normwise", measured, cost.error_coefficient);
        s.fail(text);
    });
    if (!any) return s.nothing_to_check("no variant states an error bound");
    char text[80];
    std::snprintf(text, sizeof text, "largest measured error over stated bound: %.3g", largest);
    s.note(text);
}

}  // namespace

std::span<const Check> honesty() {
    static constexpr Check all[] = {{"cost", "predicted seconds against measured ones", cost},
                                    {"error", "the stated error bound against measured errors", error}};
    return all;
}

}  // namespace lapack_ai::conformance::checks

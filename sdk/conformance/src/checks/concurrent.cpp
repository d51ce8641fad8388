// Threads and time: calls side by side, a query that is pure, deadlines.
#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>

#include "checks.hpp"

namespace lapack_ai::conformance::checks {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Each thread has two problems of its own and runs them in turn; answers are judged when all are done. A
// kit built with ThreadSanitizer makes of a race a finding even where the numbers come out right.
void concurrency(Session &s) {
    if (!s.start()) return;
    bool any = false;
    s.each_case(
        [&](Case &one) {
            const int limit = one.variant.table->max_concurrency;
            const int threads = limit > 0 ? std::min(limit, 4) : 4;
            if (threads < 2) return;
            any = true;
            std::vector<std::unique_ptr<Problem>> problems;
            for (int i = 0; i < 2 * threads; ++i) {
                const Recipe recipe =
                    fuzz(one.op(), *one.variant.table, one.dtype, {.flags = true, .flops = 3e5}, one.random);
                problems.push_back(std::make_unique<Problem>(one.op(), one.dtype, recipe));
                fill(*problems.back());
                s.at(one, recipe);
            }
            constexpr int rounds = 6;
            std::vector<std::vector<Outcome>> outcomes(problems.size());
            std::barrier start(threads);
            std::vector<std::thread> team;
            for (int t = 0; t < threads; ++t)
                team.emplace_back([&, t] {
                    start.arrive_and_wait();
                    for (int round = 0; round < rounds; ++round)
                        for (int which = 0; which < 2; ++which) {
                            const auto i = static_cast<std::size_t>(2 * t + which);
                            problems[i]->restore();
                            outcomes[i].push_back(s.run(one.variant, *problems[i]));
                        }
                });
            for (std::thread &thread : team) thread.join();
            for (std::size_t i = 0; i < problems.size(); ++i) {
                s.at(one, problems[i]->recipe());
                for (const Outcome &outcome : outcomes[i])
                    if (outcome.status != LAI_OK && outcome.status != LAI_DECLINED &&
                        outcome.status != LAI_BUSY)
                        return s.fail(std::to_string(threads) + " calls at a time: one answers " +
                                      status_name(outcome.status));
                if (outcomes[i].back().status != LAI_OK) continue;
                const Verdict found = s.verdict(one.variant, *problems[i], outcomes[i].back());
                if (!found.good())
                    return s.fail(std::to_string(threads) +
                                  " calls at a time, each on data of its own: " + found.fault());
                if (!problems[i]->overrun().empty())
                    return s.fail(std::to_string(threads) +
                                  " calls at a time: written: " + problems[i]->overrun());
            }
        },
        4);
    if (!any) s.nothing_to_check("every variant takes one call at a time");
}

bool same_text(const char *a, const char *b) {
    return a == b || (a && b && std::strcmp(a, b) == 0);
}

bool same(const Outcome &a, const Outcome &b) {
    const lai_cost &x = a.cost, &y = b.cost;
    return a.status == b.status && x.reason == y.reason && x.setup_seconds == y.setup_seconds &&
           x.transfer_seconds == y.transfer_seconds && x.compute_seconds == y.compute_seconds &&
           x.sigma == y.sigma && x.host_workspace_bytes == y.host_workspace_bytes &&
           x.host_extra_bytes == y.host_extra_bytes && x.device_peak_bytes == y.device_peak_bytes &&
           x.error_coefficient == y.error_coefficient && x.error_kind == y.error_kind &&
           same_text(x.algorithm, y.algorithm);
}

void query(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        const Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {.flags = true}, one.random);
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        s.host.querying = true;
        const Outcome first = s.query(one.variant, problem);
        if (first.queried &&
            !(first.cost.compute_seconds + first.cost.transfer_seconds + first.cost.setup_seconds >= 0))
            s.fail("it predicts a time that is negative or no number");
        if (!first.queried && !first.threw &&
            (first.status != LAI_DECLINED || first.cost.reason == LAI_REASON_NONE ||
             first.cost.reason >= LAI_REASON_COUNT))
            s.fail("a no is LAI_DECLINED with a reason of the shared vocabulary");
        // Without data, as explain asks.
        std::vector<lai_operand> bare(problem.operand_count());
        for (std::size_t o = 0; o < bare.size(); ++o) {
            bare[o] = *LAI_OPERAND(&problem.call(), o);
            bare[o].data = nullptr;
        }
        const lai_operand *const operands = problem.call().operands;
        problem.call().operands = bare.data();
        const Outcome without_data = s.query(one.variant, problem);
        problem.call().operands = operands;
        s.host.querying = false;
        if (!same(first, without_data)) return s.fail("it answers otherwise when operands have no data");
        if (first.queried) s.execute(one.variant, problem, first);
        problem.restore();
        const Outcome again = s.query(one.variant, problem);
        if (!same(first, again)) return s.fail("the same question gets another answer the second time");
        std::vector<std::thread> team;
        std::atomic<int> different{0};
        for (int t = 0; t < 4; ++t)
            team.emplace_back([&] {
                for (int i = 0; i < 5; ++i) different += !same(first, s.query(one.variant, problem));
            });
        for (std::thread &thread : team) thread.join();
        if (different > 0) s.fail("asked by four threads at a time it answers otherwise");
        const std::string forbidden = s.host.forbidden_in_query();
        if (!forbidden.empty()) s.fail("query calls host->" + forbidden + ", which has side effects");
    });
}

constexpr double grace = 0.25;  // seconds; a scheduler may take some of them

void deadline(Session &s) {
    if (!s.start()) return;
    s.each_case(
        [&](Case &one) {
            const Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            Problem problem(one.op(), one.dtype, recipe);
            fill(problem);
            s.at(one, recipe);
            const Outcome warm = s.run(one.variant, problem);
            if (warm.status != LAI_OK) return;
            const double predicted =
                warm.cost.setup_seconds + warm.cost.transfer_seconds + warm.cost.compute_seconds;
            const auto try_with = [&](double room, bool may_time_out, const char *what) {
                double late = 0;
                for (int attempt = 0; attempt < 3; ++attempt) {
                    problem.restore();
                    const std::uint64_t now = s.host.raw()->now_ns(s.host.raw());
                    problem.call().deadline_ns =
                        room < 0 ? now - 1 : now + static_cast<std::uint64_t>(1e9 * room);
                    const auto begin = Clock::now();
                    const Outcome outcome = s.run(one.variant, problem);
                    late = seconds_since(begin) - std::max(room, 10 * predicted) - grace;
                    problem.call().deadline_ns = 0;
                    if (outcome.status == LAI_TIMEOUT && !may_time_out)
                        return s.fail(std::string(what) + ": TIMEOUT before the deadline");
                    if (outcome.status == LAI_TIMEOUT && !problem.changed(true).empty())
                        return s.fail(std::string(what) + ": TIMEOUT, and the outputs have changed");
                    if (late <= 0) return;
                }
                char text[160];
                std::snprintf(text, sizeof text,
                              "%s, predicted %.3g s: it came back %.2f s too late, three times", what,
                              predicted, late);
                s.fail(text);
            };
            try_with(10 * predicted + 0.02, true, "a deadline ten times the predicted time away");
            try_with(-1, true, "a deadline that has passed");
            try_with(3600, false, "a deadline an hour away");
        },
        2);
}

}  // namespace

std::span<const Check> concurrent() {
    static constexpr Check all[] = {
        {"concurrency", "calls from several threads, up to the stated limit", concurrency},
        {"query", "query is pure: same question, same answer, from any thread, without data", query},
        {"deadline", "a call that says it fits in the time ends in time; TIMEOUT only when it is over",
         deadline}};
    return all;
}

}  // namespace lapack_ai::conformance::checks

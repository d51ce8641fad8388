// What a decision costs, apart from everything else: finding a cached one, and ranking four candidates that
// have a measured model. Backends that do nothing, one thread, nanoseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "cost/learned_model.hpp"
#include "dispatch/engine.hpp"
#include "dispatch/instruction_count.hpp"
#include "dispatch/ranking.hpp"
#include "fake_backend.hpp"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

using namespace core;
using Clock = std::chrono::steady_clock;

constexpr int samples = 301, turns = 2000;

// Four backends with profiles, and a call of n = 100 that any of them could run.
class World {
  public:
    World() {
        model_ = std::make_shared<LearnedModel>();
        world_.cost_model = model_;
        world_.settings.cost_model.profile = "none";
        for (const char *name : {"one", "two", "three", "four"}) {
            test::FakeVariant &v = world_.add_plugin(name).add(1e-6);
            v.behaviour = [](const lai_call *, lai_result *) { return LAI_OK; };
        }
        Engine &engine = static_cast<Engine &>(world_.dispatcher());
        view_ = &engine.view();
        op_ = &OpTable::instance().find(BuiltinOp::gemm);
        std::vector<MeasuredPart> parts;
        for (const Standing &standing : view_->standings(op_->number)) {
            MeasuredPart part{
                standing.variant->key.number, op_->number, LAI_DTYPE_F64, 0, view_->threads, {}};
            for (float x = 1; x <= 10; ++x)
                for (float y = 1; y <= 10; y += 3) part.points.push_back({1e6, {x, y, x}, 1e-6, 2e-6, 0.01});
            parts.push_back(std::move(part));
        }
        model_->install("bench", parts);
        frame_.engine = &engine;
        frame_.view = view_;
        frame_.request = view_->defaults;
    }

    void run() { world_.dispatcher().run(gemm_.call, {}); }
    // The backend itself, as the dispatcher calls it.
    void execute() {
        const RegisteredVariant &v = *view_->standings(op_->number).front().variant;
        lai_result result{};
        result.size = sizeof result;
        v.table.execute(v.table.self, &gemm_.call, &result);
    }
    bool rank() {
        gemm_.call.frame = &frame_;
        gemm_.call.thread_budget = view_->threads;
        const Arena::Mark mark = arena_.mark();
        RankingTable table;
        const bool ranked =
            core::rank({view_, op_, &gemm_.call, &frame_.request, nullptr, model_.get(), &incumbents_, 0, 0},
                       arena_, table);
        arena_.release(mark);
        return ranked && table.eligible == 4;
    }

  private:
    std::shared_ptr<LearnedModel> model_;
    test::FakeWorld world_;
    const View *view_ = nullptr;
    const Op *op_ = nullptr;
    test::GemmCall gemm_{100};
    lai_frame frame_;
    Incumbents incumbents_;
    Arena arena_;
};

template <typename Work>
double nanoseconds(Work work) {
    const auto start = Clock::now();
    for (int i = 0; i < turns; ++i) work();
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count() / turns;
}

Figure figure(const std::string &name, double target, std::vector<double> list, const std::string &baseline) {
    std::sort(list.begin(), list.end());
    return {name,
            median(list),
            "ns",
            target,
            "<=",
            baseline,
            static_cast<long>(list.size()),
            list[list.size() / 10],
            list[list.size() * 9 / 10],
            ""};
}

int run(bool json) {
    World world;
    world.run();
    std::vector<double> cached, ranking;
    for (int i = 0; i < samples; ++i) {
        // In turn, so that what disturbs the machine disturbs both.
        const double alone = nanoseconds([&] { world.execute(); });
        cached.push_back(nanoseconds([&] { world.run(); }) - alone);
        ranking.push_back(nanoseconds([&] {
            if (!world.rank()) throw std::runtime_error("not all four could run");
        }));
    }
    return print_figures({figure("a call with a cached decision, all that is added", 50, cached,
                                 "the backend's execute"),
                          figure("ranking of 4 candidates, nothing cached", 500, ranking, "")},
                         json)
               ? 0
               : 1;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int count, char **words) {
    try {
        if (count == 3 && std::strcmp(words[1], "--rank") == 0) {  // for a profiler
            lapack_ai::bench::World world;
            world.run();
            lapack_ai::bench::counted_turns(std::atoi(words[2]), [&] { world.rank(); });
            return 0;
        }
        return lapack_ai::bench::run(count == 2 && std::strcmp(words[1], "--json") == 0);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "bench_decision: %s\n", error.what());
        return 3;
    }
}

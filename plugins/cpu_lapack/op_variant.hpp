// One op class as a variant of the plugin contract: element type, scratch, thread budget, price, and batches.
//
// A batch is a loop over items that look like single calls. When items are small against the thread budget
// they run side by side with one thread each (OpenBLAS's own threads cost some microseconds to start), else
// one after another with the whole budget. All items are screened before the first is run, so outputs stay
// untouched when one of them is refused.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "driver.hpp"
#include "item_call.hpp"
#include "speed.hpp"
#include "threads.hpp"

namespace lapack_ai::cpu {

// What all variants share; lives as long as the plugin.
struct Shared {
    Speed speed;
    int max_threads;  // option `threads`; 0: as the host says
};

template <template <typename> class Op>
class OpVariant {
  public:
    // batched: every call is a batch, even of one (gemm_batch). one_thread: whatever the budget.
    OpVariant(sdk::Host host, const Shared &shared, bool batched, bool one_thread)
        : host_(host), shared_(shared), batched_(batched), one_thread_(one_thread) {}

    sdk::Cost query(const sdk::Call &call) const {
        if (one_thread_ && (effective_threads(allowed(call)) == 1 || !is_single(call)))
            return sdk::Cost::decline(LAI_REASON_SHAPE, "a batch, or a call of one thread anyway");
        return sdk::visit(call.dtype(), [&]<typename T>(sdk::Type<T>) {
            Workspace scratch;
            const Op<T> op(call, scratch);
            const Work work = op.work();
            sdk::Cost cost;
            double seconds = 0;
            if (is_single(call)) {
                seconds = shared_.speed.seconds(work, call.dtype(), effective_threads(budget(call)));
                cost.workspace(scratch.bytes());
            } else {
                const Plan plan = plan_batch(call, work, scratch.bytes());
                seconds = plan.seconds;
                cost.workspace(plan.workers * scratch.bytes());
            }
            cost.compute(seconds).sigma(0.4).algorithm(work.algorithm);
            return work.kind == Kind::product ? cost.componentwise(work.error_coefficient)
                                              : cost.normwise(10 * std::max(1.0, work.error_coefficient));
        });
    }

    lai_status execute(const sdk::Call &call, lai_result &result) {
        return sdk::visit(call.dtype(), [&]<typename T>(sdk::Type<T>) {
            return is_single(call) ? run_one<T>(call, result) : run_batch<T>(call, result);
        });
    }

  private:
    struct Plan {
        std::int64_t workers = 1;  // items side by side
        int threads = 1;           // of each
        double seconds = 0;
    };

    bool is_single(const sdk::Call &call) const { return !batched_ && call.is_single(); }
    int allowed(const sdk::Call &call) const {
        return shared_.max_threads > 0 ? std::min(shared_.max_threads, call.threads()) : call.threads();
    }
    int budget(const sdk::Call &call) const { return one_thread_ ? 1 : allowed(call); }

    // The scratch that core supplied, or memory of our own when a cached decision was made for a smaller
    // problem.
    class Scratch {
      public:
        Scratch(const sdk::Call &call, std::uint64_t bytes) {
            if (bytes <= call.workspace_bytes() && (call.workspace() || bytes == 0)) {
                memory_ = call.workspace();
                return;
            }
            own_.reset(static_cast<std::byte *>(::operator new(bytes, alignment)));
            memory_ = own_.get();
        }
        void *at(std::uint64_t offset) const { return static_cast<std::byte *>(memory_) + offset; }

      private:
        static constexpr std::align_val_t alignment{64};
        struct Free {
            void operator()(std::byte *memory) const { ::operator delete(memory, alignment); }
        };
        std::unique_ptr<std::byte, Free> own_;
        void *memory_ = nullptr;
    };

    template <typename T>
    static std::uint64_t scratch_bytes(const sdk::Call &call) {
        Workspace counting;
        Op<T>(call, counting);
        return counting.bytes();
    }

    template <typename T>
    static bool refuses(const Op<T> &op, lai_result &result) {
        if constexpr (requires { op.refuses(result); })
            return op.refuses(result);
        else
            return false;
    }

    template <typename T>
    lai_status run_one(const sdk::Call &call, lai_result &result) {
        const Scratch scratch(call, scratch_bytes<T>(call));
        Workspace workspace(scratch.at(0));
        Op<T> op(call, workspace);
        if (refuses<T>(op, result)) return LAI_INVALID;
        const ThreadBudget threads(budget(call), call.deterministic());
        op.run(result);
        return LAI_OK;
    }

    Plan plan_batch(const sdk::Call &call, const Work &work, std::uint64_t item_bytes) const {
        constexpr double worth_starting = 20e-6;          // seconds of work per thread
        constexpr std::uint64_t most_bytes = 256u << 20;  // scratch of all workers
        const double items = static_cast<double>(call.batch_size());
        const int threads = in_forked_child() ? 1 : budget(call);
        const double alone = shared_.speed.seconds(work, call.dtype(), 1);
        Plan plan;
        plan.workers = std::clamp<std::int64_t>(call.batch_size(), 1, threads);
        if (item_bytes > 0) plan.workers = std::min<std::int64_t>(plan.workers, most_bytes / item_bytes + 1);
        if (items * alone < threads * worth_starting) plan.workers = 1;
        const double together = shared_.speed.seconds(work, call.dtype(), effective_threads(threads));
        const double side_by_side = items * alone / static_cast<double>(plan.workers);
        if (plan.workers == 1 || items * together < side_by_side) return {1, threads, items * together};
        plan.seconds = side_by_side + worth_starting;
        return plan;
    }

    template <typename T>
    lai_status run_batch(const sdk::Call &call, lai_result &result) {
        const std::int64_t count = call.batch_size();
        if (count == 0) return LAI_OK;
        Workspace counting;
        const Op<T> shape(call, counting);
        const std::uint64_t item_bytes = counting.bytes();
        if constexpr (requires { shape.refuses(result); }) {
            ItemCall item(call);
            for (std::int64_t b = 0; b < count; ++b) {
                Workspace none;
                if (Op<T>(item.select(b), none).refuses(result)) {
                    result.batch_index = b;
                    return LAI_INVALID;
                }
            }
        }

        const Plan plan = plan_batch(call, shape.work(), item_bytes);
        const Scratch scratch(call, static_cast<std::uint64_t>(plan.workers) * item_bytes);
        const std::int64_t chunks = plan.workers == 1 ? 1 : std::min(count, 8 * plan.workers);
        std::vector<lai_result> answers(static_cast<std::size_t>(chunks));
        const auto run_chunk = [&](std::int64_t chunk, std::int32_t worker) {
            const ThreadBudget threads(plan.threads, call.deterministic());
            lai_result &answer = answers[static_cast<std::size_t>(chunk)];
            ItemCall item(call);
            for (std::int64_t b = count * chunk / chunks; b < count * (chunk + 1) / chunks; ++b) {
                Workspace workspace(scratch.at(static_cast<std::uint64_t>(worker) * item_bytes));
                lai_result one{};
                Op<T>(item.select(b), workspace).run(one);
                merge(answer, one, b);
            }
        };
        if (chunks == 1) {
            run_chunk(0, 0);
        } else {
            lai_call narrowed = call.raw();
            narrowed.thread_budget = static_cast<std::int32_t>(plan.workers);
            const lai_status status = host_.parallel_for(sdk::Call(narrowed), chunks, run_chunk);
            if (status != LAI_OK) return status;
        }
        for (const lai_result &answer : answers) merge(result, answer, answer.batch_index);
        return LAI_OK;
    }

    // The first INFO that is not 0, and every remark.
    static void merge(lai_result &all, const lai_result &one, std::int64_t item) {
        if (all.info == 0 && one.info != 0) {
            all.info = one.info;
            all.batch_index = item;
        }
        all.remark |= one.remark;
        if (one.algorithm) all.algorithm = one.algorithm;
        if (one.detail) all.detail = one.detail;
        all.rank = -1;
    }

    sdk::Host host_;
    const Shared &shared_;
    bool batched_;
    bool one_thread_;
};

}  // namespace lapack_ai::cpu

// The dispatcher of one context: decides, runs, falls back, records. docs/dispatch.md tells the whole way.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/dispatcher.hpp"
#include "dispatch/error_memory.hpp"
#include "dispatch/frame.hpp"
#include "dispatch/op_table.hpp"
#include "dispatch/originals.hpp"
#include "dispatch/ranking.hpp"
#include "dispatch/thread_state.hpp"

namespace lapack_ai::core {

// What all dispatchers of a runtime share.
struct EngineServices {
    std::function<std::uint64_t()> now_ns;  // the breakers' clock
    std::shared_ptr<CostModel> model;
    // Long calls in flight in the whole process: the thread budget is divided among them.
    std::atomic<std::int32_t> long_calls{0};
};

// How a dispatch ended, nested or outermost.
enum class Ending {
    done,          // a variant ran, or the enhancer's preflight answered
    bad_argument,  // Trial::fault says which
    no_candidate,  // nothing may run it
    failed,        // what could run it failed, or the first did under strict
    inaccurate     // the requested backward error was not reached, or cannot be certified
};

// What one dispatch collects on its way.
struct Trial {
    const Op *op = nullptr;
    Failures failures;
    Originals originals;
    bool device_eligible = false;  // at the first decision
    bool device_failed = false;
    bool input_lost = false;     // a variant wrote the input and failed without having said that it may
    bool bridge_failed = false;  // the last attempt: what failed were copies around it, not the variant
    std::optional<ArgumentFault> fault;
    // Of a call with a requested backward error (certified.cpp):
    bool certifying = false;          // breakers hear of a success only when the result was checked
    bool probing = false;             // the variant that ran was let through by a half-open breaker
    double target_error = 0;          // what the next candidate must promise; 0: what was asked for
    std::uint32_t wrong_results = 0;  // of backends that reported success
};

class Engine final : public Dispatcher {
  public:
    explicit Engine(std::shared_ptr<EngineServices> services);
    ~Engine() override;

    Outcome run(lai_call &call, const CallOptions &options) override;
    Ranking explain(const lai_call &call, const CallOptions &options) override;

    [[noreturn]] void reject(const lai_call &call, const ArgumentFault &fault) override;

    // Nested dispatch, behind lai_host's slots of these names. The parent's frame names the engine.
    static lai_status predict(const lai_call *parent, const lai_call *child,
                              const lai_constraints *constraints, lai_cost *cost) noexcept;
    static lai_status invoke(const lai_call *parent, const lai_call *child,
                             const lai_constraints *constraints, lai_result *result) noexcept;

    // Puts a new view in place of the current one; calls in flight end under theirs. [control]
    void publish(std::unique_ptr<View> view);
    // Waits until no call uses a replaced view. Never from inside a call. [control]
    void drain() const;
    // The current view; views live as long as the engine.
    const View &view() const noexcept { return *current_.load(std::memory_order_acquire); }

  private:
    void prepare(lai_call &call, const lai_frame &frame) const noexcept;
    // The cached decision that holds for this call; null: none.
    const Decision *find_known(const lai_call &call, const lai_frame &frame, ThreadState &thread) noexcept;
    // The common outermost call: a known decision that needs neither guard nor workspace nor enhancer.
    void run_plain(const Decision &known, lai_call &call, lai_frame &frame, ThreadState &thread,
                   Outcome &outcome);
    // What run_plain leaves to do when its variant failed.
    void recover(lai_status status, const RegisteredVariant &variant, const Op &op, lai_call &call,
                 lai_frame &frame, ThreadState &thread, Outcome &outcome);
    // Any other outermost call.
    void run_fully(const Decision *known, lai_call &call, lai_frame &frame, ThreadState &thread,
                   Outcome &outcome);
    Ending dispatch(const Decision *known, lai_call &call, lai_frame &frame, ThreadState &thread,
                    Outcome &outcome, Trial &trial) noexcept;
    Ending decide_and_run(lai_call &call, lai_frame &frame, ThreadState &thread, Outcome &outcome,
                          Trial &trial) noexcept;
    bool decide(const lai_call &call, const lai_frame &frame, ThreadState &thread, Trial &trial,
                Decision &decision) noexcept;
    RankingQuestion question(const lai_call &call, const lai_frame &frame, const Op &op,
                             const Failures *failures) const;
    // Runs what was decided; on failure decides again until something ran or nothing is left.
    Ending run_decided(Decision &decision, lai_call &call, lai_frame &frame, ThreadState &thread,
                       Outcome &outcome, Trial &trial) noexcept;
    // The same under a requested backward error.
    Ending run_certified(Decision &decision, lai_call &call, lai_frame &frame, ThreadState &thread,
                         Outcome &outcome, Trial &trial) noexcept;
    // What comes after a first attempt: others as long as one fails, then the enhancer.
    Ending settle(lai_status status, Decision &decision, lai_call &call, lai_frame &frame,
                  ThreadState &thread, Outcome &outcome, Trial &trial) noexcept;
    [[noreturn]] void fail(Ending ending, const lai_call &call, const lai_frame &frame, ThreadState &thread,
                           Trial &trial) const;
    bool make_child(const lai_call &parent, const lai_call &given, const lai_constraints *constraints,
                    lai_call &call, lai_frame &frame) const noexcept;

    std::shared_ptr<EngineServices> services_;
    std::atomic<const View *> current_{nullptr};
    Incumbents incumbents_;
    ErrorMemory errors_;
    mutable std::mutex views_mutex_;
    std::vector<std::unique_ptr<const View>> views_;  // the current one is the last
};

}  // namespace lapack_ai::core

// The cost model of a running process: the variant's own prediction, corrected by what was measured on this
// machine (the profile), corrected by what the calls of this process showed (online).
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "cost/online_residuals.hpp"
#include "cost/prior_model.hpp"
#include "cost/profile.hpp"
#include "cost/residual_surface.hpp"

namespace lapack_ai::core {

// A part of a profile, tied to a variant of this process.
struct MeasuredPart {
    std::uint32_t variant = 0;  // ModelKey::number
    std::uint32_t op = 0;
    lai_dtype dtype = LAI_DTYPE_NONE;
    std::uint64_t jobs = 0;  // Workload::jobs
    std::int32_t threads = 1;
    std::vector<ProfilePoint> points;
};

class LearnedModel final : public CostModel {
  public:
    LearnedModel();
    ~LearnedModel() override;

    Prediction predict(const ModelKey &key, const Workload &workload,
                       const lai_cost &own) const noexcept override;
    Prediction predict_steadily(const ModelKey &key, const Workload &workload,
                                const lai_cost &own) const noexcept override;
    void observe(const ModelKey &key, const Workload &workload, double predicted,
                 double actual) noexcept override;
    Actual actual(const ModelKey &key, const Workload &workload, const lai_cost &own) noexcept override;
    bool worth_trying(const ModelKey &key, const Workload &workload) noexcept override;
    std::string profile_path() const override;

    // Replaces what was measured, and forgets what was learned on top of it; the same measurements again
    // change nothing. Old tables stay for readers that are under way. [control]
    void install(const std::string &path, const std::vector<MeasuredPart> &parts);
    // Learns from the calls so far; true if cached decisions became stale. One thread at a time.
    bool learn() { return online_.drain(); }
    // Starts the thread that learns every 20 ms; `on_change` is called when decisions became stale. A forked
    // child has no such thread: it goes on with what was known. [control]
    void start_learning(void (*on_change)());
    void stop_learning();

  private:
    struct Table;
    void correct_by_profile(const ModelKey &key, const Workload &workload, Prediction &p,
                            float &log_ratio) const noexcept;

    PriorModel prior_;
    OnlineResiduals online_;
    std::atomic<const Table *> table_{nullptr};
    mutable std::mutex control_;
    std::vector<std::unique_ptr<const Table>> tables_;
    std::string profile_path_;
    std::uint64_t installed_ = 0;
    std::thread learner_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::atomic<bool> learning_{false};
};
}  // namespace lapack_ai::core

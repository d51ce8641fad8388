#include "cost/learned_model.hpp"

#include <bit>
#include <chrono>
#include <cmath>

namespace lapack_ai::core {

namespace {

// What the spread of single calls around a learned correction is taken for.
constexpr double learned_sigma = 0.12;
// Guards against a clock that stood still.
constexpr double shortest_seconds = 1e-9;

std::uint64_t key_of(const MeasuredPart &part) noexcept {
    Workload w;
    w.op = part.op;
    w.dtype = part.dtype;
    w.jobs = part.jobs;
    w.threads = part.threads;
    w.locate(nullptr, 0);
    return variant_key(w.jobs_key, part.variant);
}

// A fingerprint of all measurements; 0: there are none.
std::uint64_t contents_of(const std::vector<MeasuredPart> &parts) noexcept {
    std::uint64_t sum = 0;
    for (const MeasuredPart &part : parts)
        for (const ProfilePoint &p : part.points)
            sum = variant_key(sum ^ key_of(part), 0) ^ std::bit_cast<std::uint64_t>(p.flops * p.seconds);
    return sum;
}

}  // namespace

// Open addressing over an array twice as long as the parts.
struct LearnedModel::Table {
    struct Slot {
        std::uint64_t key = 0;
        std::unique_ptr<const ResidualSurface> surface;
    };
    std::vector<Slot> slots;

    explicit Table(const std::vector<MeasuredPart> &parts) : slots(std::bit_ceil(2 * parts.size() + 1)) {
        for (const MeasuredPart &part : parts) {
            const std::uint64_t key = key_of(part);
            std::size_t i = key & (slots.size() - 1);
            while (slots[i].key != 0 && slots[i].key != key) i = (i + 1) & (slots.size() - 1);
            slots[i] = {key, std::make_unique<const ResidualSurface>(part.points)};
        }
    }
    const ResidualSurface *find(std::uint64_t key) const noexcept {
        const std::size_t mask = slots.size() - 1;
        for (std::size_t i = key & mask; slots[i].key != 0; i = (i + 1) & mask)
            if (slots[i].key == key) return slots[i].surface.get();
        return nullptr;
    }
};

LearnedModel::LearnedModel() = default;

LearnedModel::~LearnedModel() {
    stop_learning();
}

void LearnedModel::correct_by_profile(const ModelKey &key, const Workload &workload, Prediction &p,
                                      float &log_ratio) const noexcept {
    const Table *table = table_.load(std::memory_order_acquire);
    if (table == nullptr) return;
    const ResidualSurface *surface = table->find(variant_key(workload.jobs_key, key.number));
    if (surface == nullptr) return;
    const ResidualSurface::Value value = surface->at(workload.place);
    log_ratio += value.log_ratio;
    p.sigma = static_cast<double>(value.sigma);
    p.model = "profile";
}

Prediction LearnedModel::predict_steadily(const ModelKey &key, const Workload &workload,
                                          const lai_cost &own) const noexcept {
    Prediction p = prior_.predict(key, workload, own);
    float log_ratio = 0;
    correct_by_profile(key, workload, p, log_ratio);
    p.scale(log_ratio);
    return p;
}

Prediction LearnedModel::predict(const ModelKey &key, const Workload &workload,
                                 const lai_cost &own) const noexcept {
    Prediction p = prior_.predict(key, workload, own);
    float log_ratio = 0;
    correct_by_profile(key, workload, p, log_ratio);
    if (learning_.load(std::memory_order_relaxed)) {
        const OnlineResiduals::Correction correction = online_.find(key, workload);
        if (correction.samples != 0) {
            log_ratio += correction.log_ratio;
            if (correction.own) p.sigma = std::min(p.sigma, learned_sigma);
            p.model = "online";
        }
    }
    p.scale(log_ratio);
    return p;
}

Actual LearnedModel::actual(const ModelKey &key, const Workload &workload, const lai_cost &own) noexcept {
    online_.drain();
    const OnlineResiduals::Latest latest = online_.latest(key, workload);
    if (latest.samples == 0) return {};
    Prediction p = predict_steadily(key, workload, own);
    p.scale(latest.log_ratio);
    return {p.seconds(), latest.samples};
}

void LearnedModel::observe(const ModelKey &key, const Workload &workload, double predicted,
                           double actual) noexcept {
    if (!learning_.load(std::memory_order_relaxed) || !(predicted > shortest_seconds) ||
        !(actual > shortest_seconds))
        return;
    const double known = static_cast<double>(online_.find(key, workload).log_ratio);
    online_.push(key, workload, std::log(actual / predicted) + known);
}

bool LearnedModel::worth_trying(const ModelKey &key, const Workload &workload) noexcept {
    return learning_.load(std::memory_order_relaxed) && online_.worth_trying(key, workload);
}

std::string LearnedModel::profile_path() const {
    const std::lock_guard lock(control_);
    return profile_path_;
}

void LearnedModel::install(const std::string &path, const std::vector<MeasuredPart> &parts) {
    const std::lock_guard lock(control_);
    profile_path_ = parts.empty() ? std::string() : path;
    const std::uint64_t contents = contents_of(parts);
    if (contents == installed_) return;
    installed_ = contents;
    tables_.push_back(std::make_unique<const Table>(parts));
    table_.store(tables_.back().get(), std::memory_order_release);
    online_.forget();
}

void LearnedModel::start_learning(void (*on_change)()) {
    const std::lock_guard lock(control_);
    learning_ = true;
    if (on_change == nullptr || learner_.joinable()) return;
    learner_ = std::thread([this, on_change] {
        std::unique_lock turn(control_);
        while (!wake_.wait_for(turn, std::chrono::milliseconds(20), [this] { return stopping_; })) {
            turn.unlock();
            if (learn()) on_change();
            turn.lock();
        }
    });
}

void LearnedModel::stop_learning() {
    {
        const std::lock_guard lock(control_);
        stopping_ = true;
        learning_ = false;
    }
    wake_.notify_all();
    if (learner_.joinable()) learner_.join();
    const std::lock_guard lock(control_);
    stopping_ = false;
}

}  // namespace lapack_ai::core

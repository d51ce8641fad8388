#include "cost/learned_model.hpp"

#include <chrono>
#include <cmath>
#include <cstring>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

namespace {

// What the spread of single calls around a learned correction is taken for.
constexpr double learned_sigma = 0.12;
// Guards against a clock that stood still.
constexpr double shortest_seconds = 1e-9;

std::uint64_t part_key(std::uint32_t variant, std::uint32_t op, lai_dtype dtype, std::uint64_t jobs,
                       std::int32_t threads) noexcept {
    std::uint64_t hash = (std::uint64_t{variant} << 32 | op) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 31 ^ jobs) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ hash >> 29 ^ (std::uint64_t{dtype} << 32 | static_cast<std::uint32_t>(threads))) *
           0x94d049bb133111ebu;
    return (hash ^ hash >> 32) | 1;
}

}  // namespace

std::uint64_t job_letters(std::uint32_t op, std::uint64_t packed_flags) noexcept {
    const Op *known = OpTable::instance().find(op);
    if (known == nullptr) return 0;
    const lai_op_schema &schema = *known->schema;
    const std::uint32_t count = std::min(schema.flag_count, 8u);
    std::uint64_t jobs = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto *flag = reinterpret_cast<const lai_flag_schema *>(
            reinterpret_cast<const char *>(schema.flags) + std::size_t{i} * schema.flag_stride);
        if (std::strncmp(flag->name, "job", 3) == 0)
            jobs = jobs << 8 | (packed_flags >> 8 * (count - 1 - i) & 0xff);
    }
    return jobs;
}

// Open addressing over an array twice as long as the parts.
struct LearnedModel::Table {
    struct Slot {
        std::uint64_t key = 0;
        std::shared_ptr<const ResidualSurface> surface;
    };
    std::vector<Slot> slots;
    std::vector<bool> ops_with_jobs;

    explicit Table(const std::vector<MeasuredPart> &parts) : slots(2 * parts.size() + 1) {
        for (const MeasuredPart &part : parts) {
            const std::uint64_t key = part_key(part.variant, part.op, part.dtype, part.jobs, part.threads);
            std::size_t i = key % slots.size();
            while (slots[i].key != 0 && slots[i].key != key) i = (i + 1) % slots.size();
            slots[i] = {key, part.surface};
        }
    }
    const ResidualSurface *find(std::uint64_t key) const noexcept {
        for (std::size_t i = key % slots.size(); slots[i].key != 0; i = (i + 1) % slots.size())
            if (slots[i].key == key) return slots[i].surface.get();
        return nullptr;
    }
};

LearnedModel::LearnedModel() = default;

LearnedModel::~LearnedModel() {
    stop_learning();
}

Prediction LearnedModel::steady(const ModelKey &key, const Workload &workload,
                                const lai_cost &own) const noexcept {
    Prediction p = prior_.predict(key, workload, own);
    const Table *table = table_.load(std::memory_order_acquire);
    if (table == nullptr) return p;
    const ResidualSurface *surface = table->find(part_key(
        key.number, workload.op, workload.dtype, job_letters(workload.op, workload.flags), workload.threads));
    if (surface == nullptr) return p;
    const ResidualSurface::Value value = surface->at(workload.flops, workload.smallest_dim, workload.aspect);
    const double factor = std::exp(static_cast<double>(value.log_ratio));
    p.setup_seconds *= factor;
    p.transfer_seconds *= factor;
    p.compute_seconds *= factor;
    p.sigma = static_cast<double>(value.sigma);
    p.model = "profile";
    return p;
}

Prediction LearnedModel::predict_steadily(const ModelKey &key, const Workload &workload,
                                          const lai_cost &own) const noexcept {
    return steady(key, workload, own);
}

Prediction LearnedModel::predict(const ModelKey &key, const Workload &workload,
                                 const lai_cost &own) const noexcept {
    Prediction p = steady(key, workload, own);
    if (!learning_.load(std::memory_order_relaxed)) return p;
    const OnlineResiduals::Correction correction = online_.find(key, workload);
    if (correction.samples == 0) return p;
    const double factor = std::exp(static_cast<double>(correction.log_ratio));
    p.setup_seconds *= factor;
    p.transfer_seconds *= factor;
    p.compute_seconds *= factor;
    p.sigma = std::min(p.sigma, learned_sigma);
    p.model = "online";
    return p;
}

void LearnedModel::observe(const ModelKey &key, const Workload &workload, double predicted,
                           double actual) noexcept {
    if (!learning_.load(std::memory_order_relaxed) || !(predicted > shortest_seconds) ||
        !(actual > shortest_seconds))
        return;
    const double known = static_cast<double>(online_.find(key, workload).log_ratio);
    online_.push(key, workload, std::log(actual / predicted) + known);
}

std::string LearnedModel::profile_path() const {
    const std::lock_guard lock(control_);
    return profile_path_;
}

void LearnedModel::install(const std::string &path, const std::vector<MeasuredPart> &parts) {
    const std::lock_guard lock(control_);
    tables_.push_back(std::make_unique<const Table>(parts));
    profile_path_ = parts.empty() ? std::string() : path;
    table_.store(tables_.back().get(), std::memory_order_release);
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

#include "cost/online_residuals.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

constexpr float step = 0.5f;          // of the way to the samples, by sample
constexpr float longest_step = 0.5f;  // one sample moves a correction by a factor of 1.65 at most
constexpr float farthest = 6.0f;      // exp(6) = 400: what lies beyond is a broken clock
constexpr float noticeable = 0.05f;   // published when it moved by this much
constexpr std::uint32_t trusted = 3;  // samples before a family speaks
constexpr float own_affair = 0.15f;   // residuals of this size are taken for the shapes' own
constexpr std::uint32_t votes_apart = 8;
constexpr std::uint8_t most_tries = 4;

std::uint64_t next_id() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace

// A thread's ring in one OnlineResiduals; the ring outlives the thread until it is drained.
struct RingOwner {
    std::uint64_t id = 0;
    std::shared_ptr<OnlineResiduals::Ring> ring;
    ~RingOwner() {
        if (ring) ring->owned.store(false, std::memory_order_release);
    }
};

OnlineResiduals::OnlineResiduals()
    : id_(next_id()), cells_(std::make_unique<Cell[]>(shape_cells + family_cells)) {}

OnlineResiduals::~OnlineResiduals() = default;

const OnlineResiduals::Cell *OnlineResiduals::look(std::uint64_t key, std::size_t level) const noexcept {
    for (std::size_t probe = 0; probe < most_probes; ++probe) {
        const Cell &cell = cells_[cell_at(key, level, probe)];
        const std::uint64_t found = cell.key.load(std::memory_order_acquire);
        if (found == key) return &cell;
        if (found == 0) return nullptr;
    }
    return nullptr;
}

// The cell of this key, made when it is not there. A new shape may take the place of an old one.
OnlineResiduals::Cell *OnlineResiduals::claim(std::uint64_t key, std::size_t level) noexcept {
    for (std::size_t probe = 0; probe < most_probes; ++probe) {
        Cell &cell = cells_[cell_at(key, level, probe)];
        const std::uint64_t found = cell.key.load(std::memory_order_relaxed);
        if (found != key && found != 0) continue;
        if (found == 0) cell.key.store(key, std::memory_order_release);
        return &cell;
    }
    if (level != 0) return nullptr;  // full: what is known stays
    Cell &cell = cells_[cell_at(key, level, 0)];
    cell.samples.store(0, std::memory_order_relaxed);
    cell.log_ratio.store(0, std::memory_order_relaxed);
    cell.published = 0;
    cell.key.store(key, std::memory_order_release);
    return &cell;
}

std::array<std::uint64_t, 3> OnlineResiduals::cells_of(const ModelKey &key, const Workload &w) noexcept {
    return {variant_key(w.shape_key, key.number), variant_key(w.octave_key, key.number),
            variant_key(w.flags_key, key.number)};
}

OnlineResiduals::Correction OnlineResiduals::find(const ModelKey &key,
                                                  const Workload &workload) const noexcept {
    const std::array<std::uint64_t, 3> keys = cells_of(key, workload);
    for (std::size_t level = 0; level < keys.size(); ++level) {
        const Cell *cell = look(keys[level], level);
        const std::uint32_t samples = cell == nullptr ? 0 : cell->samples.load(std::memory_order_relaxed);
        if (samples < trusted) continue;
        const float ratio = cell->log_ratio.load(std::memory_order_relaxed), square = ratio * ratio;
        return {level == 0 ? ratio : ratio * square / (square + own_affair * own_affair), samples,
                level == 0};
    }
    return {};
}

bool OnlineResiduals::worth_trying(const ModelKey &key, const Workload &workload) noexcept {
    const std::uint64_t octave = variant_key(workload.octave_key, key.number);
    const Cell *cell = look(octave, 1);
    if (cell != nullptr && cell->samples.load(std::memory_order_relaxed) >= trusted) return false;
    std::atomic<std::uint8_t> &tries = tries_[octave % tries_.size()];
    if (tries.load(std::memory_order_relaxed) >= most_tries) return false;
    tries.fetch_add(1, std::memory_order_relaxed);
    return true;
}

OnlineResiduals::Ring &OnlineResiduals::own_ring() {
    thread_local RingOwner owner;
    if (owner.id != id_) {
        if (owner.ring) owner.ring->owned.store(false, std::memory_order_release);
        owner.ring = std::make_shared<Ring>();
        owner.id = id_;
        const std::lock_guard lock(rings_mutex_);
        rings_.push_back(owner.ring);
    }
    return *owner.ring;
}

void OnlineResiduals::push(const ModelKey &key, const Workload &workload, double log_ratio) noexcept {
    if (!std::isfinite(log_ratio)) return;
    try {
        Ring &ring = own_ring();  // allocates at a thread's first call only
        const std::uint32_t written = ring.written.load(std::memory_order_relaxed);
        if (written - ring.read.load(std::memory_order_acquire) >= ring_size) return;
        ring.samples[written % ring_size] = {cells_of(key, workload),
                                             std::clamp(static_cast<float>(log_ratio), -farthest, farthest)};
        ring.written.store(written + 1, std::memory_order_release);
    } catch (const std::bad_alloc &) {
        // Learning is a convenience; a thread without memory for its ring goes on without it.
    }
}

bool OnlineResiduals::learn(std::uint64_t key, std::size_t level, float log_ratio, bool &moved) {
    Cell *cell = claim(key, level);
    if (cell == nullptr) return true;
    const std::uint32_t count = cell->samples.load(std::memory_order_relaxed);
    const bool vote = count % votes_apart == 0;
    cell->last[count % cell->last.size()] = log_ratio;
    cell->latest.store(log_ratio, std::memory_order_relaxed);
    cell->samples.store(std::min(count + 1, 0xffffff00u), std::memory_order_relaxed);
    std::array<float, 11> sorted = cell->last;
    const std::size_t known = std::min<std::size_t>(count + 1, sorted.size());
    if (known < trusted) return vote;
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(known));
    const float word = sorted[(known - 1) / 3];
    const float current = cell->log_ratio.load(std::memory_order_relaxed);
    // The first word is taken whole; later ones by steps.
    const float move = count + 1 == trusted
                           ? word - current
                           : std::clamp(step * (word - current), -longest_step, longest_step);
    cell->log_ratio.store(current + move, std::memory_order_relaxed);
    if (std::fabs(current + move - cell->published) > noticeable) {
        cell->published = current + move;
        moved = true;
    }
    return vote;
}

OnlineResiduals::Latest OnlineResiduals::latest(const ModelKey &key,
                                                const Workload &workload) const noexcept {
    const Cell *cell = look(cells_of(key, workload)[0], 0);
    if (cell == nullptr) return {};
    return {cell->latest.load(std::memory_order_relaxed), cell->samples.load(std::memory_order_relaxed)};
}

bool OnlineResiduals::drain() {
    const std::lock_guard alone(drain_mutex_);
    std::vector<std::shared_ptr<Ring>> rings;
    {
        const std::lock_guard lock(rings_mutex_);
        std::erase_if(rings_, [](const std::shared_ptr<Ring> &ring) {
            return !ring->owned.load(std::memory_order_acquire) &&
                   ring->read.load(std::memory_order_relaxed) ==
                       ring->written.load(std::memory_order_acquire);
        });
        rings = rings_;
    }
    bool moved = false;
    for (const auto &ring : rings) {
        const std::uint32_t written = ring->written.load(std::memory_order_acquire);
        for (std::uint32_t i = ring->read.load(std::memory_order_relaxed); i != written; ++i) {
            const Sample sample = ring->samples[i % ring_size];
            for (std::size_t level = 0; level < sample.cells.size(); ++level)
                if (!learn(sample.cells[level], level, sample.log_ratio, moved)) break;
        }
        ring->read.store(written, std::memory_order_release);
    }
    return moved;
}

void OnlineResiduals::forget() {
    const std::lock_guard alone(drain_mutex_);
    const std::lock_guard lock(rings_mutex_);
    for (const auto &ring : rings_)
        ring->read.store(ring->written.load(std::memory_order_acquire), std::memory_order_release);
    for (std::size_t i = 0; i < shape_cells + family_cells; ++i) {
        cells_[i].samples.store(0, std::memory_order_relaxed);
        cells_[i].log_ratio.store(0, std::memory_order_relaxed);
        cells_[i].published = 0;
    }
    for (auto &tries : tries_) tries.store(0, std::memory_order_relaxed);
}

}  // namespace lapack_ai::core

#include "cost/online_residuals.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

constexpr float step = 0.5f;          // of the way to the median, by sample
constexpr float longest_step = 0.5f;  // one sample moves a correction by a factor of 1.65 at most
constexpr float farthest = 6.0f;      // exp(6) = 400: what lies beyond is a broken clock
constexpr float noticeable = 0.05f;   // published when it moved by this much
constexpr std::uint32_t trusted = 3;  // samples before an octave speaks for itself

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

std::uint64_t coarse_key(const ModelKey &key, const Workload &w) noexcept {
    std::uint64_t hash = mix(0xcbf29ce484222325u, key.number);
    hash = mix(hash, std::uint64_t{w.op} << 32 | w.dtype);
    hash = mix(hash, w.flags);
    return mix(hash, static_cast<std::uint32_t>(w.threads)) | 1;  // 0 is an empty cell
}

// An octave of a dimension is three of the work: bins of a factor of 4 in flops, of 4 in the smallest dim.
std::uint64_t fine_key(std::uint64_t coarse, const Workload &w) noexcept {
    const auto bin = [](double x) { return x > 1 ? static_cast<std::uint64_t>(std::ilogb(x)) / 2 : 0; };
    return mix(mix(coarse, bin(w.flops) + 1), bin(w.smallest_dim)) | 1;
}

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

OnlineResiduals::OnlineResiduals() : id_(next_id()), cells_(std::make_unique<Cell[]>(cell_count)) {}

OnlineResiduals::~OnlineResiduals() = default;

const OnlineResiduals::Cell *OnlineResiduals::look(std::uint64_t key) const noexcept {
    for (std::size_t i = key % cell_count, probes = 0; probes < 16; i = (i + 1) % cell_count, ++probes) {
        const std::uint64_t found = cells_[i].key.load(std::memory_order_acquire);
        if (found == key) return &cells_[i];
        if (found == 0) return nullptr;
    }
    return nullptr;
}

OnlineResiduals::Correction OnlineResiduals::find(const ModelKey &key,
                                                  const Workload &workload) const noexcept {
    const std::uint64_t coarse = coarse_key(key, workload);
    for (const std::uint64_t one : {fine_key(coarse, workload), coarse}) {
        const Cell *cell = look(one);
        if (cell == nullptr) continue;
        const std::uint32_t samples = cell->samples.load(std::memory_order_relaxed);
        if (samples >= trusted) return {cell->log_ratio.load(std::memory_order_relaxed), samples};
    }
    return {};
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
        const std::uint64_t coarse = coarse_key(key, workload);
        ring.samples[written % ring_size] = {fine_key(coarse, workload), coarse,
                                             std::clamp(static_cast<float>(log_ratio), -farthest, farthest)};
        ring.written.store(written + 1, std::memory_order_release);
    } catch (const std::bad_alloc &) {
        // Learning is a convenience; a thread without memory for its ring goes on without it.
    }
}

bool OnlineResiduals::learn(std::uint64_t key, float log_ratio) {
    Cell *cell = nullptr;
    for (std::size_t i = key % cell_count, probes = 0; probes < 16; i = (i + 1) % cell_count, ++probes) {
        const std::uint64_t found = cells_[i].key.load(std::memory_order_relaxed);
        if (found != key && found != 0) continue;
        cell = &cells_[i];
        if (found == 0) cell->key.store(key, std::memory_order_release);
        break;
    }
    if (cell == nullptr) return false;  // the table is full here: what is known stays
    const std::uint32_t count = cell->samples.load(std::memory_order_relaxed);
    cell->last[count % cell->last.size()] = log_ratio;
    cell->samples.store(std::min(count + 1, 0xffffff00u), std::memory_order_relaxed);
    std::array<float, 5> sorted = cell->last;
    const std::size_t known = std::min<std::size_t>(count + 1, sorted.size());
    if (known < trusted) return false;
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(known));
    const float median = sorted[known / 2];
    const float current = cell->log_ratio.load(std::memory_order_relaxed);
    // The first word is taken whole; later ones by steps.
    const float move = count + 1 == trusted
                           ? median - current
                           : std::clamp(step * (median - current), -longest_step, longest_step);
    cell->log_ratio.store(current + move, std::memory_order_relaxed);
    if (std::fabs(current + move - cell->published) <= noticeable) return false;
    cell->published = current + move;
    return true;
}

bool OnlineResiduals::drain() {
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
            moved |= learn(sample.fine, sample.log_ratio);
            moved |= learn(sample.coarse, sample.log_ratio);
        }
        ring->read.store(written, std::memory_order_release);
    }
    return moved;
}

}  // namespace lapack_ai::core

// What the calls of this process teach about the models: a decayed log-residual per variant for each of three
// families of calls: this very shape, its factor of 4 in work and smallest dim, the op with these flags.
//
// What a shape itself showed is believed whole. What its relatives showed is believed as far as it is large:
// a slowdown of three times is the backend's, some percent are those shapes' own.
//
// Callers push samples into a ring of their thread, which costs a few stores; somebody else, a background
// thread or a test, drains the rings. A cell moves toward the lower third of its last eleven samples: what
// disturbs a measurement makes it longer, so one call in twenty that takes 100 times as long moves nothing,
// while a slowdown that lasts is believed within twenty calls. A shape has a vote in its family for one of
// eight of its samples, and so has that family in its op: a loop over one shape does not speak for the
// others. Cells are read by ranking without any lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "cost/cost_model.hpp"

namespace lapack_ai::core {

class OnlineResiduals {
  public:
    struct Correction {
        float log_ratio = 0;  // add to log(predicted)
        std::uint32_t samples = 0;
        bool own = false;  // of this very shape
    };

    OnlineResiduals();
    ~OnlineResiduals();
    OnlineResiduals(const OnlineResiduals &) = delete;
    OnlineResiduals &operator=(const OnlineResiduals &) = delete;

    // What is known about such a call: of the nearest family with enough samples. [any]
    Correction find(const ModelKey &key, const Workload &workload) const noexcept;
    // The last sample of this very shape, relative to the model without corrections. [any]
    struct Latest {
        float log_ratio = 0;
        std::uint32_t samples = 0;
    };
    Latest latest(const ModelKey &key, const Workload &workload) const noexcept;
    // `log_ratio` is log(actual / model without these corrections). A full ring drops the sample. [any]
    void push(const ModelKey &key, const Workload &workload, double log_ratio) noexcept;
    // Takes in all samples pushed so far. True if a correction moved by more than a ranking can tolerate, so
    // that cached decisions are stale. [any]
    bool drain();
    // Forgets everything: what the samples were relative to has changed. [any]
    void forget();
    // True for the first few calls of an octave on a variant that nothing is known about there. [any]
    bool worth_trying(const ModelKey &key, const Workload &workload) noexcept;

  private:
    struct Sample {
        std::array<std::uint64_t, 3> cells;  // keys
        float log_ratio;
    };
    static constexpr std::uint32_t ring_size = 256;
    struct Ring {
        std::array<Sample, ring_size> samples;
        alignas(64) std::atomic<std::uint32_t> written{0};
        alignas(64) std::atomic<std::uint32_t> read{0};
        std::atomic<bool> owned{true};
    };
    struct Cell {
        std::atomic<std::uint64_t> key{0};
        std::atomic<float> log_ratio{0};
        std::atomic<float> latest{0};
        std::atomic<std::uint32_t> samples{0};
        // Only the drain looks at these.
        std::array<float, 11> last{};
        float published = 0;
    };
    // Shapes have their own cells, so that many of them cannot crowd out what is known of families.
    static constexpr std::size_t shape_cells = 4096, family_cells = 2048;
    static constexpr std::size_t most_probes = 16;

    friend struct RingOwner;
    Ring &own_ring();
    // Level 0: the shape, 1 and 2: its families.
    const Cell *look(std::uint64_t key, std::size_t level) const noexcept;
    static std::size_t cell_at(std::uint64_t key, std::size_t level, std::size_t probe) noexcept {
        return level == 0 ? (key + probe) % shape_cells : shape_cells + (key + probe) % family_cells;
    }
    Cell *claim(std::uint64_t key, std::size_t level) noexcept;
    // `moved` is set when the correction moved noticeably. True when this sample counts for the next larger
    // family too.
    bool learn(std::uint64_t key, std::size_t level, float log_ratio, bool &moved);
    static std::array<std::uint64_t, 3> cells_of(const ModelKey &key, const Workload &workload) noexcept;

    const std::uint64_t id_;
    std::unique_ptr<Cell[]> cells_;
    std::mutex drain_mutex_;
    std::array<std::atomic<std::uint8_t>, 4096> tries_{};
    std::mutex rings_mutex_;
    std::vector<std::shared_ptr<Ring>> rings_;
};

}  // namespace lapack_ai::core

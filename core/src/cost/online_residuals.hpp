// What the calls of this process teach about the models: a decayed log-residual per variant, op and octave of
// work.
//
// Callers push samples into a ring of their thread, which costs a few stores; somebody else, a background
// thread or a test, drains the rings. A cell moves toward the median of its last five samples, so that an
// outlier, even of 100 times, moves nothing, while a slowdown that lasts is believed after three calls. Cells
// are read by ranking without any lock.
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
    };

    OnlineResiduals();
    ~OnlineResiduals();
    OnlineResiduals(const OnlineResiduals &) = delete;
    OnlineResiduals &operator=(const OnlineResiduals &) = delete;

    // What is known about such a call: of its own octave, else of the variant's op as a whole. [any]
    Correction find(const ModelKey &key, const Workload &workload) const noexcept;
    // `log_ratio` is log(actual / model without these corrections). A full ring drops the sample. [any]
    void push(const ModelKey &key, const Workload &workload, double log_ratio) noexcept;
    // Takes in all samples pushed so far. True if a correction moved by more than a ranking can tolerate, so
    // that cached decisions are stale. One thread at a time.
    bool drain();

  private:
    struct Sample {
        std::uint64_t fine, coarse;  // cell keys
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
        std::atomic<std::uint32_t> samples{0};
        // Only the drain looks at these.
        std::array<float, 5> last{};
        float published = 0;
    };
    static constexpr std::size_t cell_count = 8192;

    friend struct RingOwner;
    Ring &own_ring();
    const Cell *look(std::uint64_t key) const noexcept;
    bool learn(std::uint64_t key, float log_ratio);

    const std::uint64_t id_;
    std::unique_ptr<Cell[]> cells_;
    std::mutex rings_mutex_;
    std::vector<std::shared_ptr<Ring>> rings_;
};

}  // namespace lapack_ai::core

// A host that offers lai_metrics over events a test puts in: what core does, without core.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lapack_ai/abi/observer.h"

namespace lapack_ai::test {

class FakeMetrics {
  public:
    FakeMetrics();
    FakeMetrics(const FakeMetrics &) = delete;
    FakeMetrics &operator=(const FakeMetrics &) = delete;

    const lai_host *host() const noexcept { return &host_.table; }
    const lai_metrics &metrics() const noexcept { return metrics_; }
    static std::uint64_t now_ns() noexcept;

    // A call that ended just now. Any thread.
    void call(std::uint32_t op, std::uint32_t variant, std::int64_t n, double seconds,
              std::uint32_t thread = 1);
    // Forgets events up to `sequence`, as a full ring does.
    void forget(std::uint64_t sequence);

    std::string options = "{}";
    std::map<std::string, std::string> settings;  // path -> JSON text
    std::map<std::string, std::string>
        documents;  // beside snapshot and decisions, which are made from the events

  private:
    struct Table {
        lai_host table{};
        FakeMetrics *self = nullptr;
    };
    static FakeMetrics &of(const lai_host *host);
    std::string document(const std::string &name);

    Table host_;
    lai_metrics metrics_{};
    std::mutex mutex_;
    std::vector<lai_event> events_;
    std::uint64_t sequence_ = 0;
};

}  // namespace lapack_ai::test

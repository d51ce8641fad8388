// The kit's lai_host: small, deterministic, and able to fail on purpose. Every service counts its calls, so
// that a check can let the n-th one fail.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lapack_ai/abi/plugin.h"

namespace lapack_ai::conformance {

// Services that can be told to fail.
enum class Service { arena_alloc, parallel_for, predict, invoke, metric, register_op, intern_space, count };
const char *to_string(Service service);

class KitHost {
  public:
    KitHost();
    KitHost(const KitHost &) = delete;
    KitHost &operator=(const KitHost &) = delete;

    // Readable bytes behind the table, for a host that says it is longer.
    static constexpr std::uint32_t beyond = 64;
    lai_host &table() noexcept { return link_->table; }
    const lai_host *raw() const noexcept { return &link_->table; }

    std::string options = "{}";

    // Lets the n-th call (from 0) of a service fail, counted from now; every later one too when
    // `from_then_on`.
    void fail(Service service, std::int64_t nth, bool from_then_on = false) noexcept;
    // What nested dispatch answers when it is told to fail.
    lai_status nested_failure = LAI_DECLINED;
    void mend() noexcept;
    std::int64_t calls(Service service) const noexcept { return calls_[index(service)].load(); }

    // 0: the real monotonic clock; else what now_ns answers.
    std::atomic<std::uint64_t> fake_now_ns{0};
    // Set while query runs: services a pure function must not use are noted.
    std::atomic<bool> querying{false};
    std::string forbidden_in_query() const;

    // Forgets all arena memory. Answers whether something was written behind a piece of it.
    bool arena_reset();
    std::vector<const lai_op_schema *> registered_ops() const;
    std::vector<std::string> log() const;

  private:
    struct Link {
        lai_host table{};  // first, so that the plugin's pointer leads here
        std::byte later[beyond] = {};
        KitHost *owner = nullptr;
    };
    static KitHost &of(const lai_host *host) noexcept;
    static std::size_t index(Service service) noexcept { return static_cast<std::size_t>(service); }
    bool fails(Service service) noexcept;
    void forbid(const char *service);

    void *allocate(std::size_t bytes, std::size_t align);

    static constexpr std::size_t service_count = static_cast<std::size_t>(Service::count);
    std::unique_ptr<Link> link_;
    std::atomic<std::int64_t> calls_[service_count] = {};
    std::atomic<std::int64_t> fail_at_[service_count] = {};
    std::atomic<bool> fail_on_[service_count] = {};
    mutable std::mutex mutex_;
    struct Piece {
        std::unique_ptr<std::byte[]> memory;
        std::size_t used, total;
    };
    std::vector<Piece> arena_;
    std::vector<std::string> log_;
    std::vector<const lai_op_schema *> ops_;
    std::vector<std::string> spaces_;
    std::string forbidden_;
    std::map<std::string, std::uint32_t> metrics_;
};

}  // namespace lapack_ai::conformance

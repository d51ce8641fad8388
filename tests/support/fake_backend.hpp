// Backends made by hand, inside the test program: their predictions, limits and behaviour are what the test
// says, so that every way a call can go is a few lines.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lapack_ai/abi/ops.h"
#include "runtime/runtime.hpp"

namespace lapack_ai::core::test {

// One variant of gemm (unless `op_id` says otherwise). Set the members before the runtime is made.
struct FakeVariant {
    std::string name;
    std::string op_id = LAI_OP_GEMM;
    std::string device = "cpu";
    std::uint32_t place = LAI_PLACE_CPU;
    std::uint64_t flags = 0;
    std::uint64_t dtypes = LAI_DTYPES_SDCZ;
    lai_accuracy accuracy = LAI_ACCURACY_COMPONENTWISE;
    std::int32_t max_concurrency = 0;
    double seconds = 1e-6;  // what it predicts
    double sigma = 0.1;
    std::uint64_t workspace = 0;
    std::uint64_t device_peak = 0, device_available = 0;
    lai_reason declines = LAI_REASON_NONE;
    std::uint32_t nondeterministic = 0, stays_clean = 0;
    std::vector<lai_dim_range> ranges;
    std::vector<std::uint32_t> spaces;  // memory it reaches besides the host's
    std::function<void(const lai_call *)> on_query;
    // What execute does; null: the right gemm (host, double, no transposes).
    std::function<lai_status(const lai_call *, lai_result *)> behaviour;
    std::atomic<int> executed{0}, queried{0};

    lai_variant table{};
};

// C := alpha A B + beta C in plain loops, the answer every fake gives.
void plain_gemm(const lai_call *call);

struct FakePlugin {
    explicit FakePlugin(std::string plugin_id) : id(std::move(plugin_id)) {}

    std::string id;
    std::vector<std::unique_ptr<FakeVariant>> variants;
    const lai_enhancer *enhancer = nullptr;
    const lai_memory *memory = nullptr;
    const lai_observer *observer = nullptr;
    std::string init_failure;        // not empty: init answers LAI_DECLINED with it
    std::string unavailable;         // lai_backend::unavailable
    std::string needs_device;        // of its manifest
    const lai_host *host = nullptr;  // what init was given
    std::atomic<int> inits{0}, shutdowns{0}, forks{0};

    // Adds a variant predicted to take `seconds`.
    FakeVariant &add(double seconds, const std::string &name = "");

    lai_backend backend{};
    std::vector<const lai_variant *> tables;
};

// A runtime over such plugins with a clock that stands still until it is moved.
class FakeWorld {
  public:
    // At most eight plugins in one program at a time.
    FakePlugin &add_plugin(const std::string &id);
    // The settings every context gets.
    Settings settings;
    std::atomic<std::uint64_t> now{1'000'000'000};
    std::shared_ptr<CostModel> cost_model;
    Recorder *recorder = nullptr;

    // Made on first use; plugins and cost model are fixed from then on. Changed settings come with reload().
    Runtime &runtime();
    Context &context();
    Dispatcher &dispatcher() { return context().dispatcher(); }

    FakeWorld() = default;
    ~FakeWorld();
    FakeWorld(const FakeWorld &) = delete;

  private:
    std::vector<std::unique_ptr<FakePlugin>> plugins_;
    std::vector<std::size_t> slots_;
    std::unique_ptr<Runtime> runtime_;
    std::shared_ptr<Context> context_;
};

// A gemm call on matrices of its own with C = A B to be expected.
struct GemmCall {
    explicit GemmCall(std::int64_t n, double beta = 0);
    // Largest difference of C from alpha A B + beta C0, computed anew.
    double error() const;
    void reset();  // C to what it was

    std::int64_t n;
    std::vector<double> a, b, c, c0;
    std::vector<std::int64_t> dims;
    std::vector<std::uint8_t> letters;
    std::vector<lai_scalar> scalars;
    std::vector<lai_operand> operands;
    lai_call call{};
};

}  // namespace lapack_ai::core::test

// The conventional gemm that the benchmark compares with and builds on: the very copy of OpenBLAS inside the
// cpu_lapack plugin, reached through its test extension.

#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lapack_ai/abi/plugin.h"
#include "multiply.hpp"

namespace lapack_ai::bench {

class NativeGemm {
  public:
    /// Loads the plugin file. Throws std::runtime_error with the reason.
    explicit NativeGemm(const std::string &plugin);
    /// C = alpha op(A) op(B) + beta C on the calling thread's budget; letter is s, d, c or z.
    void operator()(char letter, const alpha_gemm::Gemm &gemm) const;
    void set_threads(int threads) const { native_->set_threads(threads); }

  private:
    const lai_bench_native *native_ = nullptr;
    void *routines_[4] = {};
};

/// The engine's services: native products, and threads that wait for work between loops as core's do.
class NativeServices : public alpha_gemm::Services {
  public:
    NativeServices(const NativeGemm &native, char letter, int threads);
    ~NativeServices() override;

    bool multiply(const alpha_gemm::Gemm &product, bool one_thread) override;
    void parallel_for(std::int64_t count, void (*task)(void *, std::int64_t, std::int32_t),
                      void *context) override;

  private:
    void work(std::int32_t worker);
    void serve(std::int32_t worker);

    const NativeGemm &native_;
    char letter_;
    int threads_;
    std::mutex mutex_;
    std::condition_variable wake_, done_;
    std::uint64_t round_ = 0;
    int running_ = 0;
    bool stop_ = false;
    std::int64_t count_ = 0, next_ = 0;
    void (*task_)(void *, std::int64_t, std::int32_t) = nullptr;
    void *context_ = nullptr;
    std::vector<std::thread> helpers_;
};

}  // namespace lapack_ai::bench

// The engine's Services by the host: nested dispatch for products, the host's threads for loops.

#pragma once

#include <atomic>

#include "lapack_ai/sdk/host.hpp"
#include "multiply.hpp"

namespace lapack_ai::alpha_gemm {

class HostServices : public Services {
  public:
    HostServices(const sdk::Host &host, const sdk::Call &call) : host_(host), call_(call) {}

    bool multiply(const Gemm &product, bool one_thread) override;
    void parallel_for(std::int64_t count, void (*task)(void *, std::int64_t, std::int32_t),
                      void *context) override;

    /// The first status of a nested call that was not LAI_OK.
    lai_status failure() const { return failure_.load(); }

  private:
    const sdk::Host &host_;
    const sdk::Call &call_;
    std::atomic<lai_status> failure_{LAI_OK};
};

}  // namespace lapack_ai::alpha_gemm

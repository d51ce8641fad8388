// From Work to seconds. Each class of algorithm runs at a fraction of this machine's matrix-product rate that
// grows with the size of the problem; the rate itself is measured once, when the plugin starts, in about a
// millisecond. These are priors: the host's calibration and online residuals refine them.
#pragma once

#include "lapack_ai/sdk/cost.hpp"
#include "lapack_ai/sdk/dtype.hpp"
#include "work.hpp"

namespace lapack_ai::cpu {

class Speed {
  public:
    // Times a product of the library that is linked. [control]
    Speed();
    // For tests: a given rate of real double-precision operations per second on one thread.
    explicit Speed(double flops_per_second) : flops_per_second_(flops_per_second) {}

    // Seconds of one item on `threads` threads. [pure]
    double seconds(const Work &work, lai_dtype dtype, int threads) const noexcept;
    double flops_per_second() const noexcept { return flops_per_second_; }

  private:
    double flops_per_second_;
};

}  // namespace lapack_ai::cpu

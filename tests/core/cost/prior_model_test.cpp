// The prior: the variant's own word where it is usable, a cautious guess where not, never nonsense.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cost/prior_model.hpp"

namespace lapack_ai::core {
namespace {

const ModelKey cpu{1, LAI_PLACE_CPU, "cpu", "", "cpu"};
const ModelKey gpu{2, LAI_PLACE_OPENCL, "gpu", "", "opencl:0"};

Workload million_flops() {
    Workload w;
    w.flops = 1e6;
    w.bytes = 1e5;
    return w;
}

TEST(PriorModel, TakesTheVariantsOwnPrediction) {
    lai_cost own{};
    own.setup_seconds = 1e-4;
    own.transfer_seconds = 2e-4;
    own.compute_seconds = 3e-4;
    own.sigma = 0.2;
    const Prediction p = PriorModel().predict(gpu, million_flops(), own);
    EXPECT_DOUBLE_EQ(p.seconds(), 6e-4);
    EXPECT_DOUBLE_EQ(p.sigma, 0.2);
    EXPECT_STREQ(p.model, "plugin's own");
}

TEST(PriorModel, NeverAnswersNonsense) {
    const double odd[] = {std::numeric_limits<double>::quiet_NaN(),
                          std::numeric_limits<double>::infinity(),
                          -std::numeric_limits<double>::infinity(),
                          -1.0,
                          0.0,
                          1e300};
    for (const double setup : odd) {
        for (const double compute : odd) {
            for (const double flops : odd) {
                lai_cost own{};
                own.setup_seconds = setup;
                own.compute_seconds = compute;
                own.sigma = setup;
                Workload w;
                w.flops = w.bytes = flops;
                const Prediction p = PriorModel().predict(cpu, w, own);
                EXPECT_TRUE(std::isfinite(p.seconds()) && p.seconds() > 0)
                    << setup << ' ' << compute << ' ' << flops;
                EXPECT_TRUE(std::isfinite(p.sigma) && p.sigma > 0);
            }
        }
    }
}

TEST(PriorModel, SilentVariantGetsACautiousGuessThatGrowsWithTheWork) {
    const PriorModel model;
    Workload more = million_flops();
    more.flops *= 1000;
    const Prediction small = model.predict(cpu, million_flops(), lai_cost{});
    const Prediction large = model.predict(cpu, more, lai_cost{});
    EXPECT_GT(large.seconds(), 100 * small.seconds());
    EXPECT_GE(small.sigma, 1.0);
    EXPECT_GT(model.predict(gpu, million_flops(), lai_cost{}).setup_seconds, small.setup_seconds);
}

}  // namespace
}  // namespace lapack_ai::core

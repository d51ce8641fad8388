#include "progress.hpp"

#include <gtest/gtest.h>

namespace lapack_ai::cli {
namespace {

TEST(Progress, BarFollowsThePrediction) {
    EXPECT_EQ(progress_bar(0, 10), "[--------------------] 0 % of about 10 s");
    EXPECT_EQ(progress_bar(5, 10), "[##########----------] 50 % of about 10 s");
    EXPECT_EQ(progress_bar(99, 10), "[###################-] 99 % of about 10 s");
}

}  // namespace
}  // namespace lapack_ai::cli

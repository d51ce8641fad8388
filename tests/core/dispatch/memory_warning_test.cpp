// A variant that would have won but for memory is named once, with the bytes it needs and those there are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MemoryWarning : public testing::Test {
  protected:
    MemoryWarning() {
        gpu_ = &world_.add_plugin("gpu").add(1e-6);
        gpu_->place = LAI_PLACE_OPENCL;
        gpu_->device = "opencl:0";
        gpu_->device_available = 1000;
        gpu_->device_peak = 900;
        cpu_ = &world_.add_plugin("cpu").add(1e-3);
        set_log_sink(
            [](void *lines, std::uint32_t level, const char *text) {
                if (level == LAI_LOG_WARNING)
                    static_cast<std::vector<std::string> *>(lines)->emplace_back(text);
            },
            &lines_);
    }
    ~MemoryWarning() override { set_log_sink(nullptr, nullptr); }
    const char *run(std::int64_t n) {
        GemmCall gemm(n);
        return world_.dispatcher().run(gemm.call, {}).backend;
    }

    std::vector<std::string> lines_;
    FakeWorld world_;
    FakeVariant *gpu_, *cpu_;
};

TEST_F(MemoryWarning, SaysWhatIsNeededAndWhatThereIsOnce) {
    for (const std::int64_t n : {4, 5, 6, 4}) EXPECT_STREQ(run(n), "cpu");
    ASSERT_EQ(lines_.size(), 1u);
    EXPECT_THAT(lines_[0], AllOf(HasSubstr("dgemm (m=4, n=4, k=4)"), HasSubstr("gpu"), HasSubstr("900 bytes"),
                                 HasSubstr("800 bytes"), HasSubstr("gpu.memory_limit_percent"),
                                 HasSubstr("1 us instead of 1 ms on cpu")));
}

TEST_F(MemoryWarning, NothingIsSaidOfOneThatWouldHaveLost) {
    cpu_->seconds = 1e-7;
    EXPECT_STREQ(run(4), "cpu");
    EXPECT_TRUE(lines_.empty());
}

TEST_F(MemoryWarning, NothingIsSaidWhenItFits) {
    gpu_->device_peak = 800;
    EXPECT_STREQ(run(4), "gpu");
    EXPECT_TRUE(lines_.empty());
}

TEST_F(MemoryWarning, ExplainTellsWhatItWouldHaveTaken) {
    GemmCall gemm(4);
    const Ranking ranking = world_.dispatcher().explain(gemm.call, {});
    const Candidate &gpu = ranking.candidates.at(1);
    EXPECT_EQ(gpu.reason, LAI_REASON_DEVICE_MEMORY);
    EXPECT_DOUBLE_EQ(gpu.predicted_seconds, 1e-6);
    EXPECT_TRUE(lines_.empty()) << "explaining warns of nothing";
}

TEST_F(MemoryWarning, WorkspaceBeyondTheMachineCountsToo) {
    gpu_->device_peak = 0;
    gpu_->workspace = std::uint64_t{1} << 60;
    EXPECT_STREQ(run(4), "cpu");
    ASSERT_EQ(lines_.size(), 1u);
    EXPECT_THAT(lines_[0], AllOf(HasSubstr("1152921504606846976 bytes"), HasSubstr("of the host")));
}

}  // namespace
}  // namespace lapack_ai::core::test

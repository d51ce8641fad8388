// The log: silent without a sink, levels, use from many threads.
#include "base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class LogTest : public testing::Test {
  protected:
    LogTest() {
        set_log_sink(
            [](void *self, std::uint32_t level, const char *text) {
                static_cast<LogTest *>(self)->lines.push_back(std::string(log_level_name(level)) + ": " +
                                                              text);
            },
            this);
    }
    ~LogTest() override {
        set_log_sink(nullptr, nullptr);
        set_log_level(LAI_LOG_INFO);
    }
    std::vector<std::string> lines;
};

TEST_F(LogTest, PassesOnWhatIsSevereEnough) {
    log(LAI_LOG_DEBUG, "too fine");
    log(LAI_LOG_INFO, "one");
    set_log_level(LAI_LOG_ERROR);
    log(LAI_LOG_WARNING, "not now");
    log(LAI_LOG_ERROR, "two");
    set_log_level(LAI_LOG_OFF);
    log(LAI_LOG_ERROR, "never");
    EXPECT_THAT(lines, ElementsAre("info: one", "error: two"));
}

TEST_F(LogTest, SilentWithoutASink) {
    set_log_sink(nullptr, nullptr);
    EXPECT_FALSE(log_enabled(LAI_LOG_ERROR));
    log(LAI_LOG_ERROR, "nobody hears");
    EXPECT_THAT(lines, SizeIs(0));
}

TEST_F(LogTest, StandardErrorOnlyWhenAskedForAndWithoutASink) {
    set_log_to_standard_error(true);
    testing::internal::CaptureStderr();
    log(LAI_LOG_INFO, "to the sink");
    set_log_sink(nullptr, nullptr);
    log(LAI_LOG_WARNING, "to the screen");
    log(LAI_LOG_DEBUG, "too fine");
    set_log_to_standard_error(false);
    log(LAI_LOG_ERROR, "nobody hears");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "lapack_ai: warning: to the screen\n");
    EXPECT_THAT(lines, ElementsAre("info: to the sink"));
}

TEST_F(LogTest, LinesOfManyThreadsStayWhole) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([] {
            for (int j = 0; j < 100; ++j) log(LAI_LOG_INFO, "line");
        });
    }
    for (std::thread &thread : threads) thread.join();
    EXPECT_THAT(lines, SizeIs(800));
}

}  // namespace
}  // namespace lapack_ai::core

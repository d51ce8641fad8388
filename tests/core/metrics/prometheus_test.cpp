// The exposition: every family once, no series twice, cumulative buckets that end in +Inf, labels escaped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "metrics/metrics_recorder.hpp"
#include "metrics/snapshot.hpp"

namespace lapack_ai::core {
namespace {

TEST(Prometheus, FamiliesAndSeriesAreUnique) {
    MetricsRecorder metrics;
    const std::uint32_t a = metrics.variant("cpu", "first", "cpu"),
                        b = metrics.variant("cpu", "second", "cpu");
    lai_event event{};
    event.size = sizeof event;
    event.op = 1;
    event.dtype = LAI_DTYPE_F64;
    for (int i = 0; i < 30; ++i) {
        event.variant = i % 2 ? a : b;
        event.actual_seconds = std::ldexp(1e-8, i);
        metrics.call(event);
    }
    metrics.metric("cpu", 0, "hits", "how\noften");
    metrics.metric("gpu", 0, "hits", "");
    metrics.metric("gpu", 1, "odd name\"", "");
    std::set<std::string> types, series;
    std::map<std::string, double> last_bucket;
    std::istringstream lines(prometheus_document(metrics, ""));
    double infinite = -1, count = -2;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE")) {
            EXPECT_TRUE(types.insert(line).second) << line;
        }
        if (line.starts_with("#")) continue;
        const std::size_t space = line.rfind(' ');
        const std::string name = line.substr(0, space);
        const double value = std::stod(line.substr(space + 1));
        EXPECT_TRUE(series.insert(name).second) << name;
        if (name.starts_with("lapack_ai_call_seconds_bucket")) {
            EXPECT_GE(value, last_bucket["gemm"]) << line;
            last_bucket["gemm"] = value;
            if (name.find("+Inf") != std::string::npos) infinite = value;
        }
        if (name.starts_with("lapack_ai_call_seconds_count")) count = value;
    }
    EXPECT_EQ(infinite, 30);
    EXPECT_EQ(count, 30);
    EXPECT_TRUE(series.contains("lapack_ai_calls_total{op=\"gemm\",dtype=\"d\",backend=\"cpu\"}"));
    EXPECT_TRUE(series.contains("lapack_ai_plugin_hits_total{plugin=\"gpu\"}"));
    EXPECT_TRUE(series.contains("lapack_ai_plugin_odd_name_{plugin=\"gpu\"}"));
}

TEST(Prometheus, LabelsAreEscaped) {
    EXPECT_EQ(prometheus_label("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
}

}  // namespace
}  // namespace lapack_ai::core

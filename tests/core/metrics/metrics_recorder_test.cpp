// Counting is exact under threads and drops; sequences show every hole; rare events are never lost.
#include "metrics/metrics_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <numeric>
#include <thread>

#include "metrics/process_recorder.hpp"
#include "metrics/thread_ring.hpp"

namespace lapack_ai::core {
namespace {

lai_event call_of(std::uint32_t op, std::uint32_t variant, double seconds) {
    lai_event event{};
    event.size = sizeof event;
    event.op = op;
    event.variant = variant;
    event.dtype = LAI_DTYPE_F64;
    event.actual_seconds = seconds;
    event.flops = 100;
    return event;
}

TEST(MetricsRecorder, CountsCallsPerOpTypeAndVariant) {
    MetricsRecorder metrics;
    const std::uint32_t a = metrics.variant("cpu", "x", "cpu"), b = metrics.variant("gpu", "", "opencl:0");
    EXPECT_NE(a, b);
    EXPECT_EQ(metrics.variant("cpu", "x", "cpu"), a);
    for (int i = 0; i < 10; ++i) metrics.call(call_of(1, a, 1e-3));
    for (int i = 0; i < 5; ++i) metrics.call(call_of(1, b, 2e-3));
    const MetricsSums sums = metrics.sums();
    EXPECT_EQ(sums.calls, 15u);
    const SeriesSums &first = sums.series.at({1, a, LAI_DTYPE_F64});
    EXPECT_EQ(first.calls, 10u);
    EXPECT_NEAR(first.seconds, 1e-2, 1e-12);
    EXPECT_EQ(first.flops, 1000);
    EXPECT_NEAR(histogram_quantile(first.counts, 0.5), 1e-3, 0.063e-3);
    EXPECT_EQ(metrics.variant_name(b)->plugin, "gpu");
    EXPECT_EQ(metrics.variant_name(b)->label, "gpu");
    EXPECT_EQ(metrics.variant_name(99), nullptr);
}

TEST(MetricsRecorder, ManySeriesInOneThread) {
    MetricsRecorder metrics;
    for (int round = 0; round < 3; ++round)
        for (std::uint32_t op = 1; op <= 500; ++op) metrics.call(call_of(op, op % 7 + 1, 1e-6));
    const MetricsSums sums = metrics.sums();
    EXPECT_EQ(sums.series.size(), 500u);
    for (const auto &[key, series] : sums.series) EXPECT_EQ(series.calls, 3u) << key.op;
}

TEST(MetricsRecorder, EventsComeInOrderWithoutHoles) {
    MetricsRecorder metrics;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        lai_event event = call_of(1, 1, 1e-6);
        event.end_ns = i;
        metrics.call(event);
    }
    const auto first = metrics.events(0, 60);
    ASSERT_EQ(first.size(), 60u);
    const auto rest = metrics.events(first.back().sequence, 100);
    ASSERT_EQ(rest.size(), 40u);
    for (std::size_t i = 0; i < 40; ++i) {
        EXPECT_EQ(rest[i].sequence, 61 + i);
        EXPECT_EQ(rest[i].end_ns, 61 + i);
        EXPECT_NE(rest[i].wall_ns, 0u);
    }
    EXPECT_EQ(metrics.newest(1).front().sequence, 100u);
    EXPECT_TRUE(metrics.events(100, 10).empty());
}

TEST(MetricsRecorder, OverrunsAreCountedAndSumsStayExact) {
    MetricsRecorder metrics;
    constexpr std::uint64_t total = 3 * ThreadRing::capacity + 17;
    for (std::uint64_t i = 0; i < total; ++i) metrics.call(call_of(1, 1, 1e-6));
    const auto events = metrics.events(0, 100000);
    const MetricsSums sums = metrics.sums();
    EXPECT_EQ(sums.calls, total);
    EXPECT_EQ(sums.dropped, total - ThreadRing::capacity);
    EXPECT_EQ(events.size(), ThreadRing::capacity);
    EXPECT_EQ(events.front().sequence, sums.dropped + 1);
    EXPECT_EQ(sums.sequence, total);
}

TEST(MetricsRecorder, RareEventsSurviveAFloodOfCalls) {
    MetricsRecorder metrics;
    for (std::uint32_t kind = 1; kind <= 4; ++kind) {
        lai_event event = call_of(1, 1, 0);
        event.kind = kind;
        event.end_ns = kind;
        metrics.event(event);
    }
    lai_event fell_back = call_of(1, 2, 1e-6);
    fell_back.fallbacks = 1;
    fell_back.end_ns = 5;
    metrics.call(fell_back);
    for (int i = 0; i < 50000; ++i) {
        lai_event event = call_of(1, 2, 1e-6);
        event.end_ns = 1000;
        metrics.call(event);
        if (i % 1000 == 0) metrics.sums();  // a reader collects now and then
    }
    const auto events = metrics.events(0, 100000);
    std::vector<std::uint32_t> kinds;
    for (const lai_event &event : events)
        if (event.kind != 0 || event.fallbacks != 0) kinds.push_back(event.kind);
    EXPECT_THAT(kinds, ::testing::ElementsAre(1, 2, 3, 4, 0));
    const MetricsSums sums = metrics.sums();
    EXPECT_EQ(sums.errors, 1u);
    EXPECT_EQ(sums.fallbacks, 1u);
    EXPECT_EQ(sums.calls, 50001u);
}

TEST(MetricsRecorder, EightThreadsAndAReaderWithForcedDrops) {
    MetricsRecorder metrics;
    constexpr int threads = 8, calls = 20000;
    std::atomic<bool> done{false};
    std::uint64_t read = 0, last = 0, holes = 0;
    std::thread reader([&] {
        for (bool last_round = false; !last_round;) {
            last_round = done.load();
            for (const lai_event &event : metrics.events(last, 1u << 20)) {
                holes += event.sequence - last - 1;
                last = event.sequence;
                ++read;
                // A torn record would mix the fields of two calls.
                ASSERT_EQ(event.op, event.variant);
                ASSERT_EQ(event.dims[0], static_cast<std::int64_t>(event.op));
            }
        }
    });
    std::vector<std::thread> writers;
    for (int t = 0; t < threads; ++t)
        writers.emplace_back([&metrics, t] {
            for (int i = 0; i < calls; ++i) {
                lai_event event = call_of(static_cast<std::uint32_t>(t * 3 + i % 3 + 1), 0, 1e-6);
                event.variant = event.op;
                event.dims[0] = event.op;
                event.end_ns = static_cast<std::uint64_t>(i);
                metrics.call(event);
            }
        });
    for (std::thread &writer : writers) writer.join();
    done = true;
    reader.join();
    const MetricsSums sums = metrics.sums();
    EXPECT_EQ(sums.calls, static_cast<std::uint64_t>(threads) * calls);
    std::uint64_t in_histograms = 0;
    for (const auto &[key, series] : sums.series)
        in_histograms += std::accumulate(series.counts.begin(), series.counts.end(), UINT64_C(0));
    EXPECT_EQ(in_histograms, sums.calls);
    EXPECT_GE(holes, sums.dropped);  // the log keeps the newest only, so a slow reader may see larger holes
    EXPECT_EQ(read + holes, sums.sequence);
    EXPECT_EQ(sums.sequence, sums.calls);
}

TEST(MetricsRecorder, AThreadsSlotServesTheNextThread) {
    MetricsRecorder metrics;
    for (int i = 0; i < 50; ++i) std::thread([&] { metrics.call(call_of(1, 1, 1e-6)); }).join();
    EXPECT_EQ(metrics.sums().calls, 50u);
    for (const lai_event &event : metrics.events(0, 100)) EXPECT_EQ(event.thread, 1u);
}

TEST(MetricsRecorder, TwoRecordersInOneThreadStayApart) {
    MetricsRecorder first, second;
    for (int i = 0; i < 10; ++i) {
        first.call(call_of(1, 1, 1e-6));
        second.call(call_of(2, 1, 1e-6));
        second.call(call_of(2, 1, 1e-6));
    }
    EXPECT_EQ(first.sums().calls, 10u);
    EXPECT_EQ(second.sums().calls, 20u);
}

TEST(MetricsRecorder, FiguresOfPlugins) {
    MetricsRecorder metrics;
    const std::uint32_t pool = metrics.metric("opencl", 1, "pool_bytes", "bytes in the pool");
    const std::uint32_t hits = metrics.metric("opencl", 0, "hits", "");
    EXPECT_NE(pool, hits);
    EXPECT_EQ(metrics.metric("opencl", 1, "pool_bytes", "again"), pool);
    EXPECT_EQ(metrics.metric("opencl", 0, "pool_bytes", "other kind"), 0u);
    EXPECT_EQ(metrics.metric("opencl", 7, "x", ""), 0u);
    EXPECT_EQ(metrics.metric(nullptr, 0, "x", ""), 0u);
    metrics.metric_set(pool, 42);
    metrics.metric_add(hits, 1);
    metrics.metric_add(hits, 2);
    metrics.metric_add(0, 1);
    metrics.metric_set(4097, 1);
    const auto figures = metrics.figures();
    ASSERT_EQ(figures.size(), 2u);
    EXPECT_EQ(figures[0].value, 42);
    EXPECT_EQ(figures[1].value, 3);
}

TEST(MetricsRecorder, ExtensionReadsTheProcess) {
    const auto *extension = static_cast<const lai_metrics *>(process_recorder().extension(LAI_EXT_METRICS));
    ASSERT_NE(extension, nullptr);
    EXPECT_EQ(process_recorder().extension("lai.other/1"), nullptr);
    const std::uint32_t variant = process_recorder().variant("some_plugin", "v", "cpu");
    process_recorder().call(call_of(1, variant, 1e-6));
    lai_event events[4];
    ASSERT_GE(extension->read_events(nullptr, 0, events, 4, sizeof events[0]), 1u);
    EXPECT_STREQ(extension->variant_name(nullptr, variant), "some_plugin/v");
    EXPECT_STREQ(extension->op_name(nullptr, 1), "gemm");
    EXPECT_EQ(extension->op_name(nullptr, 100000), nullptr);
    const std::size_t length = extension->document(nullptr, "snapshot", nullptr, 0);
    ASSERT_GT(length, 0u);
    std::string text(length + 200, '\0');
    extension->document(nullptr, "snapshot", text.data(), text.size());
    EXPECT_THAT(text, ::testing::HasSubstr("\"backend\":\"some_plugin\""));
    EXPECT_EQ(extension->document(nullptr, "no such thing", nullptr, 0), 0u);
}

TEST(MetricsRecorder, AForkedChildCanRecord) {
    process_recorder().call(call_of(1, 1, 1e-6));
    std::atomic<bool> stop{false};
    std::thread noise([&] {
        lai_event event = call_of(1, 1, 1e-6);
        event.kind = 2;
        while (!stop) process_recorder().event(event);
    });
    for (int i = 0; i < 20; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            alarm(20);
            lai_event event = call_of(1, 1, 1e-6);
            event.kind = 2;
            process_recorder().event(event);
            process_recorder().call(call_of(1, 1, 1e-6));
            _exit(process_metrics().sums().calls > 0 ? 0 : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    stop = true;
    noise.join();
}

}  // namespace
}  // namespace lapack_ai::core

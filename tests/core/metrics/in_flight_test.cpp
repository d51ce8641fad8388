// Calls in flight: seen while they run and not afterwards, nested ones too, never torn.
#include "metrics/in_flight.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "metrics/metrics_recorder.hpp"
#include "metrics/process_recorder.hpp"

namespace lapack_ai::core {
namespace {

lai_event started(std::uint32_t op, std::uint32_t depth, std::uint64_t since) {
    lai_event event{};
    event.size = sizeof event;
    event.op = op;
    event.variant = op;
    event.dims[0] = event.dims[1] = event.dims[2] = event.dims[3] = op;
    event.depth = depth;
    event.end_ns = since;
    event.predicted_seconds = 0.5;
    return event;
}

TEST(InFlight, ShowsACallFromBeginningToEnd) {
    MetricsRecorder metrics;
    EXPECT_TRUE(metrics.in_flight().empty());
    metrics.begin(started(7, 0, 1000));
    const auto running = metrics.in_flight();
    ASSERT_EQ(running.size(), 1u);
    EXPECT_EQ(running[0].op, 7u);
    EXPECT_EQ(running[0].dims[3], 7);
    EXPECT_EQ(running[0].end_ns, 1000u);
    EXPECT_EQ(running[0].predicted_seconds, 0.5);
    EXPECT_NE(running[0].thread, 0u);
    EXPECT_EQ(metrics.sums().calls, 0u);  // it counts when it ends
    metrics.end(0);
    EXPECT_TRUE(metrics.in_flight().empty());
}

TEST(InFlight, NestedCallsStandBesideTheirParents) {
    MetricsRecorder metrics;
    for (std::uint32_t depth = 0; depth < 4; ++depth) metrics.begin(started(depth + 1, depth, 100 + depth));
    ASSERT_EQ(metrics.in_flight().size(), 4u);  // record.hpp keeps depths up to 3
    for (std::uint32_t depth = 0; depth < 4; ++depth) {
        EXPECT_EQ(metrics.in_flight()[depth].op, depth + 1);
        EXPECT_EQ(metrics.in_flight()[depth].depth, depth);
    }
    metrics.begin(started(9, 99, 500));
    metrics.end(99);
    metrics.end(3);
    EXPECT_EQ(metrics.in_flight().size(), 3u);
}

TEST(InFlight, AThreadThatEndsLeavesNothing) {
    MetricsRecorder metrics;
    std::thread([&] { metrics.begin(started(1, 0, 1)); }).join();
    EXPECT_TRUE(metrics.in_flight().empty());
}

TEST(InFlight, IsNeverTorn) {
    MetricsRecorder metrics;
    std::atomic<bool> done{false};
    std::vector<std::thread> writers;
    for (std::uint32_t t = 0; t < 4; ++t)
        writers.emplace_back([&metrics, &done, t] {
            for (std::uint32_t i = 0; !done; ++i) {
                metrics.begin(started(t * 100 + i % 90 + 1, 0, i));
                metrics.end(0);
            }
        });
    std::size_t seen = 0;
    while (seen < 5000)
        for (const lai_event &event : metrics.in_flight()) {
            ++seen;
            ASSERT_EQ(event.op, event.variant);
            for (std::int64_t dim : event.dims) ASSERT_EQ(dim, static_cast<std::int64_t>(event.op));
        }
    done = true;
    for (std::thread &writer : writers) writer.join();
}

TEST(InFlight, AForkedChildSeesOnlyItsOwnThread) {
    std::atomic<int> step{0};
    std::thread other([&] {
        process_recorder().begin(started(2, 0, 2));
        step = 1;
        while (step != 2) std::this_thread::yield();
        process_recorder().end(0);
    });
    while (step != 1) std::this_thread::yield();
    process_recorder().begin(started(1, 0, 1));
    EXPECT_EQ(process_metrics().in_flight().size(), 2u);
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        const auto running = process_metrics().in_flight();
        _exit(running.size() == 1 && running[0].op == 1 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    step = 2;
    other.join();
    process_recorder().end(0);
    EXPECT_TRUE(process_metrics().in_flight().empty());
}

TEST(DeviceUtilisation, GoesIntoTheEventsOfItsVariantsWithItsAge) {
    MetricsRecorder metrics;
    const std::uint32_t cpu = metrics.variant("cpu", "", "cpu"), gpu = metrics.variant("gpu", "", "opencl:0");
    metrics.device_utilisation("opencl:0", 0.75, 5000);
    for (const auto &[variant, end] : {std::pair{cpu, 6000}, {gpu, 6000}, {gpu, 5000}, {gpu, 4500}}) {
        lai_event event = started(1, 0, static_cast<std::uint64_t>(end));
        event.variant = variant;
        metrics.call(event);
        metrics.collect();
    }
    const auto events = metrics.events(0, 10);
    ASSERT_EQ(events.size(), 4u);
    EXPECT_EQ(events[0].device_utilisation_age_ns, 0u);
    EXPECT_EQ(events[1].device_utilisation, 0.75);
    EXPECT_EQ(events[1].device_utilisation_age_ns, 1000u);
    EXPECT_EQ(events[2].device_utilisation_age_ns, 1u);
    EXPECT_EQ(events[3].device_utilisation_age_ns, 500u);
}

}  // namespace
}  // namespace lapack_ai::core

// The recorder behind every dispatcher: exact counts per (op, dtype, variant), recent calls with a sequence,
// and the rare events that are never sampled away. Recording a call writes to its thread's slot only; whoever
// reads collects from all slots.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dispatch/recorder.hpp"
#include "metrics/series.hpp"

namespace lapack_ai::core {

class EventLog;

// Who a variant number stands for.
struct VariantName {
    std::string plugin, variant, device;
    std::string label;  // "cpu_lapack/gesdd", "cpu_lapack" when it has but one
};

// A plugin's own figure.
struct Figure {
    std::string plugin, name, help;
    std::uint32_t kind = 0;  // 0 counter, 1 gauge
    double value = 0;
};

struct MetricsSums {
    std::map<SeriesKey, SeriesSums> series;
    std::uint64_t calls = 0, errors = 0, fallbacks = 0;
    std::uint64_t dropped = 0;   // calls missing from the event log; never from the sums
    std::uint64_t sequence = 0;  // of the newest event
};

class MetricsRecorder final : public Recorder {
  public:
    MetricsRecorder();
    ~MetricsRecorder() override;
    MetricsRecorder(const MetricsRecorder &) = delete;
    MetricsRecorder &operator=(const MetricsRecorder &) = delete;

    void call(const lai_event &event) noexcept override;
    void begin(const lai_event &event) noexcept override;
    void end(std::uint32_t depth) noexcept override;
    void event(const lai_event &event) noexcept override;
    std::uint32_t variant(const char *plugin, const char *variant, const char *device) override;
    std::uint32_t metric(const char *plugin, std::uint32_t kind, const char *name, const char *help) override;
    void metric_add(std::uint32_t number, double value) noexcept override;
    void metric_set(std::uint32_t number, double value) noexcept override;
    const void *extension(const char *id) noexcept override;

    // Takes what the threads' rings hold, before they run over. [any]
    void collect();

    // The following collect first. [any]

    // Events with sequence > after, oldest first, at most `capacity`.
    std::vector<lai_event> events(std::uint64_t after, std::size_t capacity);
    // The newest events, newest first.
    std::vector<lai_event> newest(std::size_t capacity);
    MetricsSums sums();

    // What runs now, the oldest first: events as they will be, with end_ns their beginning. Calls that were
    // predicted to take less than 20 us are not published. [any]
    std::vector<lai_event> in_flight();
    // The share of its time that a device (as variants name it) is busy, seen at `seen_ns`: goes into the
    // events collected from now on. [any]
    void device_utilisation(const std::string &device, double utilisation, std::uint64_t seen_ns);

    // The name behind a number; null if unknown. Never freed.
    const VariantName *variant_name(std::uint32_t number) const;
    std::vector<Figure> figures() const;

    // Around fork: the child must find every lock free and no other thread's half-done work.
    void before_fork();
    void after_fork(bool in_child);

  private:
    struct Names;

    void call_without_slot(const lai_event &event) noexcept;

    const std::shared_ptr<EventLog> log_;  // shared with the threads that record, whatever ends first
    const std::unique_ptr<Names> names_;
};

}  // namespace lapack_ai::core

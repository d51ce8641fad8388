#include "fake_metrics.hpp"

#include <time.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace lapack_ai::test {

namespace {

using nlohmann::json;

constexpr const char *op_names[] = {"gemm", "gesvd", "gesv"};
constexpr const char *variant_names[] = {"cpu_lapack", "opencl_gemm", "cpu_reference"};

std::size_t copy_out(const std::string &text, char *buffer, std::size_t capacity) {
    if (capacity > 0) {
        const std::size_t length = std::min(text.size(), capacity - 1);
        std::memcpy(buffer, text.data(), length);
        buffer[length] = '\0';
    }
    return text.size();
}

}  // namespace

std::uint64_t FakeMetrics::now_ns() noexcept {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1000000000u + static_cast<std::uint64_t>(time.tv_nsec);
}

FakeMetrics &FakeMetrics::of(const lai_host *host) {
    return *reinterpret_cast<const Table *>(host)->self;
}

FakeMetrics::FakeMetrics() {
    host_.self = this;
    lai_host &table = host_.table;
    table.size = sizeof(lai_host);
    table.now_ns = [](const lai_host *) { return now_ns(); };
    table.options_json = [](const lai_host *host) { return of(host).options.c_str(); };
    table.setting_json = [](const lai_host *host, const char *path) -> const char * {
        const auto found = of(host).settings.find(path);
        return found == of(host).settings.end() ? nullptr : found->second.c_str();
    };
    table.get_extension = [](const lai_host *host, const char *id) -> const void * {
        return std::strcmp(id, LAI_EXT_METRICS) == 0 ? &of(host).metrics_ : nullptr;
    };
    metrics_.size = sizeof(lai_metrics);
    metrics_.read_events = [](const lai_host *host, std::uint64_t after, lai_event *out,
                              std::uint32_t capacity, std::uint32_t stride) {
        FakeMetrics &self = of(host);
        const std::lock_guard lock(self.mutex_);
        std::uint32_t count = 0;
        for (const lai_event &event : self.events_) {
            if (event.sequence <= after || count == capacity) continue;
            std::memcpy(reinterpret_cast<char *>(out) + std::size_t{count} * stride, &event, sizeof event);
            ++count;
        }
        return count;
    };
    metrics_.document = [](const lai_host *host, const char *name, char *buffer, std::size_t capacity) {
        return copy_out(of(host).document(name), buffer, capacity);
    };
    metrics_.variant_name = [](const lai_host *, std::uint32_t number) -> const char * {
        return number < std::size(variant_names) ? variant_names[number] : nullptr;
    };
    metrics_.op_name = [](const lai_host *, std::uint32_t number) -> const char * {
        return number < std::size(op_names) ? op_names[number] : nullptr;
    };
}

void FakeMetrics::call(std::uint32_t op, std::uint32_t variant, std::int64_t n, double seconds,
                       std::uint32_t thread) {
    lai_event event{};
    event.size = sizeof event;
    event.op = op;
    event.dtype = LAI_DTYPE_F64;
    event.variant = variant;
    event.thread = thread;
    event.batch = 1;
    event.dims[0] = event.dims[1] = event.dims[2] = n;
    event.actual_seconds = seconds;
    event.predicted_seconds = seconds * 1.1;
    event.flops = 2.0 * static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n);
    event.strategy = variant == 1 ? 2 : 0;
    timespec wall{};
    clock_gettime(CLOCK_REALTIME, &wall);
    event.wall_ns =
        static_cast<std::uint64_t>(wall.tv_sec) * 1000000000u + static_cast<std::uint64_t>(wall.tv_nsec);
    const std::lock_guard lock(mutex_);
    event.end_ns = now_ns();
    event.sequence = ++sequence_;
    events_.push_back(event);
    if (events_.size() > 100000) events_.erase(events_.begin(), events_.begin() + 50000);
}

void FakeMetrics::forget(std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    std::erase_if(events_, [sequence](const lai_event &event) { return event.sequence <= sequence; });
}

std::string FakeMetrics::document(const std::string &name) {
    if (const auto found = documents.find(name); found != documents.end()) return found->second;
    if (name == "recording")
        return json({{"format", "lapack_ai recording"},
                     {"format_version", 1},
                     {"snapshot", json::parse(document("snapshot"))},
                     {"events", json::array()}})
            .dump();
    const std::lock_guard lock(mutex_);
    if (name == "snapshot") {
        std::map<std::uint32_t, json> series;
        for (const lai_event &event : events_) {
            json &row = series[event.variant];
            if (row.is_null())
                row = {{"op", op_names[event.op]},
                       {"dtype", "d"},
                       {"backend", variant_names[event.variant]},
                       {"variant", ""},
                       {"calls", 0},
                       {"errors", 0},
                       {"fallbacks", 0},
                       {"seconds", 0.0},
                       {"flops", 0.0}};
            row["calls"] = row["calls"].get<int>() + 1;
            row["seconds"] = row["seconds"].get<double>() + event.actual_seconds;
            row["flops"] = row["flops"].get<double>() + event.flops;
        }
        const auto in_flight = documents.find("in_flight");
        const json running =
            in_flight != documents.end() ? json::parse(in_flight->second)["in_flight"] : json::array();
        json rows = json::array();
        for (auto &[variant, row] : series) rows.push_back(std::move(row));
        return json({{"time_ns", now_ns()},
                     {"sequence", sequence_},
                     {"calls", sequence_},
                     {"fallbacks", 0},
                     {"errors", 0},
                     {"dropped", 0},
                     {"in_flight", running},
                     {"series", std::move(rows)},
                     {"metrics", json::array()}})
            .dump();
    }
    if (name == "decisions") {
        json list = json::array();
        for (auto event = events_.rbegin(); event != events_.rend() && list.size() < 200; ++event)
            list.push_back({{"sequence", event->sequence},
                            {"end_ns", event->end_ns},
                            {"kind", "call"},
                            {"op", op_names[event->op]},
                            {"dtype", "d"},
                            {"dims", json(event->dims)},
                            {"backend", variant_names[event->variant]},
                            {"strategy", "cpu_optimized"},
                            {"predicted_s", event->predicted_seconds},
                            {"actual_s", event->actual_seconds},
                            {"fallbacks", 0},
                            {"info", 0},
                            {"thread", event->thread},
                            {"flops", event->flops}});
        return json({{"decisions", std::move(list)}, {"rankings", json::array()}}).dump();
    }
    return {};
}

}  // namespace lapack_ai::test

#include "source.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lapack_ai::dashboard {

namespace {

using nlohmann::json;

constexpr std::array strategy_names = {"cpu_optimized", "cpu_fallback", "gpu_opencl", "other"};
constexpr std::array kind_names = {"call", "fallback", "error", "breaker", "plugin"};
constexpr std::array status_names = {"OK",      "DECLINED",    "BUSY",        "OUT_OF_MEMORY", "DEVICE_LOST",
                                     "TIMEOUT", "FAULT_CLEAN", "FAULT_DIRTY", "INVALID"};

const char *dtype_letter(lai_dtype dtype) {
    constexpr std::array letters = {"", "s", "d", "c", "z", "i", "l", "h", "b"};
    return dtype < letters.size() ? letters[dtype] : "";
}

template <std::size_t size>
const char *name_of(const std::array<const char *, size> &names, std::uint32_t number) {
    return number < size ? names[number] : "other";
}

class LiveSource final : public Source {
  public:
    LiveSource(const lai_host &host, const lai_metrics &metrics) : host_(host), metrics_(metrics) {}

    bool recorded() const noexcept override { return false; }
    std::uint64_t now_ns() const noexcept override { return host_.now_ns(&host_); }

    std::string document(std::string_view name) override {
        const std::string wanted(name);
        std::string text(4096, '\0');
        for (;;) {  // the document may grow between two calls
            const std::size_t length = metrics_.document(&host_, wanted.c_str(), text.data(), text.size());
            if (length < text.size()) {
                text.resize(length);
                return text;
            }
            text.resize(length + length / 4 + 1);
        }
    }

    std::string events(std::uint64_t after, std::uint32_t limit, std::uint64_t &last,
                       std::uint64_t &missed) override {
        std::vector<lai_event> buffer(limit);
        for (lai_event &event : buffer) event.size = sizeof(lai_event);
        const std::uint32_t count =
            metrics_.read_events(&host_, after, buffer.data(), limit, sizeof(lai_event));
        json list = json::array();
        missed = 0;
        last = after;
        for (std::uint32_t i = 0; i < count; ++i) {
            const lai_event &event = buffer[i];
            if (event.sequence > last + 1) missed += event.sequence - last - 1;
            last = event.sequence;
            list.push_back(to_json(event));
        }
        return list.dump();
    }

  private:
    json to_json(const lai_event &event) const {
        const char *op = metrics_.op_name(&host_, event.op);
        const char *label = metrics_.variant_name(&host_, event.variant);
        // "cpu_lapack/gesdd": plugin and variant.
        const std::string_view name = label ? label : "";
        const bool seen = event.device_utilisation_age_ns != 0;
        const std::size_t slash = std::min(name.find('/'), name.size());
        return {{"sequence", event.sequence},
                {"kind", name_of(kind_names, event.kind)},
                {"end_ns", event.end_ns},
                {"wall_ns", event.wall_ns},
                {"op", op ? op : ""},
                {"dtype", dtype_letter(event.dtype)},
                {"dims", json(event.dims)},
                {"batch", event.batch},
                {"backend", name.substr(0, slash)},
                {"variant", name.substr(std::min(slash + 1, name.size()))},
                {"strategy", name_of(strategy_names, event.strategy)},
                {"predicted_s", event.predicted_seconds},
                {"actual_s", event.actual_seconds},
                {"transfer_s", event.transfer_seconds},
                {"bytes_to_device", event.bytes_to_device},
                {"bytes_from_device", event.bytes_from_device},
                {"device_peak_bytes", event.device_peak_bytes},
                {"device_utilisation", seen ? json(event.device_utilisation) : json()},
                {"device_utilisation_age_s",
                 seen ? json(static_cast<double>(event.device_utilisation_age_ns) * 1e-9) : json()},
                {"info", event.info},
                {"status", name_of(status_names, static_cast<std::uint32_t>(event.status))},
                {"fallbacks", event.fallbacks},
                {"thread", event.thread},
                {"depth", event.depth},
                {"flops", event.flops}};
    }

    const lai_host &host_;
    const lai_metrics &metrics_;
};

class RecordedSource final : public Source {
  public:
    explicit RecordedSource(json content)
        : content_(std::move(content)), now_ns_(content_.at("snapshot").value("time_ns", std::uint64_t{0})) {}

    bool recorded() const noexcept override { return true; }
    std::uint64_t now_ns() const noexcept override { return now_ns_; }

    std::string document(std::string_view name) override {
        if (name == "recording") return content_.dump();
        const auto found = content_.find(std::string(name));
        if (found == content_.end()) return {};
        return found->is_string() ? found->get<std::string>() : found->dump();
    }

    // What the recording lacks is nobody's miss: it cannot be had anywhere.
    std::string events(std::uint64_t after, std::uint32_t limit, std::uint64_t &last,
                       std::uint64_t &missed) override {
        const json &all = content_.at("events");
        auto from = std::partition_point(all.begin(), all.end(),
                                         [after](const json &event) { return sequence_of(event) <= after; });
        json list = json::array();
        missed = 0;
        last = after;
        for (; from != all.end() && list.size() < limit; ++from) {
            last = sequence_of(*from);
            list.push_back(*from);
        }
        return list.dump();
    }

    static std::uint64_t sequence_of(const json &event) { return event.value("sequence", std::uint64_t{0}); }

  private:
    const json content_;
    const std::uint64_t now_ns_;
};

// Throws std::runtime_error naming what is wrong; afterwards RecordedSource needs no more checks.
void check_recording(const std::string &file, const json &content) {
    const auto refuse = [&file](const std::string &why) {
        throw std::runtime_error("recording '" + file + "': " + why);
    };
    if (!content.is_object() || content.value("format", json()) != "lapack_ai recording")
        refuse("is not a LAPACK AI recording");
    if (content.value("format_version", json()) != 1)
        refuse("has format_version " + content.value("format_version", json()).dump() +
               ", this version reads 1");
    const json snapshot = content.value("snapshot", json()), events = content.value("events", json());
    if (!snapshot.is_object() || !events.is_array()) refuse("lacks snapshot or events");
    std::uint64_t last = 0;
    for (const json &event : events) {
        if (!event.is_object() || !event.value("sequence", json()).is_number_unsigned() ||
            RecordedSource::sequence_of(event) <= last)
            refuse("event " + event.dump().substr(0, 80) + " is out of sequence");
        last = RecordedSource::sequence_of(event);
    }
}

// RFC 4180: quotes around everything that could be misread; a leading =, +, - or @ in text is defused for
// spreadsheets.
std::string csv_field(const json &value) {
    if (!value.is_string()) return value.dump();
    std::string text = value.get<std::string>();
    if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos)
        text.insert(0, 1, '\'');
    std::string quoted = "\"";
    for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

json all_events(Source &source) {
    json list = json::array();
    std::uint64_t after = 0, last = 0, missed = 0;
    for (;;) {
        json part = json::parse(source.events(after, 4096, last, missed));
        if (part.empty()) return list;
        after = last;
        for (json &event : part) list.push_back(std::move(event));
        if (list.size() >= 65536) return list;
    }
}

}  // namespace

std::unique_ptr<Source> live_source(const lai_host &host, const lai_metrics &metrics) {
    return std::make_unique<LiveSource>(host, metrics);
}

std::unique_ptr<Source> recorded_source(const std::string &file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw std::runtime_error("recording '" + file + "': cannot be read");
    json content = json::parse(stream, nullptr, false);
    check_recording(file, content);
    return std::make_unique<RecordedSource>(std::move(content));
}

std::string export_csv(Source &source) {
    constexpr std::array columns = {"sequence",
                                    "wall_ns",
                                    "kind",
                                    "op",
                                    "dtype",
                                    "dims",
                                    "batch",
                                    "backend",
                                    "variant",
                                    "strategy",
                                    "predicted_s",
                                    "actual_s",
                                    "info",
                                    "status",
                                    "fallbacks",
                                    "thread",
                                    "flops",
                                    "transfer_s",
                                    "bytes_to_device",
                                    "bytes_from_device",
                                    "device_peak_bytes",
                                    "device_utilisation",
                                    "device_utilisation_age_s"};
    std::string text;
    for (const char *column : columns) (text += text.empty() ? "" : ",") += column;
    text += "\r\n";
    for (const json &event : all_events(source)) {
        bool first = true;
        for (const char *column : columns) {
            if (!first) text += ',';
            first = false;
            const json value = event.value(column, json());
            text += value.is_array()  ? csv_field(json(value.dump()))
                    : value.is_null() ? ""
                                      : csv_field(value);
        }
        text += "\r\n";
    }
    return text;
}

std::string export_trace(Source &source) {
    const json snapshot = json::parse(source.document("snapshot"), nullptr, false);
    const json process = snapshot.is_object() ? snapshot.value("process", json::object()) : json::object();
    const std::int64_t pid = process.value("pid", std::int64_t{1});
    json slices = json::array();
    for (const json &event : all_events(source)) {
        const double end_us = event.value("end_ns", 0.0) / 1e3;
        const double duration_us = event.value("actual_s", 0.0) * 1e6;
        json slice = {
            {"name", event.value("op", "")},   {"cat", event.value("backend", "")}, {"pid", pid},
            {"tid", event.value("thread", 0)}, {"ts", end_us - duration_us},        {"args", event}};
        if (event.value("kind", "") == "call") {
            slice["ph"] = "X";
            slice["dur"] = duration_us;
        } else {
            slice["ph"] = "i";
            slice["s"] = "t";
            slice["name"] = event.value("kind", "");
        }
        slices.push_back(std::move(slice));
    }
    return json({{"traceEvents", std::move(slices)}, {"displayTimeUnit", "ms"}}).dump();
}

}  // namespace lapack_ai::dashboard

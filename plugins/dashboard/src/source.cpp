#include "source.hpp"

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lapack_ai::dashboard {

namespace {

using nlohmann::json;

constexpr std::array document_names = {"snapshot", "decisions", "crossover",
                                       "breakers", "devices",   "plugins"};
constexpr std::array strategy_names = {"cpu_optimized", "cpu_fallback", "gpu_opencl", "other"};
constexpr std::array kind_names = {"call", "fallback", "error", "breaker", "plugin"};

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
        const char *backend = metrics_.variant_name(&host_, event.variant);
        return {{"sequence", event.sequence},
                {"kind", name_of(kind_names, event.kind)},
                {"end_ns", event.end_ns},
                {"wall_ns", event.wall_ns},
                {"op", op ? op : ""},
                {"dtype", dtype_letter(event.dtype)},
                {"dims", json(event.dims)},
                {"batch", event.batch},
                {"backend", backend ? backend : ""},
                {"strategy", name_of(strategy_names, event.strategy)},
                {"predicted_s", event.predicted_seconds},
                {"actual_s", event.actual_seconds},
                {"transfer_s", event.transfer_seconds},
                {"bytes_to_device", event.bytes_to_device},
                {"bytes_from_device", event.bytes_from_device},
                {"device_peak_bytes", event.device_peak_bytes},
                {"info", event.info},
                {"status", event.status},
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
    explicit RecordedSource(json content) : content_(std::move(content)) {}

    std::string document(std::string_view name) override {
        const auto found = content_.find(std::string(name));
        if (found == content_.end()) return {};
        return found->is_string() ? found->get<std::string>() : found->dump();
    }

    std::string events(std::uint64_t after, std::uint32_t limit, std::uint64_t &last,
                       std::uint64_t &missed) override {
        json list = json::array();
        missed = 0;
        last = after;
        for (const json &event : content_.value("events", json::array())) {
            const std::uint64_t sequence = event.value("sequence", std::uint64_t{0});
            if (sequence <= after || list.size() >= limit) continue;
            last = sequence;
            list.push_back(event);
        }
        return list.dump();
    }

  private:
    json content_;
};

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
    if (!content.is_object() || content.value("format", "") != "lapack_ai recording")
        throw std::runtime_error("recording '" + file + "': is not a LAPACK AI recording");
    return std::make_unique<RecordedSource>(std::move(content));
}

std::string export_json(Source &source) {
    json all = {{"format", "lapack_ai recording"}, {"format_version", 1}};
    for (const char *name : document_names) {
        json document = json::parse(source.document(name), nullptr, false);
        all[name] = document.is_discarded() ? json::object() : std::move(document);
    }
    all["prometheus"] = source.document("prometheus");
    all["events"] = all_events(source);
    return all.dump();
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
                                    "bytes_from_device"};
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
    json slices = json::array();
    for (const json &event : all_events(source)) {
        const double end_us = event.value("end_ns", 0.0) / 1e3;
        const double duration_us = event.value("actual_s", 0.0) * 1e6;
        json slice = {
            {"name", event.value("op", "")},   {"cat", event.value("backend", "")}, {"pid", 1},
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

// Text exposition format 0.0.4 of the counters. Series of one family that differ only in the variant are
// summed, so no series appears twice.
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

#include "dispatch/op_table.hpp"
#include "metrics/metrics_recorder.hpp"
#include "metrics/snapshot.hpp"

namespace lapack_ai::core {
namespace {

// Upper edges of the exported histogram: powers of four from 256 ns to 18 minutes.
constexpr unsigned first_edge_bit = 8, last_edge_bit = 40, edge_step = 2;

std::string text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

std::string text(std::uint64_t value) {
    return std::to_string(value);
}

void head(std::string &out, const std::string &name, const std::string &type, const std::string &help) {
    out += "# HELP " + name + ' ';
    for (char c : help) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\\')
            out += "\\\\";
        else
            out += c;
    }
    out += "\n# TYPE " + name + ' ' + type + '\n';
}

template <typename Value>
void line(std::string &out, const std::string &name, const std::string &labels, Value value) {
    out += name;
    if (!labels.empty()) out += '{' + labels + '}';
    out += ' ' + text(value) + '\n';
}

void add(SeriesSums &total, const SeriesSums &part) {
    total.calls += part.calls;
    total.errors += part.errors;
    total.fallbacks += part.fallbacks;
    total.seconds += part.seconds;
    for (std::size_t i = 0; i < histogram_buckets; ++i) total.counts[i] += part.counts[i];
}

using ByLabels = std::map<std::string, SeriesSums>;

ByLabels by_labels(MetricsRecorder &metrics, const MetricsSums &sums) {
    ByLabels result;
    for (const auto &[key, series] : sums.series) {
        const Op *op = OpTable::instance().find(key.op);
        const VariantName *name = metrics.variant_name(key.variant);
        const std::string labels = "op=\"" + prometheus_label(op != nullptr ? op->short_name : "unknown") +
                                   "\",dtype=\"" + dtype_letter(key.dtype) + "\",backend=\"" +
                                   prometheus_label(name != nullptr ? name->plugin : "unknown") + '"';
        add(result[labels], series);
    }
    return result;
}

void counter(std::string &out, const ByLabels &series, const char *name, const char *help,
             std::uint64_t SeriesSums::*member) {
    head(out, name, "counter", help);
    for (const auto &[labels, sums] : series) line(out, name, labels, sums.*member);
}

void histogram(std::string &out, const ByLabels &series) {
    const std::string name = "lapack_ai_call_seconds";
    head(out, name, "histogram", "Duration of calls in the backend that finished them.");
    for (const auto &[labels, sums] : series) {
        std::uint64_t below = 0;
        std::size_t bucket = 0;
        for (unsigned bit = first_edge_bit; bit <= last_edge_bit; bit += edge_step) {
            for (; bucket + 1 < histogram_buckets && histogram_upper_ns(bucket) <= UINT64_C(1) << bit;
                 ++bucket)
                below += sums.counts[bucket];
            line(out, name + "_bucket",
                 labels + ",le=\"" + text(std::ldexp(1e-9, static_cast<int>(bit))) + '"', below);
        }
        line(out, name + "_bucket", labels + ",le=\"+Inf\"", sums.calls);
        line(out, name + "_sum", labels, sums.seconds);
        line(out, name + "_count", labels, sums.calls);
    }
}

// A metric name may hold [a-zA-Z0-9_:] only.
std::string legal_name(const std::string &name) {
    std::string result;
    for (char c : name)
        result += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    return result;
}

// Plugins' own figures, one family a name; counters end in _total.
void figures(std::string &out, const std::vector<Figure> &all) {
    std::map<std::tuple<std::string, std::uint32_t>, std::map<std::string, const Figure *>> families;
    for (const Figure &figure : all) {
        std::string name = "lapack_ai_plugin_" + legal_name(figure.name);
        if (figure.kind == 0 && !name.ends_with("_total")) name += "_total";
        if (figure.kind == 1 && families.contains({name, 0})) name += "_gauge";
        families[{name, figure.kind}].emplace("plugin=\"" + prometheus_label(figure.plugin) + '"', &figure);
    }
    for (const auto &[family, members] : families) {
        const auto &[name, kind] = family;
        head(out, name, kind == 0 ? "counter" : "gauge", members.begin()->second->help);
        for (const auto &[labels, figure] : members) line(out, name, labels, figure->value);
    }
}

}  // namespace

std::string prometheus_label(const std::string &value) {
    std::string result;
    for (char c : value) {
        if (c == '\n')
            result += "\\n";
        else if (c == '\\' || c == '"')
            result += {'\\', c};
        else
            result += c;
    }
    return result;
}

std::string prometheus_document(MetricsRecorder &metrics, const std::string &more) {
    const MetricsSums sums = metrics.sums();
    const ByLabels series = by_labels(metrics, sums);
    std::string out;
    counter(out, series, "lapack_ai_calls_total", "Finished calls.", &SeriesSums::calls);
    counter(out, series, "lapack_ai_errors_total", "Calls that ended in an error.", &SeriesSums::errors);
    counter(out, series, "lapack_ai_fallbacks_total",
            "Calls that this backend failed and another one took over.", &SeriesSums::fallbacks);
    histogram(out, series);
    head(out, "lapack_ai_calls_in_flight", "gauge", "Calls that run now and were predicted to take 20 us.");
    line(out, "lapack_ai_calls_in_flight", "", std::uint64_t{metrics.in_flight().size()});
    head(out, "lapack_ai_dropped_events_total", "counter", "Calls missing from the event log.");
    line(out, "lapack_ai_dropped_events_total", "", sums.dropped);
    figures(out, metrics.figures());
    return out + more;
}

}  // namespace lapack_ai::core

#include "support/figures.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

namespace lapack_ai::bench {
namespace {

std::string cpu_model() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        const auto colon = line.find(": ");
        if (line.rfind("model name", 0) == 0 && colon != std::string::npos) return line.substr(colon + 2);
    }
    return "unknown";
}

std::string quoted(const std::string &text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string number(const std::optional<double> &value) {
    if (!value) return "null";
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", *value);
    return text;
}

}  // namespace

bool Figure::met() const {
    if (!value || !target) return true;
    return relation == "<=" ? *value <= *target : *value >= *target;
}

double median(std::vector<double> samples) {
    if (samples.empty()) return 0;
    std::sort(samples.begin(), samples.end());
    const std::size_t half = samples.size() / 2;
    return samples.size() % 2 == 1 ? samples[half] : (samples[half - 1] + samples[half]) / 2;
}

bool print_figures(const std::vector<Figure> &figures, bool json) {
    bool all_met = true;
    for (const Figure &f : figures) all_met = all_met && f.met();
    if (json) {
        std::printf("{\"machine\": {\"cpu\": %s, \"threads\": %u},\n \"figures\": [\n",
                    quoted(cpu_model()).c_str(), std::thread::hardware_concurrency());
        for (std::size_t i = 0; i < figures.size(); ++i) {
            const Figure &f = figures[i];
            std::printf(
                "  {\"name\": %s, \"value\": %s, \"unit\": %s, \"target\": %s, \"relation\": \"%s\", "
                "\"met\": %s, \"baseline\": %s, \"n\": %ld, \"low\": %.6g, \"high\": %.6g, \"reason\": "
                "%s}%s\n",
                quoted(f.name).c_str(), number(f.value).c_str(), quoted(f.unit).c_str(),
                number(f.target).c_str(), f.relation.c_str(), f.met() ? "true" : "false",
                quoted(f.baseline).c_str(), f.n, f.low, f.high, quoted(f.reason).c_str(),
                i + 1 < figures.size() ? "," : "");
        }
        std::printf(" ]}\n");
        return all_met;
    }
    std::printf("%-58s %12s %-12s %14s %-5s %s\n", "figure", "value", "unit", "target", "met",
                "spread, samples");
    for (const Figure &f : figures) {
        const std::string target = f.target ? f.relation + " " + number(f.target) : "-";
        std::printf("%-58s %12s %-12s %14s %-5s", f.name.c_str(), number(f.value).c_str(), f.unit.c_str(),
                    target.c_str(),
                    !f.target ? "-"
                    : f.met() ? "yes"
                              : "NO");
        if (f.n > 0) std::printf(" %.3g..%.3g, %ld", f.low, f.high, f.n);
        if (!f.reason.empty()) std::printf(" %s", f.reason.c_str());
        std::printf("\n");
    }
    return all_met;
}

}  // namespace lapack_ai::bench

// The report as text, JSON and JUnit's XML.
#include <cstdio>
#include <string>

#include "lapack_ai/conformance/conformance.hpp"

namespace lapack_ai::conformance {

namespace {

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

// A JSON string. What is no UTF-8 never gets here: texts are made by the kit or are ASCII words of a plugin.
std::string json(const std::string &text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
            out += escaped;
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string xml(const std::string &text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
    }
    return out;
}

const char *word(const CheckResult &check) {
    return !check.failures.empty() ? "FAILED" : check.ran ? "passed" : "-";
}

}  // namespace

std::string to_text(const Report &report) {
    std::string out = report.file + (report.id.empty() ? "" : ": " + report.id + " " + report.version) +
                      ", seed " + std::to_string(report.seed) + "\n";
    std::size_t failed = 0, ran = 0;
    for (const CheckResult &check : report.checks) {
        char line[200];
        std::snprintf(line, sizeof line, "%-20s %-7s %7lld calls %7.2f s  %s\n", check.name.c_str(),
                      word(check), static_cast<long long>(check.calls), check.seconds, check.title.c_str());
        out += line;
        if (!check.note.empty()) out += "    " + check.note + "\n";
        for (const Failure &failure : check.failures) {
            out += "    " + (failure.check == check.name ? "" : failure.check + ": ") + failure.what + "\n";
            if (!failure.where.empty()) out += "        at " + failure.where + "\n";
            out += "        repeat: " + failure.repeat + "\n";
        }
        if (check.suppressed > 0) out += "    and " + std::to_string(check.suppressed) + " more\n";
        failed += !check.failures.empty();
        ran += check.ran;
    }
    out += failed == 0 ? "passed: " + std::to_string(ran) + " checks\n"
                       : std::to_string(failed) + " of " + std::to_string(ran) + " checks FAILED\n";
    return out;
}

std::string to_json(const Report &report) {
    std::string out = "{\"file\": " + json(report.file) + ", \"id\": " + json(report.id) +
                      ", \"version\": " + json(report.version) +
                      ", \"seed\": " + std::to_string(report.seed) +
                      ", \"passed\": " + (report.passed() ? "true" : "false") + ", \"checks\": [";
    for (const CheckResult &check : report.checks) {
        if (&check != &report.checks.front()) out += ", ";
        out += "{\"name\": " + json(check.name) + ", \"title\": " + json(check.title) +
               ", \"ran\": " + (check.ran ? "true" : "false") +
               ", \"passed\": " + (check.failures.empty() ? "true" : "false") +
               ", \"calls\": " + std::to_string(check.calls) + ", \"seconds\": " + number(check.seconds) +
               ", \"note\": " + json(check.note) + ", \"suppressed\": " + std::to_string(check.suppressed) +
               ", \"failures\": [";
        for (const Failure &failure : check.failures) {
            if (&failure != &check.failures.front()) out += ", ";
            out += "{\"check\": " + json(failure.check) + ", \"where\": " + json(failure.where) +
                   ", \"what\": " + json(failure.what) + ", \"repeat\": " + json(failure.repeat) + "}";
        }
        out += "]}";
    }
    return out + "]}\n";
}

std::string to_junit(const Report &report) {
    std::size_t failed = 0, skipped = 0;
    double seconds = 0;
    std::string cases;
    for (const CheckResult &check : report.checks) {
        failed += !check.failures.empty();
        skipped += !check.ran;
        seconds += check.seconds;
        cases += "  <testcase classname=\"" + xml(report.id.empty() ? "plugin" : report.id) + "\" name=\"" +
                 xml(check.name) + "\" time=\"" + number(check.seconds) + "\">";
        if (!check.ran) cases += "<skipped message=\"" + xml(check.note) + "\"/>";
        for (const Failure &failure : check.failures)
            cases += "\n    <failure type=\"" + xml(failure.check) + "\" message=\"" + xml(failure.what) +
                     "\">" + xml("at " + failure.where + "\nrepeat: " + failure.repeat) + "</failure>";
        cases += "</testcase>\n";
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"lapack_ai conformance\" tests=\"" +
           std::to_string(report.checks.size()) + "\" failures=\"" + std::to_string(failed) +
           "\" skipped=\"" + std::to_string(skipped) + "\" time=\"" + number(seconds) + "\">\n" + cases +
           "</testsuite>\n";
}

}  // namespace lapack_ai::conformance

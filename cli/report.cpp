#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "exit_code.hpp"
#include "io/file.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

using json = nlohmann::ordered_json;

json element_json(const Matrix &A, std::int64_t index) {
    return with_type(A.dtype(), [&](auto zero) -> json {
        const auto value = A.as<decltype(zero)>()[index];
        if (is_complex(A.dtype())) return json::array({std::real(value), std::imag(value)});
        return std::real(value);
    });
}

}  // namespace

Report::Report(const Session &session, const std::string &command)
    : json_(session.json()),
      command_(command),
      document_(std::make_unique<json>(json::object())),
      code_(ExitCode::ok) {
    (*document_)["command"] = command;
}

Report::~Report() = default;

void Report::line(const std::string &label, const std::string &value) {
    lines_.emplace_back(label, value);
}

void Report::input(const Operand &operand) {
    line(operand.name, operand.file + ": " + shape_text(operand.matrix));
    (*document_)["inputs"].push_back({{"name", operand.name},
                                      {"file", operand.file},
                                      {"rows", operand.matrix.rows()},
                                      {"cols", operand.matrix.cols()},
                                      {"dtype", std::string(1, dtype_letter(operand.matrix.dtype()))}});
}

void Report::call(const CallReport &report) {
    std::string backend = report.backend;
    for (const std::string &part : {report.variant, report.algorithm})
        if (!part.empty() && backend.find(part) == std::string::npos) backend += ", " + part;
    line("backend", backend + " (" + report.strategy + ")");
    if (!report.why.empty()) line("why", report.why);
    std::string time = seconds_text(report.seconds);
    if (report.transfer_seconds > 0) time += ", of which transfer " + seconds_text(report.transfer_seconds);
    if (report.predicted_seconds > 0) time += " (predicted " + seconds_text(report.predicted_seconds) + ")";
    line("time", time);
    if (report.certificate) {
        for (const auto &[label, value] : report.certificate->lines()) line(label, value);
        (*document_)["certificate"] = json::parse(report.certificate->json());
    }
    if (report.fallbacks > 0) line("fallbacks", fmt::format("{} failed before this one", report.fallbacks));
    const auto diagnosis = json::parse(report.diagnosis_json, nullptr, false);
    if (report.info > 0) line("info", std::to_string(report.info));
    judge(report, diagnosis);
    diagnosis_ = report.diagnosis;
    json &out = *document_;
    out["op"] = report.op;
    out["backend"] = report.backend;
    out["variant"] = report.variant;
    out["algorithm"] = report.algorithm;
    out["execution_strategy"] = report.strategy;
    out["why"] = report.why;
    out["seconds"] = report.seconds;
    out["predicted_seconds"] = report.predicted_seconds;
    out["transfer_seconds"] = report.transfer_seconds;
    out["fallbacks"] = report.fallbacks;
    out["info"] = report.info;
    out["diagnosis"] = diagnosis;
}

// INFO > 0, and results that the diagnosis calls useless (a NaN in A), fail the command.
void Report::judge(const CallReport &report, const json &diagnosis) {
    const bool useless = diagnosis.is_object() && string_or_empty(diagnosis, "severity_level") == "error";
    if (report.info <= 0 && !useless) return;
    code_ = report.info > 0 ? ExitCode::numerical : ExitCode::bad_input;
    error_ = report.op + (report.info > 0 ? ": INFO = " + std::to_string(report.info) : "");
    const std::string message = diagnosis.is_object() ? string_or_empty(diagnosis, "semantic_message") : "";
    if (!message.empty()) error_ += ": " + message;
}

void Report::residuals(const std::vector<Residual> &residuals) {
    for (const Residual &residual : residuals) {
        line("residual", residual.what + " = " + number_text(residual.value));
        (*document_)["residuals"][residual.key] = residual.value;
    }
}

void Report::number(const std::string &key, const std::string &label, double value) {
    line(label, number_text(value));
    (*document_)[key] = value;
}

void Report::text(const std::string &key, const std::string &label, const std::string &value) {
    line(label, value);
    (*document_)[key] = value;
}

void Report::vector(const std::string &key, const std::string &label, const Matrix &values) {
    constexpr std::int64_t shown = 5;
    const std::int64_t count = values.rows() * values.cols();
    std::string text;
    for (std::int64_t i = 0; i < std::min(count, shown); ++i)
        text += (i ? "  " : "") + element_text(values, i);
    if (count > shown) text += fmt::format("  ...  {}  ({} values)", element_text(values, count - 1), count);
    line(label, text);
    json &list = (*document_)[key] = json::array();
    for (std::int64_t i = 0; i < count; ++i) list.push_back(element_json(values, i));
}

void Report::output(const std::string &name, const std::string &file, const Matrix &A, bool vector) {
    if (file.empty()) return;
    write_matrix(file, A, vector);
    line("wrote", file + ": " + name + ", " + shape_text(A));
    (*document_)["outputs"].push_back({{"name", name}, {"file", file}});
}

ExitCode Report::finish() {
    if (json_) {
        std::printf("%s\n", document_->dump(2, ' ', false, json::error_handler_t::replace).c_str());
    } else {
        for (const auto &[label, value] : lines_) std::printf("%-9s %s\n", label.c_str(), value.c_str());
        if (!diagnosis_.empty()) std::printf("\n%s\n", diagnosis_.c_str());
    }
    if (code_ != ExitCode::ok) {
        std::fflush(stdout);
        std::fprintf(stderr, "lapack-ai %s: error: %s\n", command_.c_str(), error_.c_str());
    }
    return code_;
}

}  // namespace lapack_ai::cli

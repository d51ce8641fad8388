// lapack-ai diagnose A [--op solve|svd|cholesky|eig] [--svg FILE]: a health report of a matrix.
#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "health.hpp"
#include "io/input_error.hpp"
#include "operands.hpp"
#include "report.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

constexpr double condition_threshold = 1e12;

struct Options {
    std::string a, dtype, task = "solve", svg;
};

std::string lines_text(const std::vector<std::int64_t> &lines) {
    constexpr std::size_t shown = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(lines.size(), shown); ++i)
        text += (i > 0 ? ", " : "") + std::to_string(lines[i] + 1);
    if (lines.size() > shown) text += ", ... (" + std::to_string(lines.size()) + " in all)";
    return text.empty() ? "none" : text;
}

void report_entries(Report &report, const Entries &e, bool square) {
    if (e.nonfinite > 0) {
        report.text("nonfinite", "NaN, Inf",
                    std::to_string(e.nonfinite) + ", the first at row " +
                        std::to_string(e.nonfinite_row + 1) + ", column " +
                        std::to_string(e.nonfinite_column + 1));
    } else {
        report.text("nonfinite", "NaN, Inf", "none");
    }
    report.number("largest", "largest", e.largest);
    report.number("smallest_nonzero", "smallest", e.smallest);
    report.text(
        "scale", "scale",
        "rows differ by " + number_text(1 / e.row_ratio) + ", columns by " + number_text(1 / e.column_ratio));
    report.text("zero_rows", "zero rows", lines_text(e.zero_rows));
    report.text("zero_columns", "zero cols", lines_text(e.zero_columns));
    if (!square) return;
    report.text("symmetry", "symmetry",
                e.hermitian ? "symmetric (Hermitian)"
                            : "not symmetric: differs by " + number_text(e.asymmetry) + " at row " +
                                  std::to_string(e.asymmetry_row + 1) + ", column " +
                                  std::to_string(e.asymmetry_column + 1));
}

std::vector<double> singular_values(Session &session, const Matrix &A) {
    const std::int64_t m = A.rows(), n = A.cols();
    Matrix work = A.clone();
    Matrix S(is_single(A.dtype()) ? LAI_DTYPE_F32 : LAI_DTYPE_F64, std::min(m, n), 1);
    Call call("gesvd", A.dtype());
    call.dims({m, n}).flags("NN").operand(work).operand(S).absent().absent();
    if (call.run(session, false).info != 0) return {};
    const Matrix values = convert(S, LAI_DTYPE_F64);
    return {values.as<double>(), values.as<double>() + std::min(m, n)};
}

// The first line of what the enhancer says about a factorization; empty when all is well.
std::string diagnosis_of(const CallReport &report) {
    const auto diagnosis = nlohmann::json::parse(report.diagnosis_json, nullptr, false);
    return string_or_empty(diagnosis, "semantic_message");
}

std::string facts_of(const CallReport &report) {
    const auto diagnosis = nlohmann::json::parse(report.diagnosis_json, nullptr, false);
    return string_or_empty(diagnosis, "detail");
}

Definiteness definiteness_of(Session &session, const Matrix &A, const Entries &entries, Report &report) {
    if (!entries.hermitian) return Definiteness::not_hermitian;
    Matrix factor = A.clone();
    Call call("potrf", A.dtype());
    call.dims({A.rows()}).flags("L").operand(factor);
    const CallReport outcome = call.run(session, false);
    if (outcome.info == 0) {
        report.text("definiteness", "definite",
                    diagnosis_of(outcome).empty() ? "positive definite"
                                                  : "positive definite, and singular to working precision");
        return Definiteness::positive;
    }
    const std::string said = diagnosis_of(outcome);
    report.text("definiteness", "definite",
                said.empty()
                    ? "no: the leading minor of order " + std::to_string(outcome.info) + " is not positive"
                    : said);
    return Definiteness::not_positive;
}

// What the factorization that belongs to the shape says: names of dependent rows and columns.
void report_dependency(Session &session, const Matrix &A, Report &report) {
    const std::int64_t m = A.rows(), n = A.cols();
    Matrix factors = A.clone();
    CallReport outcome;
    if (m == n) {
        std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
        Call call("getrf", A.dtype());
        call.dims({m, n}).operand(factors).operand(ipiv);
        outcome = call.run(session, false);
    } else {
        Matrix b(A.dtype(), std::max(m, n), 1);
        Call call("gels", A.dtype());
        call.dims({m, n, 1}).flags("N").operand(factors).operand(b);
        outcome = call.run(session, false);
    }
    const std::string said = diagnosis_of(outcome);
    if (said.empty()) return;
    report.text("finding", "finding", said);
    std::istringstream facts(facts_of(outcome));
    int number = 0;
    for (std::string fact; std::getline(facts, fact);)
        report.text("fact_" + std::to_string(++number), "", fact);
}

void write_svg(const std::string &path, const std::string &svg) {
    std::ofstream out(path);
    out << svg;
    if (!out.flush()) throw InputError(path + ": cannot be written");
}

ExitCode run(Session &session, const Options &options) {
    session.set("plugins.diagnostics.log", "false", "diagnose");  // the report says it all
    Operand A = read_operand("A", options.a);
    const lai_dtype dtype = dtype_of_word(options.dtype, A.matrix.dtype());
    convert_operand(A, dtype);
    const std::int64_t m = A.matrix.rows(), n = A.matrix.cols();
    Report report(session, "diagnose");
    report.input(A);
    const Entries entries = look_at_entries(A.matrix);
    report_entries(report, entries, m == n);
    Spectrum spectrum;
    Definiteness definiteness = Definiteness::unknown;
    if (entries.nonfinite == 0 && m > 0 && n > 0) {
        const std::vector<double> s = singular_values(session, A.matrix);
        spectrum = look_at_spectrum(s, m, n, dtype);
        if (!s.empty()) {
            report.number("rank", "rank", static_cast<double>(spectrum.rank));
            report.number("condition", "condition", spectrum.condition);
            if (!options.svg.empty()) {
                write_svg(options.svg, singular_value_svg(s, spectrum, "Singular values of " + A.file));
                report.text("svg", "wrote", options.svg + ": singular values");
            }
        }
        if (m == n) definiteness = definiteness_of(session, A.matrix, entries, report);
        if (spectrum.condition > condition_threshold || spectrum.rank < std::min(m, n))
            report_dependency(session, A.matrix, report);
    }
    const Recommendation advice =
        recommend(options.task, A.matrix, entries, spectrum, definiteness, condition_threshold);
    report.text("recommended", "use", advice.routine);
    report.text("why_recommended", "because", advice.why);
    return report.finish();
}

}  // namespace

void add_diagnose_command(Arguments &root, Session &session) {
    auto options = std::make_shared<Options>();
    Arguments diagnose = root.command(
        "diagnose", "Health report of a matrix: NaN, scale, symmetry, rank, condition, which routine to use");
    diagnose.positional("A", options->a, "Matrix file");
    diagnose.choice("--op", options->task, {"solve", "svd", "cholesky", "eig"},
                    "What it is for (default solve)");
    diagnose.option("--svg", options->svg, "Write a picture of the singular values here");
    declare_dtype(diagnose, options->dtype);
    diagnose.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli

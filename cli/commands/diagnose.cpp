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
constexpr double near_threshold =
    1e7;  // condition from which a look for nearly dependent columns is worth it

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

void report_entries(Report &report, const Entries &e, bool square, bool complex) {
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
    if (!square || e.nonfinite > 0) return;
    report.text("symmetry", "symmetry",
                e.hermitian
                    ? (complex ? "Hermitian" : "symmetric")
                    : std::string("not ") + (complex ? "Hermitian" : "symmetric") + ": differs by " +
                          number_text(e.asymmetry) + " at row " + std::to_string(e.asymmetry_row + 1) +
                          ", column " + std::to_string(e.asymmetry_column + 1));
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

// What the enhancer says about a call; all empty when it has nothing to say.
struct Said {
    std::string category, message;  // the message without the routine's name
    std::vector<std::string> facts;
};

Said said_about(const CallReport &report) {
    const auto diagnosis = nlohmann::json::parse(report.diagnosis_json, nullptr, false);
    Said said{string_or_empty(diagnosis, "category"), string_or_empty(diagnosis, "semantic_message"), {}};
    const std::size_t colon = said.message.find(": ");
    if (colon != std::string::npos) said.message.erase(0, colon + 2);
    std::istringstream facts(string_or_empty(diagnosis, "detail"));
    for (std::string fact; std::getline(facts, fact);) said.facts.push_back(fact);
    return said;
}

Definiteness definiteness_of(Session &session, const Matrix &A, const Entries &entries, Report &report) {
    if (!entries.hermitian) return Definiteness::not_hermitian;
    Matrix factor = A.clone();
    Call call("potrf", A.dtype());
    call.dims({A.rows()}).flags("L").operand(factor);
    const CallReport outcome = call.run(session, false);
    const Said said = said_about(outcome);
    std::string text = outcome.info == 0 ? "positive definite" : "no: " + said.message;
    if (said.category == "SINGULAR_WORKING_PRECISION") text += ", and singular to working precision";
    if (outcome.info > 0 && said.message.empty())
        text += "the leading minor of order " + std::to_string(outcome.info) + " is not positive";
    report.text("definiteness", "definite", text);
    int number = 0;
    for (const std::string &fact : said.facts)
        if (outcome.info > 0) report.text("definiteness_fact_" + std::to_string(++number), "", fact);
    return outcome.info == 0 ? Definiteness::positive : Definiteness::not_positive;
}

// Solves A x = A 1 by the routine that belongs to the shape, and reports what the enhancer finds: dependent
// rows and columns, pivot growth, scaling. Returns the category.
std::string report_trial_solve(Session &session, const Matrix &A, Report &report) {
    const std::int64_t m = A.rows(), n = A.cols();
    Matrix factors = A.clone(), b(A.dtype(), std::max(m, n), 1);
    with_type(A.dtype(), [&]<class T>(T) {
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < m; ++i) b.as<T>()[i] += A.as<T>()[j * m + i];
    });
    std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
    Call call(m == n ? "gesv" : "gels", A.dtype());
    if (m == n) {
        call.dims({n, 1}).flags("N").operand(factors).operand(ipiv).operand(b);
    } else {
        call.dims({m, n, 1}).flags("N").operand(factors).operand(b);
    }
    Said said = said_about(call.run(session, false));
    if (said.message.empty()) return {};
    said.message = said.message.substr(0, said.message.find("; no solution"));  // none was asked for
    report.text("finding", "finding", said.message);
    int number = 0;
    for (const std::string &fact : said.facts) report.text("fact_" + std::to_string(++number), "", fact);
    return said.category;
}

void report_near_dependency(Session &session, const Matrix &A, Report &report) {
    const std::int64_t m = A.rows(), n = A.cols(), k = std::min(m, n);
    Matrix work = A.clone(), VT(A.dtype(), k, n);
    Matrix S(is_single(A.dtype()) ? LAI_DTYPE_F32 : LAI_DTYPE_F64, k, 1);
    Call call("gesvd", A.dtype());
    call.dims({m, n}).flags("NS").operand(work).operand(S).absent().operand(VT);
    if (call.run(session, false).info != 0) return;
    const auto columns = nearly_dependent_columns(A, VT);
    if (columns.empty()) return;
    report.text("nearly_dependent", "nearly",
                (columns.size() == 1 ? "column " + lines_text(columns) + " is almost zero"
                                     : "columns " + lines_text(columns) + " almost depend on each other"));
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
    report_entries(report, entries, m == n, is_complex(dtype));
    Spectrum spectrum;
    Definiteness definiteness = Definiteness::unknown;
    std::string finding;
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
        finding = report_trial_solve(session, A.matrix, report);
        if (finding.empty() && m >= n && spectrum.condition > near_threshold)
            report_near_dependency(session, A.matrix, report);
    }
    const Recommendation advice =
        recommend(options.task, A.matrix, entries, spectrum, definiteness, finding, condition_threshold);
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

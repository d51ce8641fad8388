// See screen.hpp.
#include "insight/screen.hpp"

#include <cstdio>

#include "lapack_ai/abi/enhancer.h"
#include "report/words.hpp"
#include "table/routine_table.hpp"

namespace lapack_ai::diagnostics {

Finding say_nonfinite(const std::string &routine, std::int64_t info, const std::string &matrix,
                      const NonFinite &found, bool swapped, const Words &words) {
    Finding finding = make_finding(Category::nonfinite_input, routine, info);
    const index_t row = swapped ? found.column : found.row, column = swapped ? found.row : found.column;
    const std::string entry = words.entry(matrix, row, column);
    finding.matrix = matrix;
    finding.argument_name = matrix;
    finding.index_kind = "column";
    finding.index_ordering = "user";
    finding.index_value = column;
    const std::string value = found.is_nan ? "NaN" : found.is_negative ? "-Inf" : "Inf";
    finding.message = upper_case(routine) + ": matrix " + matrix + " contains " + value + " at " +
                      words.position(row, column);
    finding.facts.push_back(entry + " is " + value + "; " + std::to_string(found.count) + " non-finite " +
                            (found.count == 1 ? "entry" : "entries") + " in the part that is read");
    return finding;
}

Finding say_asymmetric(const std::string &routine, const std::string &matrix, const Asymmetry &found,
                       char uplo, const Words &words) {
    Finding finding = make_finding(Category::asymmetric, routine, 0);
    finding.matrix = matrix;
    finding.state = ResultState::suspect;
    finding.message = upper_case(routine) + ": " + matrix + " is not symmetric; only its " +
                      (uplo == 'U' ? "upper" : "lower") + " triangle was read";
    finding.facts.push_back("largest difference between the triangles: " + short_number(found.size) + " at " +
                            words.entry(matrix, found.row, found.column));
    return finding;
}

Finding say_workspace_overflow(const std::string &name, Bindings bindings) {
    const auto routine = Routine::find(name);
    if (!routine) return {};
    constexpr double most = 2147483647.0;
    for (const Routine::Check &check : routine->checks()) {
        if (check.requirement.substr(0, 9) != "LWORK >= ") continue;
        const auto need = evaluate_number(check.requirement.substr(9), bindings);
        if (!need || *need <= most) continue;
        Finding finding = make_finding(Category::integer_overflow, routine->name(), -check.argument);
        finding.argument_index = check.argument;
        finding.argument_name = "LWORK";
        finding.argument_requirement = "LWORK <= 2147483647 in a 32-bit LAPACK";
        finding.argument_value = std::to_string(static_cast<long long>(*need));
        finding.matrix = routine->argument_name(routine->main_argument());
        const double bytes = *need * (name[0] == 's' ? 4 : name[0] == 'z' ? 16 : 8);
        char text[120];
        std::snprintf(text, sizeof text, "needs %s elements of workspace > 2^31-1 (%.1f GB)",
                      grouped(*need).c_str(), bytes / 1e9);
        finding.message = upper_case(routine->name()) + ": " + text;
        finding.facts.push_back("its workspace query wraps around and returns a number that is too small");
        return finding;
    }
    return {};
}

}  // namespace lapack_ai::diagnostics

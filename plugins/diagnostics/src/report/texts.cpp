// See texts.hpp.
#include "report/texts.hpp"

#include "insight/screen.hpp"
#include "lapack_ai/abi/enhancer.h"
#include "report/words.hpp"
#include "table/explain.hpp"

namespace lapack_ai::diagnostics {
namespace {

const char *severity_name(std::uint32_t severity) {
    constexpr const char *names[] = {"none", "note", "warning", "error", "misuse"};
    return severity < 5 ? names[severity] : "unknown";
}
const char *applicability_name(std::uint32_t applicability) {
    constexpr const char *names[] = {"", "verified", "likely", "to fill in"};
    return applicability < 4 ? names[applicability] : "";
}
const char *state_name(ResultState state) {
    constexpr const char *names[] = {"none", "partial", "suspect", "usable", "unspecified"};
    return names[static_cast<int>(state)];
}

std::string wrapped(std::string_view text, std::size_t width) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string_view word = text.substr(at, end - at);
        if (column > 0 && column + 1 + word.size() > width) {
            out += '\n';
            column = 0;
        } else if (column > 0) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
        at = end + 1;
    }
    return out;
}

// Outputs that tell more than INFO does: RANK, ITER.
std::string side_channels(const Routine &routine) {
    const auto sides = routine.side_channels();
    if (sides.empty()) return {};
    std::string text = "  look also at:";
    for (const std::string_view side : sides) text += " " + std::string(side);
    return text + "\n";
}

}  // namespace

std::string text_of_code(std::string_view code) {
    const CategoryText *c = find_code(code);
    if (c == nullptr) return {};
    std::string text = std::string(c->code) + " " + c->name + " (" + severity_name(c->severity) +
                       "): " + c->title + "\n\n" + wrapped(c->meaning, 100) + "\n";
    text += "\nWhat to do:\n";
    for (const Remedy &remedy : c->remedies)
        if (remedy.text != nullptr)
            text += std::string("  - ") + with_letter(remedy.text, 'x') + " [" +
                    applicability_name(remedy.applicability) + "]\n";
    return text;
}

std::string text_of_info(std::string_view name, std::int64_t info, std::span<const std::int64_t> dims) {
    const auto routine = Routine::find(name);
    if (!routine) return {};
    auto bindings = bind_integers(*routine, dims);
    Finding finding;
    if (info != 0) {
        finding = explain(name, info, bindings);
    } else {
        for (const char *job : {"JOBZ", "JOBU", "JOBVT"})  // the most demanding choice
            if (routine->argument_index(job) > 0)
                bindings.push_back(
                    {job, static_cast<double>(routine->name().find("gesdd") == 1 ? 'A' : 'V')});
        finding = say_workspace_overflow(routine->name(), bindings);
        if (finding.empty())
            return upper_case(routine->name()) + ": INFO = 0: success\n" + side_channels(*routine);
    }
    const CategoryText &c = category_text(finding.category);
    std::string text =
        finding.message + "\n" + c.code + " " + c.name + " (" + severity_name(finding.severity) + ")\n";
    for (const std::string &fact : finding.facts) text += "  " + fact + "\n";
    if (info > 0) text += std::string("  result: ") + state_name(finding.state) + "\n";
    text += side_channels(*routine);
    for (const Action &action : finding.actions)
        text += "  - " + action.text + " [" + applicability_name(action.applicability) + "]\n";
    return text;
}

std::string code_page() {
    std::string page;
    for (std::size_t i = 0; i < category_count(); ++i) {
        const CategoryText &c = category_at(i);
        page += std::string("### ") + c.code + " " + c.name + "\n\n*" + severity_name(c.severity) + ": " +
                c.title + ".*\n\n" + wrapped(c.meaning, 120) + "\n\n";
        for (const Remedy &remedy : c.remedies)
            if (remedy.text != nullptr)
                page += std::string("- ") + with_letter(remedy.text, 'x') + " (" +
                        applicability_name(remedy.applicability) + ")\n";
        page += "\n";
    }
    return page;
}

}  // namespace lapack_ai::diagnostics

// Rows are sorted by stem, so a name is found by bisection on what follows its precision letter.
#include "table/routine_table.hpp"

#include <algorithm>
#include <cctype>

namespace lapack_ai::diagnostics {
namespace {

std::uint8_t letter_bit(char c) {
    switch (c) {
        case 's':
            return 1;
        case 'd':
            return 2;
        case 'c':
            return 4;
        case 'z':
            return 8;
        default:
            return 16;
    }
}

// "INFO = 3" says more than "INFO >= 1 and INFO <= N", and that more than "INFO > 0". A single value that
// depends on an unknown dimension counts as a range.
int specificity(std::string_view when, bool certain) {
    if (when == "INFO < 0" || when.substr(0, 8) == "INFO > 0" || when == "INFO != 0") return 0;
    if (when.substr(0, 7) != "INFO = ") return 1;
    return certain || when.find_first_not_of("-0123456789", 7) == std::string_view::npos ? 2 : 1;
}

}  // namespace

std::optional<Routine> Routine::find(std::string_view name) {
    std::string lower(name);
    while (!lower.empty() && lower.back() == '_') lower.pop_back();
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower.size() < 2) return {};
    const std::string_view stem = std::string_view(lower).substr(1);
    const auto *end = data::routines + data::routine_count;
    const auto *row = std::lower_bound(
        data::routines, end, stem, [](const data::RoutineRow &r, std::string_view s) { return r.stem < s; });
    for (; row != end && row->stem == stem; ++row)
        if (row->letters & letter_bit(lower[0])) return Routine(*row, std::move(lower));
    return {};
}

std::vector<std::string> Routine::all_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < data::routine_count; ++i)
        for (const char letter : {'s', 'd', 'c', 'z'})
            if (data::routines[i].letters & letter_bit(letter))
                names.push_back(letter + std::string(data::routines[i].stem));
    return names;
}

std::string_view Routine::argument_name(int index) const {
    if (index < 1 || index > row_->argument_count) return {};
    return data::texts[data::arguments[row_->arguments + index - 1].name];
}

int Routine::argument_index(std::string_view name) const {
    for (int i = 1; i <= row_->argument_count; ++i)
        if (argument_name(i) == name) return i;
    return 0;
}

bool Routine::is_integer_input(int index) const {
    const int kind = data::arguments[row_->arguments + index - 1].kind;
    return (kind & 7) == 2 && ((kind >> 3) & 3) == 0 && (kind >> 5) == 1;
}

std::vector<std::string_view> Routine::side_channels() const {
    std::vector<std::string_view> names;
    for (int i = 0; i < row_->side_count; ++i)
        names.emplace_back(data::texts[data::side_channels[row_->sides + i]]);
    return names;
}

std::vector<Routine::Check> Routine::checks() const {
    std::vector<Check> list;
    for (int i = 0; i < row_->check_count; ++i) {
        const data::CheckRow &c = data::checks[row_->checks + i];
        list.push_back({data::texts[c.requirement], c.reported, c.argument});
    }
    return list;
}

std::vector<Routine::Meaning> Routine::meanings(std::int64_t info, Bindings bindings) const {
    std::vector<Meaning> found;
    if (info == 0) return found;
    std::vector<Binding> known(bindings.begin(), bindings.end());
    known.push_back({"INFO", static_cast<double>(info)});
    int best = -1;
    for (int i = 0; i < row_->info_count; ++i) {
        const data::InfoRow &row = data::infos[row_->infos + i];
        const std::string_view when = data::texts[row.when];
        const auto truth = holds(when, known);
        if (truth && !*truth) continue;
        const int rank = specificity(when, truth.has_value());
        if (rank < best) continue;
        if (rank > best) found.clear();
        best = rank;
        found.push_back({row.category, data::texts[row.parameter], data::texts[row.value],
                         data::texts[row.kind], data::texts[row.fact], row.argument, row.state});
    }
    return found;
}

}  // namespace lapack_ai::diagnostics

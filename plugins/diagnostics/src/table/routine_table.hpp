// Look-up in the generated table: a routine by its name, its arguments, and what an INFO value of it means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/expression.hpp"
#include "table/routine_table_data.hpp"

namespace lapack_ai::diagnostics {

class Routine {
  public:
    // Any case, with or without the trailing underscore of Fortran. nullopt: LAPACK has no such routine.
    static std::optional<Routine> find(std::string_view name);
    static std::vector<std::string> all_names();

    const std::string &name() const { return name_; }  // "dgesv"
    int argument_count() const { return row_->argument_count; }
    std::string_view argument_name(int index) const;  // 1-based
    int argument_index(std::string_view name) const;  // 0: none
    bool is_integer_input(int index) const;
    int main_argument() const { return row_->main_argument; }
    std::string_view ambiguity() const { return data::texts[row_->ambiguity]; }
    std::vector<std::string_view> side_channels() const;

    struct Check {
        std::string_view requirement;
        int reported;
        int argument;
    };
    // The argument tests in the order the routine makes them.
    std::vector<Check> checks() const;

    struct Meaning {
        Category category = Category::undocumented_value;
        std::string_view parameter, value, kind, fact;
        int argument = 0;  // 1-based; holds the matrix concerned
        ResultState state = ResultState::unspecified;
    };
    // Every meaning that INFO can have given what is known; the most specific ones only, more than one when
    // the code is ambiguous. Empty for INFO = 0 and for values outside the documentation.
    std::vector<Meaning> meanings(std::int64_t info, Bindings bindings) const;

  private:
    explicit Routine(const data::RoutineRow &row, std::string name) : row_(&row), name_(std::move(name)) {}
    const data::RoutineRow *row_;
    std::string name_;
};

}  // namespace lapack_ai::diagnostics

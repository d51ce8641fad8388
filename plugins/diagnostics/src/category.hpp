// What can go wrong, as one closed list: the categories of LAPACK's INFO codes and those that only an
// enhancer sees. Each has a stable code (LA0103), a severity, a meaning and up to three remedies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lapack_ai::diagnostics {

enum class Category : std::uint8_t {
    none,
    // arguments and input
    illegal_argument,
    nonfinite_input,
    integer_overflow,
    void_input,
    nonfinite_or_degenerate_norm,
    asymmetric,
    invalid_structure,
    data_inconsistent_warning,
    // singularity, rank, scaling
    zero_row,
    zero_column,
    singular_lu_pivot,
    singular_triangular_diagonal,
    singular_ldlt_pivot,
    singular_working_precision,
    rank_deficient,
    rank_deficient_or_not_psd,
    perturbed_to_avoid_overflow,
    badly_scaled,
    close_spectra,
    // definiteness
    not_positive_definite,
    semidefinite,
    nonpositive_diagonal,
    // iterations
    nonconv_offdiag_count,
    nonconv_svd,
    nonconv_other,
    nonconv_qr_qz_index,
    nonconv_vectors,
    nonconv_dc_submatrix,
    nonconv_dqds,
    bisection_incomplete,
    reorder_failed,
    reorder_selection_changed,
    // accuracy
    backward_error_large,
    error_bound_not_guaranteed,
    accuracy_flag,
    lower_precision_overflow,
    solution_overflow,
    // inside a routine
    subroutine_failure,
    internal_error,
    undocumented_value,
};

// What the outputs are worth; the values are LAI_STATE_*.
enum class ResultState : std::uint8_t { none = 0, partial = 1, suspect = 2, usable = 3, unspecified = 4 };

struct Remedy {
    const char *text;             // "?" stands for the type's letter of a routine name
    std::uint32_t applicability;  // LAI_APPLICABILITY_*
};

struct CategoryText {
    Category category;
    const char *code;        // "LA0103"
    const char *name;        // "INTEGER_OVERFLOW"
    std::uint32_t severity;  // LAI_SEVERITY_*, unless the case says otherwise
    const char *title;       // a few words
    const char *meaning;     // what it means, for the page and for `explain`
    Remedy remedies[3];      // text null: fewer
};

// The text of a category; every category but `none` has one.
const CategoryText &category_text(Category category);
// By code ("LA0103", case-insensitive); null if there is none.
const CategoryText *find_code(std::string_view code);
std::size_t category_count();
const CategoryText &category_at(std::size_t index);

}  // namespace lapack_ai::diagnostics

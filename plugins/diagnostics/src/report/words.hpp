// Small pieces of wording that findings share, and how each language names rows, columns and entries.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lapack_ai/abi/types.h"

namespace lapack_ai::diagnostics {

std::string upper_case(std::string_view text);
// "2,147,516,826".
std::string grouped(double integer);

// A remedy's text with '?' replaced by the type's letter.
std::string with_letter(std::string_view text, char letter);

// The caller's notation. Indices given are 0-based; `kind` is "row" or "column".
class Words {
  public:
    // language: LAI_LANGUAGE_*; INHERIT and unknown numbers mean LAPACK's.
    explicit constexpr Words(std::uint32_t language = LAI_LANGUAGE_LAPACK) : language_(language) {}

    // "3", "[2]", "2".
    std::string index(std::int64_t i) const;
    // "A(3,1)", "A[2,0]", "A[2, 0]".
    std::string entry(const std::string &matrix, std::int64_t row, std::int64_t column) const;
    // "(3,1)", "[2,0]", "[2, 0]".
    std::string position(std::int64_t row, std::int64_t column) const;
    // "row 3", "row [2]", "A[2, :]": one line within a formula.
    std::string term(const std::string &kind, std::int64_t i, const std::string &matrix) const;
    // "row 3 of A", "row [2] of A", "row A[2, :]".
    std::string line(const std::string &kind, std::int64_t i, const std::string &matrix) const;
    // "columns 2 and 5 of A", "columns [1] and [4] of A", "columns A[:, 1] and A[:, 4]". One index: line().
    std::string lines(const std::string &kind, const std::vector<std::int64_t> &indices,
                      const std::string &matrix) const;
    // "rows and columns 2 to 4 of A", "rows and columns [1] to [3] of A", "A[1:4, 1:4]".
    std::string block(std::int64_t first, std::int64_t last, const std::string &matrix) const;

  private:
    bool python() const { return language_ == LAI_LANGUAGE_PYTHON; }
    bool from_zero() const { return python() || language_ == LAI_LANGUAGE_C; }

    std::uint32_t language_;
};

}  // namespace lapack_ai::diagnostics

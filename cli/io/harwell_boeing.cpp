#include "io/harwell_boeing.hpp"

#include <cctype>
#include <string_view>
#include <vector>

#include "io/fortran_format.hpp"
#include "io/line_reader.hpp"
#include "io/number.hpp"

namespace lapack_ai::cli {

namespace {

struct Header {
    char values = 'R';    // R, C, P
    char symmetry = 'U';  // U, S, H, Z, R
    std::int64_t rows = 0, cols = 0, entries = 0;
    FortranFormat pointers, indices, numbers;
};

// Columns first..first+width of a header line, without blanks around them.
std::string_view header_field(const std::string &line, std::size_t first, std::size_t width) {
    FortranFormat field;
    field.width = static_cast<int>(width);
    return first < line.size() ? fortran_field(field, std::string_view(line).substr(first), 0)
                               : std::string_view();
}

std::int64_t header_integer(const LineReader &reader, const std::string &line, std::size_t first,
                            const char *what) {
    const std::string_view text = header_field(line, first, 14);
    const auto value = parse_integer(text);
    if (!value || *value < 0)
        reader.fail(std::string(what) + " " + quoted(std::string(text)) + ": must be an integer >= 0");
    return *value;
}

FortranFormat header_format(const LineReader &reader, const std::string &line, std::size_t first,
                            std::size_t width, const char *what, char letter) {
    const std::string text(header_field(line, first, width));
    const auto format = parse_fortran_format(text);
    if (!format || format->letter != letter)
        reader.fail(std::string(what) + " " + quoted(text) + ": must be a Fortran format such as " +
                    (letter == 'I' ? "(13I6)" : "(5E16.8)"));
    return *format;
}

Header read_header(LineReader &reader) {
    std::string line;
    Header header;
    reader.require(line, "the title line");
    reader.require(line, "the line of card counts");
    const std::string_view right_hand = header_field(line, 56, 14);
    const bool has_right_hand = !right_hand.empty() && parse_integer(right_hand).value_or(0) > 0;
    reader.require(line, "the line of type and size");
    std::string type(header_field(line, 0, 3));
    for (char &c : type) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (type.size() != 3 || std::string_view("RCP").find(type[0]) == std::string_view::npos ||
        std::string_view("USHZR").find(type[1]) == std::string_view::npos)
        reader.fail("matrix type " + quoted(type) + ": must be R, C or P, then U, S, H, Z or R, then A");
    if (type[2] != 'A')
        reader.fail("matrix type " + quoted(type) + ": unassembled matrices are not read; it must end in A");
    header.values = type[0];
    header.symmetry = type[1];
    header.rows = header_integer(reader, line, 14, "row count");
    header.cols = header_integer(reader, line, 28, "column count");
    header.entries = header_integer(reader, line, 42, "entry count");
    // Every column pointer and row index takes a character at least.
    if (static_cast<std::uint64_t>(header.cols) > reader.size() ||
        static_cast<std::uint64_t>(header.entries) > reader.size())
        reader.fail(std::to_string(header.cols) + " columns and " + std::to_string(header.entries) +
                    " entries: more than a file of " + std::to_string(reader.size()) + " bytes can hold");
    if (header.symmetry != 'U' && header.symmetry != 'R' && header.rows != header.cols)
        reader.fail("shape " + std::to_string(header.rows) + " x " + std::to_string(header.cols) +
                    ": a symmetric, Hermitian or skew matrix must be square");
    reader.require(line, "the line of formats");
    header.pointers = header_format(reader, line, 0, 16, "pointer format", 'I');
    header.indices = header_format(reader, line, 16, 16, "index format", 'I');
    if (header.values != 'P') header.numbers = header_format(reader, line, 32, 20, "value format", 'E');
    if (has_right_hand) reader.require(line, "the line of right-hand sides");
    return header;
}

// Reads `count` fields of `format`, handing each to `take(field)`.
template <class Take>
void read_fields(LineReader &reader, const FortranFormat &format, std::int64_t count, const char *what,
                 Take take) {
    std::string line;
    for (std::int64_t i = 0; i < count; ++i) {
        const int index = static_cast<int>(i % format.count);
        if (index == 0) reader.require(line, what);
        take(fortran_field(format, line, index));
    }
}

std::vector<std::int64_t> read_integers(LineReader &reader, const FortranFormat &format, std::int64_t count,
                                        const char *what, std::int64_t low, std::int64_t high) {
    std::vector<std::int64_t> values;
    values.reserve(static_cast<std::size_t>(count));
    read_fields(reader, format, count, what, [&](std::string_view field) {
        const auto value = parse_integer(field);
        if (!value || *value < low || *value > high)
            reader.fail(std::string(what) + " " + quoted(std::string(field)) + ": must be in " +
                        std::to_string(low) + ".." + std::to_string(high));
        values.push_back(*value);
    });
    return values;
}

template <class T>
void read_values(LineReader &reader, const Header &header, const std::vector<std::int64_t> &pointers,
                 const std::vector<std::int64_t> &rows, Matrix &A) {
    T *const a = A.as<T>();
    std::size_t entry = 0;
    std::int64_t column = 0;
    const auto put = [&](T value) {
        while (pointers[static_cast<std::size_t>(column) + 1] - 1 <= static_cast<std::int64_t>(entry))
            ++column;
        const std::int64_t row = rows[entry++] - 1;
        a[column * A.rows() + row] += value;
        if (row == column || header.symmetry == 'U' || header.symmetry == 'R') return;
        T mirrored = header.symmetry == 'Z' ? -value : value;
        if constexpr (std::is_same_v<T, std::complex<double>>) {
            if (header.symmetry == 'H') mirrored = std::conj(value);
        }
        a[row * A.rows() + column] += mirrored;
    };
    if (header.values == 'P') {
        for (std::int64_t i = 0; i < header.entries; ++i) put(T{1});
        return;
    }
    constexpr bool complex = std::is_same_v<T, std::complex<double>>;
    double re = 0;
    bool have_re = false;  // a complex value is two fields
    read_fields(
        reader, header.numbers, header.entries * (complex ? 2 : 1), "value", [&](std::string_view field) {
            const auto value = fortran_real(header.numbers, field);
            if (!value)
                reader.fail("value " + quoted(std::string(field)) + ": must be a number in double's range");
            if constexpr (complex) {
                if (have_re) put(T{re, *value});
                re = *value;
                have_re = !have_re;
            } else {
                put(*value);
            }
        });
}

}  // namespace

Matrix read_harwell_boeing(std::istream &in, const std::string &name, const ReadLimits &limits) {
    LineReader reader(in, name);
    const Header header = read_header(reader);
    const bool complex = header.values == 'C';
    checked_bytes(reader.where(), header.rows, header.cols, complex ? 16 : 8, limits);
    const auto pointers =
        read_integers(reader, header.pointers, header.cols + 1, "column pointer", 1, header.entries + 1);
    if (pointers.front() != 1 || pointers.back() != header.entries + 1)
        reader.fail("column pointers from " + std::to_string(pointers.front()) + " to " +
                    std::to_string(pointers.back()) + ": must run from 1 to " +
                    std::to_string(header.entries + 1) + ", one beyond the entry count");
    for (std::size_t j = 1; j < pointers.size(); ++j) {
        if (pointers[j] < pointers[j - 1])
            reader.fail("column pointer " + std::to_string(pointers[j]) +
                        ": must not be below the one before it, " + std::to_string(pointers[j - 1]));
    }
    const auto rows = read_integers(reader, header.indices, header.entries, "row index", 1, header.rows);
    Matrix A(complex ? LAI_DTYPE_C64 : LAI_DTYPE_F64, header.rows, header.cols);
    complex ? read_values<std::complex<double>>(reader, header, pointers, rows, A)
            : read_values<double>(reader, header, pointers, rows, A);
    return A;
}

}  // namespace lapack_ai::cli

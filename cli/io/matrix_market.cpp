#include "io/matrix_market.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>

#include "io/line_reader.hpp"
#include "io/number.hpp"

namespace lapack_ai::cli {

namespace {

enum class Field { real, complex, integer, pattern };
enum class Symmetry { general, symmetric, hermitian, skew };

struct Banner {
    bool coordinate = false;
    Field field = Field::real;
    Symmetry symmetry = Symmetry::general;
};

template <class T>
struct Word {
    std::string_view text;
    T value;
};

template <class T, std::size_t N>
T choose(const LineReader &reader, const char *what, std::string_view word,
         const std::array<Word<T>, N> &choices) {
    std::string lower(word), list;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const auto &choice : choices) {
        if (lower == choice.text) return choice.value;
        list += (list.empty() ? "" : ", ") + std::string(choice.text);
    }
    reader.fail(std::string(what) + " " + quoted(std::string(word)) + ": must be one of " + list);
}

Banner read_banner(LineReader &reader) {
    std::string line;
    reader.require(line, "the %%MatrixMarket line");
    std::string_view rest = line;
    choose(reader, "banner", next_word(rest), std::array{Word<bool>{"%%matrixmarket", true}});
    choose(reader, "object", next_word(rest), std::array{Word<bool>{"matrix", true}});
    Banner banner;
    banner.coordinate = choose(reader, "format", next_word(rest),
                               std::array{Word<bool>{"coordinate", true}, Word<bool>{"array", false}});
    banner.field =
        choose(reader, "field", next_word(rest),
               std::array{Word<Field>{"real", Field::real}, Word<Field>{"double", Field::real},
                          Word<Field>{"complex", Field::complex}, Word<Field>{"integer", Field::integer},
                          Word<Field>{"pattern", Field::pattern}});
    banner.symmetry = choose(reader, "symmetry", next_word(rest),
                             std::array{Word<Symmetry>{"general", Symmetry::general},
                                        Word<Symmetry>{"symmetric", Symmetry::symmetric},
                                        Word<Symmetry>{"hermitian", Symmetry::hermitian},
                                        Word<Symmetry>{"skew-symmetric", Symmetry::skew}});
    if (banner.field == Field::pattern && !banner.coordinate)
        reader.fail("field pattern: must be coordinate, not array");
    if (banner.field == Field::pattern && banner.symmetry == Symmetry::skew)
        reader.fail("field pattern: cannot be skew-symmetric");
    if (banner.symmetry == Symmetry::hermitian && banner.field != Field::complex)
        reader.fail("symmetry hermitian: the field must be complex");
    return banner;
}

// The next line that is neither a comment nor blank; false at the end of the file.
bool next_data_line(LineReader &reader, std::string &line) {
    while (reader.next(line)) {
        std::string_view rest = line;
        const std::string_view word = next_word(rest);
        if (!word.empty() && word[0] != '%') return true;
    }
    return false;
}

std::int64_t integer(const LineReader &reader, const char *what, std::string_view word) {
    const auto value = parse_integer(word);
    if (!value)
        reader.fail(std::string(what) + " " + quoted(std::string(word)) + ": must be an integer of 64 bits");
    return *value;
}

double real(const LineReader &reader, const char *what, std::string_view word) {
    const auto value = parse_real(word);
    if (!value)
        reader.fail(std::string(what) + " " + quoted(std::string(word)) +
                    ": must be a number in double's range");
    return *value;
}

void no_more_words(const LineReader &reader, std::string_view rest) {
    const std::string_view word = next_word(rest);
    if (!word.empty()) reader.fail("unexpected " + quoted(std::string(word)) + " at the end of the line");
}

template <class T>
T read_value(const LineReader &reader, Field field, std::string_view &rest) {
    if (field == Field::pattern) return T{1};
    const double re = real(reader, "value", next_word(rest));
    if constexpr (std::is_same_v<T, std::complex<double>>) {
        return {re, real(reader, "imaginary part", next_word(rest))};
    } else {
        return re;
    }
}

// Adds to an entry; a first value is taken as it is, so that -0 stays -0.
template <class T>
void accumulate(T &entry, T value) {
    entry = entry == T{0} ? value : entry + value;
}

// Adds an entry and its mirror image.
template <class T>
void add(const LineReader &reader, Symmetry symmetry, Matrix &A, std::int64_t i, std::int64_t j, T value) {
    T *const a = A.as<T>();
    accumulate(a[j * A.rows() + i], value);
    if (symmetry == Symmetry::general) return;
    if (symmetry == Symmetry::hermitian && i == j && std::imag(value) != 0)
        reader.fail("diagonal entry of a Hermitian matrix: its imaginary part must be 0");
    if (symmetry == Symmetry::skew && i == j && value != T{0})
        reader.fail("diagonal entry of a skew-symmetric matrix: must be 0 or left out");
    if (i == j) return;
    T mirrored = value;
    if (symmetry == Symmetry::skew) mirrored = -value;
    if constexpr (std::is_same_v<T, std::complex<double>>) {
        if (symmetry == Symmetry::hermitian) mirrored = std::conj(value);
    }
    accumulate(a[i * A.rows() + j], mirrored);
}

template <class T>
void read_coordinate(LineReader &reader, const Banner &banner, std::int64_t entries, Matrix &A) {
    std::string line;
    for (std::int64_t e = 0; e < entries; ++e) {
        if (!next_data_line(reader, line))
            reader.fail("truncated: " + std::to_string(e) + " entries, the size line says " +
                        std::to_string(entries));
        std::string_view rest = line;
        const std::int64_t i = integer(reader, "row index", next_word(rest));
        const std::int64_t j = integer(reader, "column index", next_word(rest));
        if (i < 1 || i > A.rows())
            reader.fail("row index " + std::to_string(i) + ": must be in 1.." + std::to_string(A.rows()));
        if (j < 1 || j > A.cols())
            reader.fail("column index " + std::to_string(j) + ": must be in 1.." + std::to_string(A.cols()));
        if (banner.symmetry != Symmetry::general && i < j)
            reader.fail("entry (" + std::to_string(i) + ", " + std::to_string(j) +
                        ") above the diagonal: only the lower triangle of such a matrix is stored");
        const T value = read_value<T>(reader, banner.field, rest);
        no_more_words(reader, rest);
        add(reader, banner.symmetry, A, i - 1, j - 1, value);
    }
}

template <class T>
void read_array(LineReader &reader, const Banner &banner, Matrix &A) {
    if (A.rows() == 0) return;  // 0 x n must not cost n steps
    std::string line;
    const std::int64_t below = banner.symmetry == Symmetry::skew ? 1 : 0;
    for (std::int64_t j = 0; j < A.cols(); ++j) {
        for (std::int64_t i = banner.symmetry == Symmetry::general ? 0 : j + below; i < A.rows(); ++i) {
            if (!next_data_line(reader, line))
                reader.fail("truncated: no value for entry (" + std::to_string(i + 1) + ", " +
                            std::to_string(j + 1) + ")");
            std::string_view rest = line;
            const T value = read_value<T>(reader, banner.field, rest);
            no_more_words(reader, rest);
            add(reader, banner.symmetry, A, i, j, value);
        }
    }
}

// Fewest digits that read back to the same number.
template <class Real>
void put(std::ostream &out, Real value) {
    std::array<char, 40> text;
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    out.write(text.data(), end - text.data());
}

}  // namespace

Matrix read_matrix_market(std::istream &in, const std::string &name, const ReadLimits &limits) {
    LineReader reader(in, name);
    const Banner banner = read_banner(reader);
    std::string line;
    if (!next_data_line(reader, line)) reader.fail("truncated: the size line is missing");
    std::string_view rest = line;
    const std::int64_t rows = integer(reader, "row count", next_word(rest));
    const std::int64_t cols = integer(reader, "column count", next_word(rest));
    const std::int64_t entries = banner.coordinate ? integer(reader, "entry count", next_word(rest)) : 0;
    no_more_words(reader, rest);
    const bool complex = banner.field == Field::complex;
    checked_bytes(reader.where(), rows, cols, complex ? 16 : 8, limits);
    // An entry takes at least two bytes of text, so a count above the file's size is a lie.
    if (entries < 0 || static_cast<std::uint64_t>(entries) > reader.size())
        reader.fail("entry count " + std::to_string(entries) + ": must be in 0.." +
                    std::to_string(reader.size()) + ", all that a file of this size can hold");
    if (!banner.coordinate && rows > 0 &&
        static_cast<std::uint64_t>(cols) > 2 * (reader.size() / static_cast<std::uint64_t>(rows) + 1))
        reader.fail("shape " + std::to_string(rows) + " x " + std::to_string(cols) +
                    ": more values than a file of this size can hold");
    if (banner.symmetry != Symmetry::general && rows != cols)
        reader.fail("shape " + std::to_string(rows) + " x " + std::to_string(cols) +
                    ": a symmetric, Hermitian or skew matrix must be square");
    Matrix A(complex ? LAI_DTYPE_C64 : LAI_DTYPE_F64, rows, cols);
    const auto fill = [&](auto zero) {
        using T = decltype(zero);
        banner.coordinate ? read_coordinate<T>(reader, banner, entries, A) : read_array<T>(reader, banner, A);
    };
    complex ? fill(std::complex<double>{}) : fill(double{});
    if (next_data_line(reader, line)) reader.fail("more entries than the size line says");
    return A;
}

void write_matrix_market(std::ostream &out, const Matrix &A) {
    out << "%%MatrixMarket matrix array " << (is_complex(A.dtype()) ? "complex" : "real") << " general\n"
        << A.rows() << ' ' << A.cols() << '\n';
    with_type(A.dtype(), [&](auto zero) {
        const auto *const a = A.as<decltype(zero)>();
        for (std::int64_t i = 0; i < A.rows() * A.cols(); ++i) {
            put(out, std::real(a[i]));
            if constexpr (!std::is_floating_point_v<decltype(zero)>) {
                out << ' ';
                put(out, std::imag(a[i]));
            }
            out << '\n';
        }
    });
}

}  // namespace lapack_ai::cli

// The catalogue of schemes and the symmetries between them. Assumes the table's numerators are small enough
// that int64 sums of their triple products cannot overflow (rank * 8^3 stays far below 2^63).

#include "scheme.hpp"

#include <charconv>

#include "scheme_table.hpp"

namespace lapack_ai::alpha_gemm {
namespace {

Coefficients load(const CoefficientRecord &record, int rows, int cols) {
    Coefficients c{rows, cols, record.denominator, {}};
    c.numerators.assign(record.numerators, record.numerators + rows * cols);
    return c;
}

std::string size_name(int m, int k, int n, int rank) {
    return std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n) + ":" + std::to_string(rank);
}

bool is_default_of_size(std::size_t index) {
    const auto table = scheme_table();
    for (std::size_t i = 0; i < index; ++i) {
        if (table[i].m == table[index].m && table[i].k == table[index].k && table[i].n == table[index].n &&
            table[i].rank == table[index].rank) {
            return false;
        }
    }
    return true;
}

std::string variant_suffix(std::size_t index) {
    return is_default_of_size(index) ? std::string() : std::string("-") + scheme_table()[index].variant;
}

Scheme load(std::size_t index) {
    const SchemeRecord &record = scheme_table()[index];
    return {size_name(record.m, record.k, record.n, record.rank) + variant_suffix(index),
            record.m,
            record.k,
            record.n,
            record.rank,
            record.modulus,
            record.source,
            load(record.u, record.rank, record.m * record.k),
            load(record.v, record.rank, record.k * record.n),
            load(record.w, record.rank, record.m * record.n)};
}

/// The columns of `c`, an a x b grid of blocks, renumbered as the b x a grid.
Coefficients with_transposed_grid(const Coefficients &c, int a, int b) {
    Coefficients t = c;
    for (int r = 0; r < c.rows; ++r) {
        for (int i = 0; i < a; ++i) {
            for (int j = 0; j < b; ++j) {
                t.numerators[static_cast<std::size_t>(r * c.cols + j * a + i)] = c.numerator(r, i * b + j);
            }
        }
    }
    return t;
}

/// The name of a turned scheme: its own size, and the variant of the one it came from.
std::string renamed(const Scheme &turned, const std::string &from) {
    const auto dash = from.find('-');
    return size_name(turned.m, turned.k, turned.n, turned.rank) +
           (dash == std::string::npos ? "" : from.substr(dash));
}

struct SchemeSize {
    int m = 0, k = 0, n = 0, rank = 0;
    std::string_view variant;
};

std::optional<SchemeSize> parse_size(std::string_view name) {
    SchemeSize size;
    int *const fields[] = {&size.m, &size.k, &size.n, &size.rank};
    const char separators[] = {'x', 'x', ':'};
    const char *at = name.data();
    const char *const end = at + name.size();
    for (int f = 0; f < 4; ++f) {
        const auto [next, error] = std::from_chars(at, end, *fields[f]);
        if (error != std::errc() || *fields[f] <= 0) return std::nullopt;
        at = next;
        if (f < 3) {
            if (at == end || *at != separators[f]) return std::nullopt;
            ++at;
        }
    }
    if (at != end) {
        if (*at != '-' || at + 1 == end) return std::nullopt;
        size.variant = {at + 1, static_cast<std::size_t>(end - at - 1)};
    }
    return size;
}

std::optional<Scheme> find_single(std::string_view name) {
    const auto size = parse_size(name);
    if (!size) return std::nullopt;
    const auto table = scheme_table();
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].rank != size->rank || (!size->variant.empty() && size->variant != table[i].variant))
            continue;
        Scheme scheme = load(i);
        for (int reflection = 0; reflection < 2; ++reflection) {
            for (int rotation = 0; rotation < 3; ++rotation) {
                if (scheme.m == size->m && scheme.k == size->k && scheme.n == size->n) return scheme;
                scheme = rotate_scheme(scheme);
            }
            scheme = transpose_scheme(scheme);
        }
    }
    return std::nullopt;
}

Coefficients kronecker(const Coefficients &outer, int outer_rows, int outer_cols, const Coefficients &inner,
                       int inner_rows, int inner_cols) {
    Coefficients c{
        outer.rows * inner.rows, outer.cols * inner.cols, outer.denominator * inner.denominator, {}};
    c.numerators.resize(static_cast<std::size_t>(c.rows) * static_cast<std::size_t>(c.cols));
    const int width = outer_cols * inner_cols;
    for (int ro = 0; ro < outer.rows; ++ro) {
        for (int ri = 0; ri < inner.rows; ++ri) {
            const int row = ro * inner.rows + ri;
            for (int bo = 0; bo < outer_rows * outer_cols; ++bo) {
                for (int bi = 0; bi < inner_rows * inner_cols; ++bi) {
                    const int i = (bo / outer_cols) * inner_rows + bi / inner_cols;
                    const int j = (bo % outer_cols) * inner_cols + bi % inner_cols;
                    c.numerators[static_cast<std::size_t>(row) * static_cast<std::size_t>(c.cols) +
                                 static_cast<std::size_t>(i * width + j)] =
                        outer.numerator(ro, bo) * inner.numerator(ri, bi);
                }
            }
        }
    }
    return c;
}

}  // namespace

Coefficients Coefficients::transposed() const {
    Coefficients t{cols, rows, denominator, std::vector<std::int64_t>(numerators.size())};
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < cols; ++c) t.numerators[static_cast<std::size_t>(c * rows + r)] = numerator(r, c);
    }
    return t;
}

std::vector<std::string> scheme_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < scheme_table().size(); ++i) names.push_back(load(i).name);
    return names;
}

std::optional<Scheme> find_scheme(std::string_view name) {
    const auto star = name.find('*');
    if (star == std::string_view::npos) return find_single(name);
    const auto outer = find_single(name.substr(0, star));
    const auto inner = find_scheme(name.substr(star + 1));
    if (!outer || !inner) return std::nullopt;
    return nest_schemes(*outer, *inner);
}

Scheme transpose_scheme(const Scheme &s) {
    Scheme t{{}, s.n, s.k, s.m, s.rank, s.modulus, s.source, {}, {}, {}};
    t.u = with_transposed_grid(s.v, s.k, s.n);
    t.v = with_transposed_grid(s.u, s.m, s.k);
    t.w = with_transposed_grid(s.w, s.m, s.n);
    t.name = renamed(t, s.name);
    return t;
}

Scheme rotate_scheme(const Scheme &s) {
    // trace(A B D) = trace(B D A) with D = C^T: v takes u's place, w^T takes v's, u gives the new w.
    Scheme t{{}, s.k, s.n, s.m, s.rank, s.modulus, s.source, {}, {}, {}};
    t.u = s.v;
    t.v = with_transposed_grid(s.w, s.m, s.n);
    t.w = with_transposed_grid(s.u, s.m, s.k);
    t.name = renamed(t, s.name);
    return t;
}

Scheme nest_schemes(const Scheme &outer, const Scheme &inner) {
    Scheme t;
    t.name = outer.name + "*" + inner.name;
    t.m = outer.m * inner.m;
    t.k = outer.k * inner.k;
    t.n = outer.n * inner.n;
    t.rank = outer.rank * inner.rank;
    t.modulus = outer.modulus != 0 ? outer.modulus : inner.modulus;
    t.source = outer.source + "; inside: " + inner.source;
    t.u = kronecker(outer.u, outer.m, outer.k, inner.u, inner.m, inner.k);
    t.v = kronecker(outer.v, outer.k, outer.n, inner.v, inner.k, inner.n);
    t.w = kronecker(outer.w, outer.m, outer.n, inner.w, inner.m, inner.n);
    return t;
}

std::int64_t failing_identities(const Scheme &s, bool over_reals) {
    const std::int64_t one = s.u.denominator * s.v.denominator * s.w.denominator;
    std::int64_t failing = 0;
    for (int a = 0; a < s.m * s.k; ++a) {
        for (int b = 0; b < s.k * s.n; ++b) {
            for (int c = 0; c < s.m * s.n; ++c) {
                std::int64_t sum = 0;
                for (int r = 0; r < s.rank; ++r) {
                    sum += s.u.numerator(r, a) * s.v.numerator(r, b) * s.w.numerator(r, c);
                }
                const bool product = a % s.k == b / s.n && a / s.k == c / s.n && b % s.n == c % s.n;
                std::int64_t wrong = sum - (product ? one : 0);
                if (s.modulus != 0 && !over_reals) wrong %= s.modulus;
                failing += wrong != 0;
            }
        }
    }
    return failing;
}

}  // namespace lapack_ai::alpha_gemm

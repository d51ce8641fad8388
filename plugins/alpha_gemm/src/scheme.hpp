// Bilinear schemes as values: find one by name, turn it to another shape, nest one in another, verify it
// exactly.
//
// A scheme <m, k, n; rank> multiplies an m x k by a k x n matrix of blocks in `rank` block products:
//   M_r = (sum_ip u[r][i k + p] A_ip) (sum_pj v[r][p n + j] B_pj),   C_ij = sum_r w[r][i n + j] M_r.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapack_ai::alpha_gemm {

/// `rows` x `cols` dyadic rationals, row-major numerators over one power-of-two denominator.
struct Coefficients {
    int rows = 0;
    int cols = 0;
    std::int64_t denominator = 1;
    std::vector<std::int64_t> numerators;

    std::int64_t numerator(int r, int c) const {
        return numerators[static_cast<std::size_t>(r) * static_cast<std::size_t>(cols) +
                          static_cast<std::size_t>(c)];
    }
    /// Exact: the denominator is a power of two and the numerators are small.
    double value(int r, int c) const {
        return static_cast<double>(numerator(r, c)) / static_cast<double>(denominator);
    }
    Coefficients transposed() const;
};

struct Scheme {
    std::string
        name;  ///< "4x4x4:48", with "-variant" when it is not the default of its size, "a*b" when nested
    int m = 0, k = 0, n = 0, rank = 0;
    int modulus = 0;  ///< 0: holds over the rationals; 2: holds modulo 2 only
    std::string source;
    Coefficients u, v, w;
};

/// Names of every scheme of the table, in its order, modulo-2 ones included. Pure.
std::vector<std::string> scheme_names();

/// The scheme called `name`: "MxKxN:RANK", optionally "-variant", optionally several joined by "*", outermost
/// first
/// ("4x4x4:48*2x2x2:7"). A size that the table holds in another orientation is turned. Empty when there is
/// none. Pure.
std::optional<Scheme> find_scheme(std::string_view name);

/// Whether the scheme may be used for real or complex floating point: it holds over the rationals. Pure.
inline bool holds_over_reals(const Scheme &scheme) {
    return scheme.modulus == 0;
}

/// C^T = B^T A^T: the scheme for n x k by k x m. Pure.
Scheme transpose_scheme(const Scheme &scheme);

/// The cyclic symmetry of the trace form: the scheme for k x n by n x m. Pure.
Scheme rotate_scheme(const Scheme &scheme);

/// `inner` applied to each product of `outer` (Kronecker product); block (i1, i2) has index i1 * inner + i2.
/// Pure.
Scheme nest_schemes(const Scheme &outer, const Scheme &inner);

/// Checks the whole tensor identity in integers: over the rationals, or modulo 2 for a modulo-2 scheme.
/// `over_reals` asks for the rational identity whatever the scheme claims. Returns the number of failing
/// entries. Pure.
std::int64_t failing_identities(const Scheme &scheme, bool over_reals);

}  // namespace lapack_ai::alpha_gemm

// The host's part of a merge: what the small matrix of a divide-and-conquer step looks like once everything
// that is already a singular vector has been taken out (the task of LAPACK's dlasd2, on indices instead of
// matrices).
#pragma once

#include <cstdint>
#include <vector>

namespace lapack_ai::opencl_svd {

// A block of the bidiagonal matrix: rows row0 to row0 + n - 1, and one more column than rows where sqre is 1.
// A merge has a left child of nl rows and a right one of nr; row row0 + nl joins them.
struct Node {
    std::int32_t row0, n, sqre, nl, nr, depth;
    bool leaf;
};

// The tree of an n x n bidiagonal matrix, children before parents. Leaves have at most leaf_rows rows; blocks
// begin at even rows.
constexpr std::int32_t leaf_rows = 32;
std::vector<Node> divide(std::int32_t n);

struct Rotation {
    std::int32_t p, q;  // columns
    bool on_u;          // of U and V, else of V alone
    double c, s;        // p := c p + s q, q := c q - s p
};

// Columns are counted in the whole matrix. Before the merge column c of U and V has value d[c]; the middle
// one is the pole at 0.
struct Merge {
    std::vector<Rotation> rotations;   // to apply first, in this order
    std::vector<std::int32_t> source;  // new column row0 + t comes from column source[t], t < n
    std::vector<double> poles, z;      // k of each, poles ascending from 0
    std::vector<std::int32_t> place;   // pole j's column is the new column row0 + place[j]
    std::vector<double> deflated;      // values of the new columns from row0 + k on
    std::int32_t k = 0;
    std::int32_t top = 0;     // new columns [0, top) have elements in the left child's rows (and the middle)
    std::int32_t bottom = 0;  // new columns [bottom, k) have elements in the right child's rows
};

// `d` and `coupling` are indexed by column: the children's values, and the rows of V next to the cut. alpha
// and beta are the joining row. The matrix has norm about 1: differences of up to `tolerance` are errors of
// rounding.
Merge deflate(const Node &node, double alpha, double beta, const double *d, const double *coupling);

}  // namespace lapack_ai::opencl_svd

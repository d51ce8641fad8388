// One pass over the input before the call: column sums, row maxima, and on request a sketch that can later
// tell whether A x = b holds, all from one read of the matrix. NaN and Inf show up in the column sums, so
// looking for them costs nothing; only then is the matrix read again to name the first one. Only the
// referenced part is read.
//
// Complex entries count as |re| + |im|. Any number of threads, no allocation: the caller gives all memory.
#pragma once

#include <cstdint>

#include "numerics/scalar.hpp"

namespace lapack_ai::diagnostics {

enum class Part : std::uint8_t { all, upper, lower };

// Number of independent sums of a sketch, in real numbers: the lanes of a 32-byte vector.
template <class T>
inline constexpr int sketch_width = 32 / sizeof(Real<T>);

// Column-major m x n, leading dimension ld.
template <class T>
struct MatrixView {
    const T *data;
    index_t m, n, ld;
    const T *column(index_t j) const { return data + j * ld; }
    const T &operator()(index_t i, index_t j) const { return data[j * ld + i]; }
};

// Where scan writes. Pointers may be null where noted.
template <class T>
struct ScanOutput {
    Real<T> *column_sum;     // n: 1-norms of the columns (of the whole Hermitian matrix for a triangle)
    Real<T> *row_max;        // m (complex: 2m as work space): largest entry of each row, or null;
                             // Part::upper, lower: n as work space, never null
    Real<T> *sketch;         // sketch_width * n: S A; null: none. Part::all only
    Real<T> *mirror_sketch;  // sketch_width * m scalars: S A^T as m-vectors, one after the other; null: none.
                             // One of the two sketches at a time
};

// Fills `out`; returns the 1-norm: finite if and only if no column sum overflowed or met NaN or Inf.
template <class T>
Real<T> scan(const MatrixView<T> &A, Part part, const ScanOutput<T> &out);

// The same for columns [from, to) when threads share the work; row_max and mirror_sketch must be each
// thread's own and are added to, so they must be zeroed before.
template <class T>
Real<T> scan_columns(const MatrixView<T> &A, const ScanOutput<T> &out, index_t from, index_t to);

struct NonFinite {
    index_t count = 0;
    index_t row = -1, column = -1;  // the first in column order
    bool is_nan = false, is_negative = false;
};
// Names the first NaN or Inf of the referenced part and counts them.
template <class T>
NonFinite find_nonfinite(const MatrixView<T> &A, Part part);

// Largest |a_ij - conj(a_ji)| and where.
struct Asymmetry {
    double size = 0;
    index_t row = -1, column = -1;
};
template <class T>
Asymmetry largest_asymmetry(const MatrixView<T> &A);

// Weights of the sketch: random signs and sizes in [0.5, 1.5], so that no two residual entries cancel by
// accident. Row i belongs to sum i mod 8 (real) with weight weight(i); mirrored, column j to sum (j / 4)
// mod 8.
inline constexpr index_t weight_period = 2048;
template <class T>
const Real<T> *weights();  // weight_period entries, every one twice in a row for complex types
// Root mean square of a weight, by which sketched norms are divided.
inline constexpr double weight_rms = 1.0408329997330663;

}  // namespace lapack_ai::diagnostics

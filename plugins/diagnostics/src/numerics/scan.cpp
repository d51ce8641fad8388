// Pieces of rows that the weights cover; in them four columns at a time, 32-byte vectors of the compiler, so
// that the row vector and the weights are loaded once for sixteen entries. A complex matrix is read as a real
// one with twice the rows.
#include "numerics/scan.hpp"

#include <array>
#include <cstring>

#include "numerics/lanes.hpp"

namespace lapack_ai::diagnostics {
namespace {

constexpr std::uint64_t mix(std::uint64_t x) {  // splitmix64
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

template <class R, int repeat>
std::array<R, weight_period> make_weights() {
    std::array<R, weight_period> w{};
    for (std::size_t i = 0; i < w.size(); ++i) {
        const std::uint64_t bits = mix(i / repeat);
        const double size = 0.5 + static_cast<double>(bits >> 12) * 0x1p-52;
        w[i] = static_cast<R>((bits & 1) != 0 ? size : -size);
    }
    return w;
}

// What a sketch combines: rows within a column (one sum a lane), or columns into a row vector (the mirrored
// one).
enum class Combine { nothing, rows, columns };

// Columns of one piece of rows, at most weight_period of them; `fresh` overwrites sums and sketch, else they
// are added to.
template <class R>
struct Piece {
    const R *a;
    index_t ld, rows;
    bool fresh;
    const R *w;
    R *row_max, *column_sum, *sketch;
    R *mirror;  // of this piece; sketch_width vectors, `mirror_ld` apart
    index_t mirror_ld;
    index_t reals;  // per entry: 2 for complex
};

template <class R, int columns, bool with_rows, Combine combine>
[[gnu::always_inline]] inline void scan_block(const Piece<R> &piece, index_t j) {
    using L = Lanes<R>;
    using V = typename L::V;
    const R *a[columns];
    for (int c = 0; c < columns; ++c) a[c] = piece.a + (j + c) * piece.ld;
    const R *const w = piece.w;
    R *const row_max = piece.row_max;
    V sums[columns] = {}, sketches[columns] = {};
    R weight_of[columns] = {};
    R *mirror = nullptr;
    if constexpr (combine == Combine::columns) {
        for (int c = 0; c < columns; ++c) weight_of[c] = w[((j + c) * piece.reals) % weight_period];
        mirror = piece.mirror + ((j / 4) % L::count) * piece.mirror_ld;
    }
    index_t i = 0;
    for (const index_t rows = piece.rows; i + L::count <= rows; i += L::count) {
        V row{}, weight{}, mirrored{};
        if constexpr (with_rows) row = L::load(row_max + i);
        if constexpr (combine == Combine::rows) weight = L::load(w + i);
        if constexpr (combine == Combine::columns) mirrored = L::load(mirror + i);
        for (int c = 0; c < columns; ++c) {
            const V value = L::load(a[c] + i);
            const V size = L::abs(value);
            sums[c] += size;
            if constexpr (with_rows) row = L::max(size, row);
            if constexpr (combine == Combine::rows) sketches[c] += value * weight;
            if constexpr (combine == Combine::columns) mirrored += value * weight_of[c];
        }
        if constexpr (with_rows) L::store(row_max + i, row);
        if constexpr (combine == Combine::columns) L::store(mirror + i, mirrored);
    }
    R *const total = piece.column_sum + j;
    if constexpr (columns == 4) {
        typename L::Quad four = L::lane_sums(sums[0], sums[1], sums[2], sums[3]), before{};
        if (!piece.fresh) std::memcpy(&before, total, sizeof before);
        four += before;
        std::memcpy(total, &four, sizeof four);
    } else {
        for (int c = 0; c < columns; ++c) total[c] = L::lane_sum(sums[c]) + (piece.fresh ? R(0) : total[c]);
    }
    constexpr bool with_sketch = combine == Combine::rows;
    R *const sketch = with_sketch ? piece.sketch + j * L::count : nullptr;
    if constexpr (with_sketch)
        for (int c = 0; c < columns; ++c)
            L::store(sketch + c * L::count,
                     piece.fresh ? sketches[c] : L::load(sketch + c * L::count) + sketches[c]);
    for (index_t k = 0; i < piece.rows; ++i, ++k) {
        for (int c = 0; c < columns; ++c) {
            const R value = a[c][i], size = std::fabs(value);
            total[c] += size;
            if constexpr (with_rows) row_max[i] = std::max(row_max[i], size);
            if constexpr (with_sketch) sketch[c * L::count + k] += value * w[i];
            if constexpr (combine == Combine::columns) mirror[i] += value * weight_of[c];
        }
    }
}

template <class R, bool with_rows, Combine combine>
void scan_piece(const Piece<R> &piece, index_t from, index_t to) {
    index_t j = from;
    for (; j + 4 <= to; j += 4) scan_block<R, 4, with_rows, combine>(piece, j);
    for (; j < to; ++j) scan_block<R, 1, with_rows, combine>(piece, j);
}

template <class R, Combine combine>
void scan_piece(const Piece<R> &piece, index_t from, index_t to) {
    if (piece.row_max != nullptr) {
        scan_piece<R, true, combine>(piece, from, to);
    } else {
        scan_piece<R, false, combine>(piece, from, to);
    }
}

// Largest value, NaN and Inf winning.
template <class R>
R norm_of(const R *sums, index_t from, index_t to) {
    using L = Lanes<R>;
    typename L::V most{}, spoilt{};  // spoilt: 0, or NaN from NaN and Inf
    index_t j = from;
    for (; j + L::count <= to; j += L::count) {
        const auto v = L::load(sums + j);
        most = L::max(v, most);
        spoilt += v - v;
    }
    R largest = 0, total = L::lane_sum(spoilt);
    for (int k = 0; k < L::count; ++k) largest = most[k] > largest ? most[k] : largest;
    for (; j < to; ++j) {
        largest = sums[j] > largest ? sums[j] : largest;
        total += sums[j] - sums[j];
    }
    return largest + total;
}

// A triangle: every off-diagonal entry stands for two of the Hermitian matrix.
template <class T>
Real<T> scan_triangle(const MatrixView<T> &A, Part part, const ScanOutput<T> &out) {
    using R = Real<T>;
    R *mirrored = out.row_max;
    std::fill_n(mirrored, A.n, R(0));
    for (index_t j = 0; j < A.n; ++j) {
        const T *column = A.column(j);
        const index_t from = part == Part::lower ? j + 1 : 0, to = part == Part::lower ? A.n : j;
        R partial[8] = {};
        index_t i = from;
        for (; i + 8 <= to; i += 8) {
            for (int k = 0; k < 8; ++k) {
                const R size = size_of(column[i + k]);
                partial[k] += size;
                mirrored[i + k] += size;
            }
        }
        R sum = std::fabs(real_part(column[j]));
        for (; i < to; ++i) {
            sum += size_of(column[i]);
            mirrored[i] += size_of(column[i]);
        }
        for (const R p : partial) sum += p;
        out.column_sum[j] = sum;
    }
    for (index_t j = 0; j < A.n; ++j) out.column_sum[j] += mirrored[j];
    return norm_of(out.column_sum, 0, A.n);
}

bool referenced(Part part, index_t i, index_t j) {
    return part == Part::all || (part == Part::upper ? i <= j : i >= j);
}

}  // namespace

template <class T>
const Real<T> *weights() {
    alignas(64) static const auto table = make_weights < Real<T>, is_complex<T> ? 2 : 1 > ();
    return table.data();
}

template <class T>
Real<T> scan_columns(const MatrixView<T> &A, const ScanOutput<T> &out, index_t from, index_t to) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const R *w = weights<T>();
    const index_t rows = A.m * reals;
    for (index_t first = 0; first < rows; first += weight_period) {
        Piece<R> piece{};
        piece.a = reinterpret_cast<const R *>(A.data) + first;
        piece.ld = A.ld * reals;
        piece.rows = std::min(weight_period, rows - first);
        piece.fresh = first == 0;
        piece.w = w;
        piece.row_max = out.row_max != nullptr ? out.row_max + first : nullptr;
        piece.column_sum = out.column_sum;
        piece.sketch = out.sketch;
        piece.mirror = out.mirror_sketch != nullptr ? out.mirror_sketch + first : nullptr;
        piece.mirror_ld = rows;
        piece.reals = reals;
        if (out.mirror_sketch != nullptr) {
            scan_piece<R, Combine::columns>(piece, from, to);
        } else if (out.sketch != nullptr) {
            scan_piece<R, Combine::rows>(piece, from, to);
        } else {
            scan_piece<R, Combine::nothing>(piece, from, to);
        }
    }
    return norm_of(out.column_sum, from, to);
}

template <class T>
Real<T> scan(const MatrixView<T> &A, Part part, const ScanOutput<T> &out) {
    using R = Real<T>;
    if (part != Part::all) return scan_triangle(A, part, out);
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    if (out.row_max != nullptr) std::fill_n(out.row_max, A.m * reals, R(0));
    if (out.mirror_sketch != nullptr) std::fill_n(out.mirror_sketch, A.m * reals * sketch_width<T>, R(0));
    const R norm = scan_columns(A, out, 0, A.n);
    if constexpr (is_complex<T>)  // real and imaginary parts were kept apart: join them
        if (out.row_max != nullptr)
            for (index_t i = 0; i < A.m; ++i) out.row_max[i] = out.row_max[2 * i] + out.row_max[2 * i + 1];
    return norm;
}

template <class T>
NonFinite find_nonfinite(const MatrixView<T> &A, Part part) {
    NonFinite found;
    for (index_t j = 0; j < A.n; ++j) {
        for (index_t i = 0; i < A.m; ++i) {
            if (!referenced(part, i, j)) continue;
            Real<T> parts[2] = {real_part(A(i, j)), 0};
            if constexpr (is_complex<T>) parts[1] = A(i, j).imag();
            if (std::isfinite(parts[0]) && std::isfinite(parts[1])) continue;
            if (found.count++ == 0) {
                found.row = i;
                found.column = j;
                found.is_nan = std::isnan(parts[0]) || std::isnan(parts[1]);
                found.is_negative = std::isinf(parts[0]) && parts[0] < 0;
            }
        }
    }
    return found;
}

template <class T>
Asymmetry largest_asymmetry(const MatrixView<T> &A) {
    Asymmetry found;
    for (index_t j = 0; j < A.n; ++j) {
        for (index_t i = j; i < A.m; ++i) {
            const double size = static_cast<double>(std::abs(A(i, j) - conjugate(A(j, i))));
            if (size > found.size) found = {size, i, j};
        }
    }
    return found;
}

#define LAI_INSTANTIATE(T)                                                                            \
    template const Real<T> *weights<T>();                                                             \
    template Real<T> scan<T>(const MatrixView<T> &, Part, const ScanOutput<T> &);                     \
    template Real<T> scan_columns<T>(const MatrixView<T> &, const ScanOutput<T> &, index_t, index_t); \
    template NonFinite find_nonfinite<T>(const MatrixView<T> &, Part);                                \
    template Asymmetry largest_asymmetry<T>(const MatrixView<T> &);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics

// Four columns at a time, 32-byte vectors of the compiler, so that the row vector and the weights are loaded
// once for sixteen entries. A complex matrix is read as a real one with twice the rows.
#include "numerics/scan.hpp"

#include <immintrin.h>

#include <array>
#include <cstring>

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

template <class R>
struct Lanes {
    static constexpr int count = 32 / sizeof(R);
    typedef R V __attribute__((vector_size(32)));
    typedef typename std::conditional<sizeof(R) == 8, std::int64_t, std::int32_t>::type I;
    typedef I M __attribute__((vector_size(32)));
    static V load(const R *p) {
        V v;
        std::memcpy(&v, p, sizeof v);
        return v;
    }
    static void store(R *p, V v) { std::memcpy(p, &v, sizeof v); }
    static V abs(V v) {
        const M mask = M{} + std::numeric_limits<I>::max();
        return reinterpret_cast<V>(reinterpret_cast<M>(v) & mask);
    }
    // a where a > b, else b: NaN in a leaves b, as the instruction does.
    static V max(V a, V b) {
        if constexpr (sizeof(R) == 8)
            return _mm256_max_pd(a, b);
        else
            return _mm256_max_ps(a, b);
    }
    // out[c] += sum over the lanes of v[c].
    static void add_lane_sums(const V *v, int columns, R *out) {
        if constexpr (sizeof(R) == 8) {
            if (columns == 4) {
                const V low = _mm256_hadd_pd(v[0], v[1]), high = _mm256_hadd_pd(v[2], v[3]);
                const V sums =
                    _mm256_permute2f128_pd(low, high, 0x20) + _mm256_permute2f128_pd(low, high, 0x31);
                store(out, load(out) + sums);
                return;
            }
        }
        for (int c = 0; c < columns; ++c) {
            R sum = 0;
            for (int k = 0; k < count; ++k) sum += v[c][k];
            out[c] += sum;
        }
    }
};

// `columns` columns of `rows` reals (rows <= weight_period) beginning at row `first`. row_max is not null
// when with_rows; accumulates into column_sum and sketch.
template <class R, int columns, bool with_rows, bool with_sketch>
void scan_block(const R *const *column, index_t rows, const R *w, R *row_max, R *column_sum, R *sketch) {
    using L = Lanes<R>;
    using V = typename L::V;
    const R *a[columns];  // a copy, which the stores below cannot touch
    for (int c = 0; c < columns; ++c) a[c] = column[c];
    V sums[columns] = {}, sketches[columns] = {};
    index_t i = 0;
    for (; i + L::count <= rows; i += L::count) {
        V row{}, weight{};
        if constexpr (with_rows) row = L::load(row_max + i);
        if constexpr (with_sketch) weight = L::load(w + i);
        for (int c = 0; c < columns; ++c) {
            const V value = L::load(a[c] + i);
            const V size = L::abs(value);
            sums[c] += size;
            if constexpr (with_rows) row = L::max(size, row);
            if constexpr (with_sketch) sketches[c] += value * weight;
        }
        if constexpr (with_rows) L::store(row_max + i, row);
    }
    L::add_lane_sums(sums, columns, column_sum);
    if constexpr (with_sketch)
        for (int c = 0; c < columns; ++c)
            L::store(sketch + c * L::count, L::load(sketch + c * L::count) + sketches[c]);
    for (int c = 0; i < rows && c < columns; ++c) {
        for (index_t k = i; k < rows; ++k) {
            const R value = a[c][k], size = std::fabs(value);
            column_sum[c] += size;
            if constexpr (with_rows) row_max[k] = std::max(row_max[k], size);
            if constexpr (with_sketch) sketch[c * L::count + k % L::count] += value * w[k];
        }
    }
}

// out += sum over four (or fewer) columns of weight * column
template <class R>
void add_mirrored(const R *const *a, int columns, index_t rows, const R *weight, R *out) {
    if (columns == 4) {
        const R w0 = weight[0], w1 = weight[1], w2 = weight[2], w3 = weight[3];
        const R *a0 = a[0], *a1 = a[1], *a2 = a[2], *a3 = a[3];
        for (index_t i = 0; i < rows; ++i) out[i] += w0 * a0[i] + w1 * a1[i] + w2 * a2[i] + w3 * a3[i];
        return;
    }
    for (int c = 0; c < columns; ++c)
        for (index_t i = 0; i < rows; ++i) out[i] += weight[c] * a[c][i];
}

// All rows of `columns` columns from j on, in pieces that the weights cover.
template <class T, int columns>
void scan_columns_at(const MatrixView<T> &A, index_t j, const ScanOutput<T> &out) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const R *w = weights<T>();
    const index_t rows = A.m * reals;
    R sums[columns] = {};
    R *sketch = out.sketch != nullptr ? out.sketch + j * sketch_width<T> : nullptr;
    if (sketch != nullptr) std::fill_n(sketch, columns * sketch_width<T>, R(0));
    for (index_t first = 0; first < rows; first += weight_period) {
        const index_t count = std::min(weight_period, rows - first);
        const R *a[columns];
        for (int c = 0; c < columns; ++c) a[c] = reinterpret_cast<const R *>(A.column(j + c)) + first;
        R *row = out.row_max != nullptr ? out.row_max + first : nullptr;
        if (row != nullptr && out.sketch != nullptr) {
            scan_block<R, columns, true, true>(a, count, w, row, sums, sketch);
        } else if (row != nullptr) {
            scan_block<R, columns, true, false>(a, count, w, row, sums, sketch);
        } else if (out.sketch != nullptr) {
            scan_block<R, columns, false, true>(a, count, w, row, sums, sketch);
        } else {
            scan_block<R, columns, false, false>(a, count, w, row, sums, sketch);
        }
        if (out.mirror_sketch != nullptr) {
            R weight[columns];
            for (int c = 0; c < columns; ++c) weight[c] = w[((j + c) * reals) % weight_period];
            add_mirrored(a, columns, count, weight,
                         out.mirror_sketch + ((j / 4) % sketch_width<T>)*rows + first);
        }
    }
    for (int c = 0; c < columns; ++c) out.column_sum[j + c] = sums[c];
}

// Largest value, NaN and Inf winning.
template <class R>
R norm_of(const R *sums, index_t from, index_t to) {
    R largest = 0, total = 0;
    for (index_t j = from; j < to; ++j) {
        largest = sums[j] > largest ? sums[j] : largest;
        total += sums[j] - sums[j];  // 0, or NaN from NaN and Inf
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
    static const auto table = make_weights < Real<T>, is_complex<T> ? 2 : 1 > ();
    return table.data();
}

template <class T>
Real<T> scan_columns(const MatrixView<T> &A, const ScanOutput<T> &out, index_t from, index_t to) {
    index_t j = from;
    for (; j + 4 <= to; j += 4) scan_columns_at<T, 4>(A, j, out);
    for (; j < to; ++j) scan_columns_at<T, 1>(A, j, out);
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

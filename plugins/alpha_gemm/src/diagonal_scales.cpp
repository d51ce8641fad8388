// Sweeps of A and B for their maxima, split over the threads, and the exact scaling vectors that follow from
// them.

#include "diagonal_scales.hpp"

#include <algorithm>

namespace lapack_ai::alpha_gemm {
namespace {

/// One operand as stored, with its scaling vectors.
template <typename T>
struct Stored {
    const T *x;
    std::int64_t ld, rows, cols;  // in real elements
    T *row, *col;
};

template <typename T>
struct MaximaTask {
    const Stored<T> *matrix;
    bool by_row;
    const T *weights;  // of the other dimension, or null
    T *maxima;
    std::int64_t piece;
};

template <typename T>
void maxima_item(void *context, std::int64_t item, std::int32_t) {
    const auto &task = *static_cast<const MaximaTask<T> *>(context);
    const Stored<T> &s = *task.matrix;
    const std::int64_t count = task.by_row ? s.rows : s.cols;
    const std::int64_t begin = item * task.piece, end = std::min(count, begin + task.piece);
    if (task.by_row) {
        row_maxima(s.x, s.ld, s.cols, task.weights, begin, end, task.maxima);
    } else {
        column_maxima(s.x, s.ld, s.rows, task.weights, begin, end, task.maxima);
    }
}

/// Fills s.row (by_row) or s.col with the maxima of rows or columns; both parts of a complex row get the
/// larger one.
template <typename T>
void measure(const Stored<T> &s, bool by_row, bool weighted, int parts, Services &services) {
    const std::int64_t count = by_row ? s.rows : s.cols;
    constexpr std::int64_t piece = 256;
    T *maxima = by_row ? s.row : s.col;
    MaximaTask<T> task{&s, by_row, weighted ? (by_row ? s.col : s.row) : nullptr, maxima, piece};
    services.parallel_for((count + piece - 1) / piece, maxima_item<T>, &task);
    if (!by_row || parts == 1) return;
    for (std::int64_t i = 0; i < count; i += 2)
        maxima[i] = maxima[i + 1] = std::max(maxima[i], maxima[i + 1]);
}

}  // namespace

template <typename T>
DiagonalScales<T> make_scales(const Plan &plan, const Gemm &gemm, Scaling scaling, T *memory,
                              Services &services) {
    if (scaling == Scaling::none) return {};
    const Shape &shape = plan.shape;
    const std::int64_t parts = shape.parts;
    const auto padded = [](std::int64_t count) { return (count + line<T> - 1) / line<T> * line<T>; };

    DiagonalScales<T> d;
    const bool ta = shape.transposed_a, tb = shape.transposed_b;
    const std::int64_t a_rows = (ta ? shape.k : shape.m) * parts, a_cols = ta ? shape.m : shape.k;
    const std::int64_t b_rows = (tb ? shape.n : shape.k) * parts, b_cols = tb ? shape.k : shape.n;
    d.a_row = memory;
    d.a_col = d.a_row + a_rows;
    d.b_row = d.a_row + padded((shape.m + shape.k) * parts);
    d.b_col = d.b_row + b_rows;
    d.c_row = d.b_row + padded((shape.k + shape.n) * parts);
    d.c_col = d.c_row + padded(shape.m * parts);
    const Stored<T> a{static_cast<const T *>(gemm.A), gemm.lda * parts, a_rows, a_cols, d.a_row, d.a_col};
    const Stored<T> b{static_cast<const T *>(gemm.B), gemm.ldb * parts, b_rows, b_cols, d.b_row, d.b_col};

    // The inner dimension runs along A's columns and B's rows unless transposed; row vectors hold `parts` per
    // index.
    T *const a_inner = ta ? d.a_row : d.a_col, *const a_outer = ta ? d.a_col : d.a_row;
    T *const b_inner = tb ? d.b_col : d.b_row, *const b_outer = tb ? d.b_row : d.b_col;
    const std::int64_t a_inner_step = ta ? parts : 1, a_outer_step = ta ? 1 : parts;
    const std::int64_t b_inner_step = tb ? 1 : parts, b_outer_step = tb ? parts : 1;
    const auto set = [](T *vector, std::int64_t index, std::int64_t step, T value) {
        std::fill(vector + index * step, vector + (index + 1) * step, value);
    };

    const bool inside = scaling == Scaling::inside || scaling == Scaling::both;
    if (inside) {
        measure(a, ta, false, shape.parts, services);
        measure(b, !tb, false, shape.parts, services);
    }
    for (std::int64_t p = 0; p < shape.k; ++p) {
        const T power = inside ? balancing_power(a_inner[p * a_inner_step], b_inner[p * b_inner_step]) : T(1);
        set(a_inner, p, a_inner_step, power);
        set(b_inner, p, b_inner_step, T(1) / power);
    }
    const bool outside = scaling == Scaling::outside || scaling == Scaling::both;
    if (outside) {
        measure(a, !ta, true, shape.parts, services);
        measure(b, tb, true, shape.parts, services);
    }
    for (std::int64_t i = 0; i < shape.m; ++i) {
        const T power = outside ? power_of_two_inverse(a_outer[i * a_outer_step]) : T(1);
        set(a_outer, i, a_outer_step, power);
        set(d.c_row, i, parts, T(1) / power);
    }
    for (std::int64_t j = 0; j < shape.n; ++j) {
        const T power = outside ? power_of_two_inverse(b_outer[j * b_outer_step]) : T(1);
        set(b_outer, j, b_outer_step, power);
        d.c_col[j] = T(1) / power;
    }
    return d;
}

template DiagonalScales<float> make_scales(const Plan &, const Gemm &, Scaling, float *, Services &);
template DiagonalScales<double> make_scales(const Plan &, const Gemm &, Scaling, double *, Services &);

}  // namespace lapack_ai::alpha_gemm

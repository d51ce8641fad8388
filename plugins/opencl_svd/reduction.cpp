// Panels, launches and workspace of the reduction.
#include "reduction.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "device_facts.hpp"
#include "kernel_table.hpp"
#include "svd_kernels.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::address, opencl::local_memory, opencl::Operation, opencl::value;

// As in svd_reduction.cl.
constexpr std::int64_t block = 32, width = 2 * block, rows_a_group = 32, column_items = 256, dots = 72;
constexpr std::int64_t most_columns = 64;

std::int64_t round_up(std::int64_t x, std::int64_t unit) {
    return (x + unit - 1) / unit * unit;
}

std::int64_t columns_a_group(std::int64_t columns, std::int64_t units) {
    return std::clamp<std::int64_t>((columns + units - 1) / units, 1, most_columns);
}

std::int64_t most_row_groups(std::int64_t n, std::int64_t units) {
    return std::max(units, (n + most_columns - 1) / most_columns) + 1;
}

// Items a group of reduce_row and rows an item keeps, for `rows` rows; 0 where they do not fit its registers.
struct Shape {
    std::size_t items;
    int rows_per_item;
};
Shape row_shape(std::int64_t rows, bool processor) {
    if (processor) return {64, rows <= 256 ? 4 : 0};
    constexpr std::int64_t items = 512;
    for (const int rows_per_item : {1, 2, 4, 8, 16})
        if (rows <= items * rows_per_item) return {items, rows_per_item};
    return {items, 0};
}

template <typename T>
std::string options(int rows_per_item) {
    const bool ptx = device_facts().features & LAI_OCL_FEATURE_PTX;
    return real_option<T>() + "-DROWS_PER_ITEM=" + std::to_string(rows_per_item) +
           (ptx ? " -DPTX=1" : " -DPTX=0") + (sizeof(T) == 8 ? " -DWIDE=1" : " -DWIDE=0");
}

// What the kernels of one reduction share.
template <typename T>
class Reduction {
  public:
    Reduction(Operation &op, std::int64_t m, std::int64_t n, T *a, std::int64_t lda, bool vectors)
        : op_(op),
          m_(m),
          n_(n),
          a_(a),
          lda_(lda),
          units_(device_facts().compute_units),
          processor_(device_facts().type == LAI_OCL_DEVICE_CPU) {
        const std::int64_t padded = round_up(n, reflector_block);
        ldm_ = round_up(m, 2), ldn_ = round_up(n, 2);
        b_.m = m, b_.n = n;
        b_.ld_left = vectors ? ldm_ : 0, b_.ld_right = vectors ? ldn_ : 0;
        const std::int64_t kept = vectors ? padded : 1;
        b_.left = take(ldm_ * kept), b_.right = take(ldn_ * kept);
        if (vectors) zero(b_.left, ldm_ * kept), zero(b_.right, ldn_ * kept);
        b_.d = take(n), b_.e = take(n), b_.tau_left = take(n), b_.tau_right = take(n);
        zero(b_.tau_right, n);
        w_ = take(ldm_ * width), z_ = take(ldn_ * width);
        column_ = take(m), row_ = take(n);
        part_ = take(most_row_groups(n, units_) * ldm_);
        column_dots_ = take(round_up(m, rows_a_group) / rows_a_group * dots);
        row_dots_ = take(most_row_groups(n, units_) * dots);
        column_kernel_ = kernel(kernels::svd_reduction, options<T>(0), "reduce_column");
    }

    Bidiagonal<T> run() {
        for (std::int64_t i0 = 0; i0 < n_; i0 += block) {
            shape_ = row_shape(m_ - i0, processor_);
            row_kernel_ = kernel(kernels::svd_reduction, options<T>(shape_.rows_per_item), "reduce_row");
            const std::int64_t columns = std::min(block, n_ - i0);
            for (std::int64_t j = 0; j < columns; ++j) {
                reduce_column(i0 + j, j);
                reduce_row(i0, j);
            }
            const std::int64_t next = i0 + columns;
            if (next >= n_) break;
            reduce_column(next, columns);
            lai_ocl_gemm_call g{};
            g.size = sizeof g;
            g.dtype = sizeof(T) == 8 ? LAI_DTYPE_F64 : LAI_DTYPE_F32;
            g.trans_a = 'N', g.trans_b = 'T';
            g.m = m_ - next, g.n = n_ - next, g.k = width, g.count = 1;
            g.alpha.re = -1, g.beta.re = 1;
            g.a = w_ + next, g.lda = ldm_;
            g.b = z_ + next, g.ldb = ldn_;
            g.c = a_ + next + next * lda_, g.ldc = lda_;
            op_.gemm(g);
        }
        return b_;
    }

  private:
    T *take(std::int64_t elements) {
        return op_.temporary<T>(static_cast<std::uint64_t>(elements) * sizeof(T));
    }
    void zero(T *at, std::int64_t elements) {
        op_.zero(at, static_cast<std::uint64_t>(elements) * sizeof(T));
    }
    static lai_ocl_arg at(const T *x) { return address(x, sizeof(T)); }

    void reduce_column(std::int64_t i, std::int64_t j) {
        const auto m = static_cast<std::int32_t>(m_), n = static_cast<std::int32_t>(n_);
        const auto i32 = static_cast<std::int32_t>(i), j32 = static_cast<std::int32_t>(j);
        const auto row_groups = static_cast<std::int32_t>(row_groups_);
        column_groups_ = (m_ - i + rows_a_group - 1) / rows_a_group;
        op_.launch(
            column_kernel_, {static_cast<std::size_t>(column_groups_ * column_items)}, {column_items},
            {value(m),         value(n),    value(i32),      value(j32),  at(a_),        value(lda_),
             at(w_),           value(ldm_), at(z_),          value(ldn_), at(b_.right),  value(b_.ld_right),
             at(column_),      at(row_),    at(part_),       value(ldm_), at(row_dots_), value(row_groups),
             at(column_dots_), at(b_.e),    at(b_.tau_right)});
    }

    void reduce_row(std::int64_t i0, std::int64_t j) {
        const std::int64_t trailing = n_ - (i0 + j) - 1, columns = columns_a_group(trailing, units_);
        row_groups_ = std::max<std::int64_t>(1, (trailing + columns - 1) / columns);
        const auto m = static_cast<std::int32_t>(m_), n = static_cast<std::int32_t>(n_);
        const auto i32 = static_cast<std::int32_t>(i0), j32 = static_cast<std::int32_t>(j);
        const auto columns32 = static_cast<std::int32_t>(columns);
        const auto column_groups = static_cast<std::int32_t>(column_groups_);
        op_.launch(
            row_kernel_, {static_cast<std::size_t>(row_groups_) * shape_.items}, {shape_.items},
            {value(m),
             value(n),
             value(i32),
             value(j32),
             value(columns32),
             at(a_),
             value(lda_),
             at(w_),
             value(ldm_),
             at(z_),
             value(ldn_),
             at(b_.left),
             value(b_.ld_left),
             at(column_),
             at(row_),
             at(part_),
             value(ldm_),
             at(column_dots_),
             value(column_groups),
             at(row_dots_),
             at(b_.d),
             at(b_.tau_left),
             local_memory(static_cast<std::uint32_t>(std::max<std::size_t>(shape_.items, 64) * sizeof(T)))});
    }

    Operation &op_;
    std::int64_t m_, n_;
    T *a_;
    std::int64_t lda_, units_;
    bool processor_;
    std::int64_t ldm_ = 0, ldn_ = 0;
    Bidiagonal<T> b_{};
    T *w_, *z_, *column_, *row_, *part_, *column_dots_, *row_dots_;
    lai_ocl_kernel *column_kernel_, *row_kernel_ = nullptr;
    Shape shape_{};
    std::int64_t column_groups_ = 0, row_groups_ = 0;
};

}  // namespace

template <typename T>
ScaledMatrix load_scaled(Operation &op, std::int64_t m, std::int64_t n, const void *from,
                         std::int64_t from_ld, bool turned, T *to, std::int64_t to_ld) {
    const std::size_t items = 256;
    const auto groups = static_cast<std::size_t>(std::min<std::int64_t>(n, 4 * device_facts().compute_units));
    const auto rows = static_cast<std::int32_t>(m), columns = static_cast<std::int32_t>(n);
    void *const largest = op.temporary(groups * sizeof(T));
    op.launch(kernel(kernels::svd_reduction, options<T>(0), "largest_element"), {groups * items}, {items},
              {value(rows), value(columns), address(from, sizeof(T)), value(from_ld),
               address(largest, sizeof(T)), local_memory(static_cast<std::uint32_t>(items * sizeof(T)))});
    std::vector<T> most(groups);
    op.download(most.data(), groups * sizeof(T), largest, groups * sizeof(T), groups * sizeof(T), 1);
    const T whole = *std::max_element(most.begin(), most.end());
    if (!std::isfinite(whole)) return {false, 0};
    const int exponent = whole > 0 ? std::ilogb(whole) : 0;
    if (!to) return {true, exponent};
    const std::int32_t to_rows = turned ? columns : rows, to_columns = turned ? rows : columns;
    const std::int32_t turn = turned, power = -exponent;
    op.launch(kernel(kernels::svd_reduction, options<T>(0), "load_matrix"),
              {static_cast<std::size_t>(round_up(to_rows, 32)),
               static_cast<std::size_t>(round_up(to_columns, 32) / 4)},
              {32, 8},
              {value(to_rows), value(to_columns), value(turn), value(power), address(from, sizeof(T)),
               value(from_ld), address(to, sizeof(T)), value(to_ld)});
    return {true, exponent};
}

template <typename T>
Bidiagonal<T> reduce_to_bidiagonal(Operation &op, std::int64_t m, std::int64_t n, T *a, std::int64_t lda,
                                   bool vectors) {
    return Reduction<T>(op, m, n, a, lda, vectors).run();
}

std::uint64_t reduction_workspace(std::int64_t m, std::int64_t n, bool vectors, std::uint32_t element) {
    const std::int64_t units = device_facts().compute_units,
                       kept = vectors ? round_up(n, reflector_block) : 1;
    const std::int64_t elements = (m + n + 4) * (kept + width + 2) + 6 * n +
                                  most_row_groups(n, units) * (m + 2 + dots) + (m / rows_a_group + 1) * dots;
    return static_cast<std::uint64_t>(elements) * element;
}

#define LAI_INSTANTIATE(T)                                                                       \
    template ScaledMatrix load_scaled<T>(Operation &, std::int64_t, std::int64_t, const void *,  \
                                         std::int64_t, bool, T *, std::int64_t);                 \
    template Bidiagonal<T> reduce_to_bidiagonal<T>(Operation &, std::int64_t, std::int64_t, T *, \
                                                   std::int64_t, bool);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::opencl_svd

// Panels, launches and workspace of the reduction.
#include "reduction.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>
#include <vector>

#include "device_facts.hpp"
#include "kernel_table.hpp"
#include "svd_kernels.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::address, opencl::local_memory, opencl::Operation, opencl::value;

// As in svd_reduction.cl.
constexpr std::int64_t block = 32, width = 2 * block, rows_a_block = 32, column_items = 256, dots = 72;
constexpr std::int64_t most_columns = 48;

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
std::string options(std::int64_t items, int rows_per_item) {
    const bool ptx = device_facts().features & LAI_OCL_FEATURE_PTX;
    return real_option<T>() + "-DLANES=" + std::to_string(items / rows_a_block) +
           " -DROWS_PER_ITEM=" + std::to_string(rows_per_item) + (ptx ? " -DPTX=1" : " -DPTX=0") +
           (sizeof(T) == 8 ? " -DWIDE=1" : " -DWIDE=0");
}

// As in svd_reduction.cl.
struct Layout {
    std::int64_t lda, w, ldm, z, ldn, left, ld_left, right, ld_right, column, row, part, column_dots,
        row_dots, d, e, tau_left, tau_right, arrivals;
    std::int32_t m, n;
};

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
        const std::int64_t kept = vectors ? round_up(n, reflector_block) : 1;
        Layout &at = layout_;
        at.m = static_cast<std::int32_t>(m), at.n = static_cast<std::int32_t>(n);
        at.lda = lda, at.ldm = round_up(m, 2), at.ldn = round_up(n, 2);
        at.ld_left = vectors ? at.ldm : 0, at.ld_right = vectors ? at.ldn : 0;
        std::int64_t elements = 0;
        const auto place = [&](std::int64_t &where, std::int64_t count) {
            where = elements;
            elements += round_up(count, 32);
        };
        place(at.left, at.ldm * kept), place(at.right, at.ldn * kept);
        place(at.tau_left, n), place(at.tau_right, n), place(at.arrivals, 1);
        const std::int64_t zeroed = elements;
        place(at.d, n), place(at.e, n);
        place(at.w, at.ldm * width), place(at.z, at.ldn * width);
        place(at.column, m), place(at.row, n);
        place(at.part, most_row_groups(n, units_) * at.ldm);
        place(at.column_dots, round_up(m, rows_a_block) / rows_a_block * dots);
        place(at.row_dots, most_row_groups(n, units_) * dots);
        work_ = op.temporary<T>(static_cast<std::uint64_t>(elements) * sizeof(T));
        op.zero(work_, static_cast<std::uint64_t>(zeroed) * sizeof(T));
        column_kernel_ = kernel(kernels::svd_reduction, options<T>(column_items, 0), "reduce_column");
    }

    Bidiagonal<T> run() {
        // Panels in one launch wait for all their groups, so only one reduction of the process may do that.
        static std::mutex alone;
        const std::unique_lock lock(alone, std::try_to_lock);
        bool waiting = false;
        for (std::int64_t i0 = 0; i0 < n_; i0 += block) {
            shape_ = row_shape(m_ - i0, processor_);
            const std::int64_t columns = std::min(block, n_ - i0);
            if (lock && reduce_panel(i0, columns))
                waiting = true;
            else
                reduce_by_columns(i0, columns);
            const std::int64_t next = i0 + columns;
            if (next >= n_) break;
            lai_ocl_gemm_call g{};
            g.size = sizeof g;
            g.dtype = sizeof(T) == 8 ? LAI_DTYPE_F64 : LAI_DTYPE_F32;
            g.trans_a = 'N', g.trans_b = 'T';
            g.m = m_ - next, g.n = n_ - next, g.k = width, g.count = 1;
            g.alpha.re = -1, g.beta.re = 1;
            g.a = work_ + layout_.w + next, g.lda = layout_.ldm;
            g.b = work_ + layout_.z + next, g.ldb = layout_.ldn;
            g.c = a_ + next + next * lda_, g.ldc = lda_;
            op_.gemm(g);
        }
        if (waiting) op_.wait();
        const Layout &at = layout_;
        return {m_,
                n_,
                work_ + at.d,
                work_ + at.e,
                work_ + at.left,
                work_ + at.right,
                work_ + at.tau_left,
                work_ + at.tau_right,
                at.ld_left,
                at.ld_right};
    }

  private:
    static std::int64_t items_of(const Shape &shape) { return static_cast<std::int64_t>(shape.items); }

    // One launch for the panel, where all its groups run at once: one group a unit of an NVIDIA device
    // (others give no fence between groups), or a single group. False where that is not possible.
    bool reduce_panel(std::int64_t i0, std::int64_t columns) {
        const bool ptx = device_facts().features & LAI_OCL_FEATURE_PTX;
        const std::int64_t groups = ptx ? units_ : 1, trailing = n_ - i0 - 1;
        if ((!ptx && !processor_) || trailing > groups * most_columns) return false;
        const auto i32 = static_cast<std::int32_t>(i0), count = static_cast<std::int32_t>(columns);
        try {
            op_.launch(kernel(kernels::svd_reduction, options<T>(items_of(shape_), shape_.rows_per_item),
                              "reduce_panel"),
                       {static_cast<std::size_t>(groups) * shape_.items}, {shape_.items},
                       {value(layout_), value(i32), value(count), value(meetings_), address(a_, sizeof(T)),
                        address(work_, sizeof(T))});
        } catch (const sdk::Failure &failure) {  // the two steps apart need less of a unit than both together
            if (failure.status() != LAI_OUT_OF_MEMORY) throw;
            return false;
        }
        meetings_ += 2 * count + (i0 + columns < n_);
        return true;
    }

    void reduce_by_columns(std::int64_t i0, std::int64_t columns) {
        row_kernel_ =
            kernel(kernels::svd_reduction, options<T>(items_of(shape_), shape_.rows_per_item), "reduce_row");
        for (std::int64_t j = 0; j < columns; ++j) {
            reduce_column(i0 + j, j);
            reduce_row(i0, j);
        }
        if (i0 + columns < n_) reduce_column(i0 + columns, columns);
    }

    void reduce_column(std::int64_t i, std::int64_t j) {
        const auto i32 = static_cast<std::int32_t>(i), j32 = static_cast<std::int32_t>(j);
        const auto row_groups = static_cast<std::int32_t>(row_groups_);
        column_groups_ = (m_ - i + rows_a_block - 1) / rows_a_block;
        op_.launch(column_kernel_, {static_cast<std::size_t>(column_groups_ * column_items)}, {column_items},
                   {value(layout_), value(i32), value(j32), value(row_groups), address(a_, sizeof(T)),
                    address(work_, sizeof(T))});
    }

    void reduce_row(std::int64_t i0, std::int64_t j) {
        const std::int64_t trailing = n_ - (i0 + j) - 1, columns = columns_a_group(trailing, units_);
        row_groups_ = std::max<std::int64_t>(1, (trailing + columns - 1) / columns);
        const auto i32 = static_cast<std::int32_t>(i0), j32 = static_cast<std::int32_t>(j);
        const auto columns32 = static_cast<std::int32_t>(columns);
        const auto column_groups = static_cast<std::int32_t>(column_groups_);
        op_.launch(row_kernel_, {static_cast<std::size_t>(row_groups_) * shape_.items}, {shape_.items},
                   {value(layout_), value(i32), value(j32), value(columns32), value(column_groups),
                    address(a_, sizeof(T)), address(work_, sizeof(T))});
    }

    Operation &op_;
    std::int64_t m_, n_;
    T *a_;
    std::int64_t lda_, units_;
    bool processor_;
    Layout layout_{};
    T *work_;
    lai_ocl_kernel *column_kernel_, *row_kernel_ = nullptr;
    Shape shape_{};
    std::int64_t column_groups_ = 0, row_groups_ = 0;
    std::int32_t meetings_ = 0;  // of the groups of panels so far
};

}  // namespace

template <typename T>
ScaledMatrix load_scaled(Operation &op, std::int64_t m, std::int64_t n, const void *from,
                         std::int64_t from_ld, bool turned, T *to, std::int64_t to_ld) {
    const std::size_t items = 256;
    const auto groups = static_cast<std::size_t>(std::min<std::int64_t>(n, 4 * device_facts().compute_units));
    const auto rows = static_cast<std::int32_t>(m), columns = static_cast<std::int32_t>(n);
    void *const largest = op.temporary(groups * sizeof(T));
    op.launch(kernel(kernels::svd_reduction, options<T>(column_items, 0), "largest_element"),
              {groups * items}, {items},
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
    op.launch(kernel(kernels::svd_reduction, options<T>(column_items, 0), "load_matrix"),
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
                                  most_row_groups(n, units) * (m + 2 + dots) + (m / rows_a_block + 1) * dots +
                                  1024;
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

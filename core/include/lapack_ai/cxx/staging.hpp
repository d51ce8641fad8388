// Views handed to the C API: as they stand when the layout fits, else through a copy that is written back.
#pragma once

#include <new>
#include <optional>
#include <string>

#include "lapack_ai/cxx/matrix.hpp"

namespace lapack_ai::detail {

// A matrix in device memory would have to be transposed on the host.
struct device_memory_in_the_way {};

// A view in a given layout. When its strides do not fit, `data` points to a copy until commit().
template <typename T>
class staged {
  public:
    staged(const matrix_view<T> &view, Layout layout)
        : view_(view), data_(view.data()), ld_(view.ld(layout)) {
        if (view.stands_in(layout) || view.empty()) return;
        if (lai_device_space(view.data()) != nullptr) throw device_memory_in_the_way();
        transposed_ = layout == Layout::row_major;
        copy_.emplace(transposed_ ? view.transposed() : view);
        data_ = copy_->data();
        ld_ = copy_->col_stride();
    }

    T *data() const noexcept { return data_; }
    std::int64_t ld() const noexcept { return ld_; }

    // Writes a copy back to the view.
    void commit() const noexcept requires(!std::is_const_v<T>) {
        if (!copy_) return;
        const matrix_view<T> target = transposed_ ? view_.transposed() : view_;
        for (std::int64_t j = 0; j < target.cols(); ++j)
            for (std::int64_t i = 0; i < target.rows(); ++i) target(i, j) = (*copy_)(i, j);
    }

  private:
    matrix_view<T> view_;
    T *data_;
    std::int64_t ld_;
    bool transposed_ = false;
    std::optional<Matrix<std::remove_const_t<T>>> copy_;
};

template <typename... T>
void commit(const staged<T> &...all) noexcept {
    (all.commit(), ...);
}

// Runs a body that may be out of memory for its copies.
template <typename Body>
std::int64_t guarded(Body &&body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return lai_report_error(LAI_ERROR_OUT_OF_MEMORY, "out of memory for a copy of an operand");
    } catch (const device_memory_in_the_way &) {
        return lai_report_error(LAI_ERROR_BAD_INPUT,
                                "device matrices are column-major: host matrices beside them must be, too");
    } catch (const std::exception &e) {
        return lai_report_error(LAI_ERROR_INTERNAL, e.what());
    }
}

// Says that a matrix has the wrong shape. Returns LAI_ERROR_BAD_INPUT.
inline std::int64_t shape_error(const char *op, const char *name, std::int64_t rows, std::int64_t cols,
                                std::int64_t wanted_rows, std::int64_t wanted_cols) {
    const auto shape = [](std::int64_t r, std::int64_t c) {
        return std::to_string(r) + " x " + std::to_string(c);
    };
    return lai_report_error(LAI_ERROR_BAD_INPUT, (std::string(op) + ": " + name + " is " + shape(rows, cols) +
                                                  ": must be " + shape(wanted_rows, wanted_cols))
                                                     .c_str());
}

// 0 when `view` is rows x cols.
template <typename T>
std::int64_t expect_shape(const char *op, const char *name, const matrix_view<T> &view, std::int64_t rows,
                          std::int64_t cols) {
    return view.rows() == rows && view.cols() == cols
               ? 0
               : shape_error(op, name, view.rows(), view.cols(), rows, cols);
}

// 0 when a vector has room for `length` elements.
inline std::int64_t expect_length(const char *op, const char *name, std::size_t size, std::int64_t length) {
    return static_cast<std::int64_t>(size) >= length
               ? 0
               : shape_error(op, name, static_cast<std::int64_t>(size), 1, length, 1);
}

}  // namespace lapack_ai::detail

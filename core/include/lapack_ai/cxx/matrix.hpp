// matrix_view over anybody's storage, and Matrix, which owns its own.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "lapack_ai/cxx/types.hpp"

namespace lapack_ai {

// A rows x cols matrix somewhere in memory: element (i, j) at data[i * row_stride + j * col_stride]. Owns
// nothing and copies nothing; T is const for an input. Column-major storage has row_stride 1, row-major has
// col_stride 1; calls take both as they stand, other strides through a copy.
template <typename T>
requires Element<std::remove_const_t<T>>
class matrix_view {
  public:
    using element_type = T;
    using value_type = std::remove_const_t<T>;

    constexpr matrix_view() noexcept = default;

    // Column-major or row-major with leading dimension `ld` (columns or rows apart); 0: tight.
    constexpr matrix_view(T *data, std::int64_t rows, std::int64_t cols, std::int64_t ld = 0,
                          Layout layout = Layout::col_major) noexcept
        : data_(data), rows_(rows), cols_(cols) {
        const bool col_major = layout == Layout::col_major;
        if (ld == 0) ld = std::max<std::int64_t>(1, col_major ? rows : cols);
        row_stride_ = col_major ? 1 : ld;
        col_stride_ = col_major ? ld : 1;
    }

    // Any strides, in elements.
    static constexpr matrix_view strided(T *data, std::int64_t rows, std::int64_t cols,
                                         std::int64_t row_stride, std::int64_t col_stride) noexcept {
        matrix_view view;
        view.data_ = data;
        view.rows_ = rows;
        view.cols_ = cols;
        view.row_stride_ = row_stride;
        view.col_stride_ = col_stride;
        return view;
    }

    // A span of rows * cols elements; asserts nothing: the span must be long enough.
    constexpr matrix_view(std::span<T> data, std::int64_t rows, std::int64_t cols,
                          Layout layout = Layout::col_major) noexcept
        : matrix_view(data.data(), rows, cols, 0, layout) {}

    // A view of constants from one of variables.
    template <typename U>
    requires(std::same_as<T, const U> &&
             !std::is_const_v<U>) constexpr matrix_view(const matrix_view<U> &other) noexcept
        : data_(other.data()),
          rows_(other.rows()),
          cols_(other.cols()),
          row_stride_(other.row_stride()),
          col_stride_(other.col_stride()) {}

    constexpr T *data() const noexcept { return data_; }
    constexpr std::int64_t rows() const noexcept { return rows_; }
    constexpr std::int64_t cols() const noexcept { return cols_; }
    constexpr std::int64_t row_stride() const noexcept { return row_stride_; }
    constexpr std::int64_t col_stride() const noexcept { return col_stride_; }
    constexpr bool empty() const noexcept { return rows_ == 0 || cols_ == 0; }
    constexpr T &operator()(std::int64_t i, std::int64_t j) const noexcept {
        return data_[i * row_stride_ + j * col_stride_];
    }

    // The transposed matrix over the same elements.
    constexpr matrix_view transposed() const noexcept {
        return strided(data_, cols_, rows_, col_stride_, row_stride_);
    }

    // Whether the storage can be handed over as it stands in that layout, and with which leading dimension.
    constexpr bool stands_in(Layout layout) const noexcept {
        const bool col_major = layout == Layout::col_major;
        const std::int64_t inner = col_major ? row_stride_ : col_stride_,
                           outer = col_major ? col_stride_ : row_stride_;
        const std::int64_t inner_count = col_major ? rows_ : cols_, outer_count = col_major ? cols_ : rows_;
        return (inner == 1 || inner_count <= 1) && (outer >= inner_count || outer_count <= 1);
    }
    constexpr std::int64_t ld(Layout layout) const noexcept {
        const bool col_major = layout == Layout::col_major;
        return std::max({std::int64_t{1}, col_major ? rows_ : cols_,
                         (col_major ? cols_ : rows_) <= 1 ? 1
                         : col_major                      ? col_stride_
                                                          : row_stride_});
    }
    // Column-major unless only row-major fits.
    constexpr Layout layout() const noexcept {
        return !stands_in(Layout::col_major) && stands_in(Layout::row_major) ? Layout::row_major
                                                                             : Layout::col_major;
    }

  private:
    T *data_ = nullptr;
    std::int64_t rows_ = 0, cols_ = 0, row_stride_ = 1, col_stride_ = 1;
};

// A matrix that owns its elements, column-major and tight. Copying copies them.
template <Element T>
class Matrix {
  public:
    using value_type = T;

    Matrix() = default;
    Matrix(std::int64_t rows, std::int64_t cols, T fill = T{})
        : rows_(rows), cols_(cols), data_(static_cast<std::size_t>(rows * cols), fill) {}
    // Copies a view, whatever its strides.
    template <typename U>
    requires std::same_as<std::remove_const_t<U>, T>
    explicit Matrix(const matrix_view<U> &view) : Matrix(view.rows(), view.cols()) {
        for (std::int64_t j = 0; j < cols_; ++j)
            for (std::int64_t i = 0; i < rows_; ++i) (*this)(i, j) = view(i, j);
    }

    std::int64_t rows() const noexcept { return rows_; }
    std::int64_t cols() const noexcept { return cols_; }
    std::int64_t row_stride() const noexcept { return 1; }
    std::int64_t col_stride() const noexcept { return std::max<std::int64_t>(1, rows_); }
    T *data() noexcept { return data_.data(); }
    const T *data() const noexcept { return data_.data(); }
    T &operator()(std::int64_t i, std::int64_t j) noexcept { return data_[index(i, j)]; }
    const T &operator()(std::int64_t i, std::int64_t j) const noexcept { return data_[index(i, j)]; }

  private:
    std::size_t index(std::int64_t i, std::int64_t j) const noexcept {
        return static_cast<std::size_t>(i + j * rows_);
    }
    std::int64_t rows_ = 0, cols_ = 0;
    std::vector<T> data_;
};

namespace detail {

template <typename M>
concept has_data = requires(M &m) {
    m.data();
}
&&std::is_pointer_v<decltype(std::declval<M &>().data())>
    &&Element<std::remove_cvref_t<decltype(*std::declval<M &>().data())>>;
template <typename M>
concept has_shape = requires(const M &m) {
    { m.rows() } -> std::convertible_to<std::int64_t>;
    { m.cols() } -> std::convertible_to<std::int64_t>;
};
template <typename M>
concept has_size = requires(const M &m) {
    { m.size() } -> std::convertible_to<std::size_t>;
};

template <typename T, typename M, typename Stride>
constexpr matrix_view<T> view_with_strides(M &m, Stride row_stride, Stride col_stride) noexcept {
    return matrix_view<T>::strided(m.data(), static_cast<std::int64_t>(m.rows()),
                                   static_cast<std::int64_t>(m.cols()), static_cast<std::int64_t>(row_stride),
                                   static_cast<std::int64_t>(col_stride));
}

}  // namespace detail

// Anything with data(), rows(), cols() (Eigen's matrices and maps, Matrix, matrix_view), or a contiguous
// sequence with data() and size(), taken as one column. Strides are read from row_stride()/col_stride(),
// rowStride()/colStride() (Eigen) or stride(0)/stride(1); without any the storage is column-major and tight.
template <typename M>
concept MatrixLike = detail::has_data<M> &&(detail::has_shape<M> || detail::has_size<M>);

template <typename M>
using element_of = std::remove_cvref_t<decltype(*std::declval<M &>().data())>;

// The view of a MatrixLike; of constants when it is const.
template <typename M>
requires MatrixLike<std::remove_reference_t<M>>
constexpr auto view_of(M &&m) noexcept {
    using T = std::remove_pointer_t<decltype(m.data())>;
    if constexpr (!detail::has_shape<std::remove_reference_t<M>>)
        return matrix_view<T>(m.data(), static_cast<std::int64_t>(m.size()), 1);
    else if constexpr (requires { m.row_stride(), m.col_stride(); })
        return detail::view_with_strides<T>(m, m.row_stride(), m.col_stride());
    else if constexpr (requires { m.rowStride(), m.colStride(); })
        return detail::view_with_strides<T>(m, m.rowStride(), m.colStride());
    else if constexpr (requires { m.stride(0), m.stride(1); })
        return detail::view_with_strides<T>(m, m.stride(0), m.stride(1));
    else
        return matrix_view<T>(m.data(), static_cast<std::int64_t>(m.rows()),
                              static_cast<std::int64_t>(m.cols()));
}

}  // namespace lapack_ai

// NumPy arrays as the views and stacks that LAPACK takes. A stack is an array whose last two axes are
// matrices; the axes before them count items, in C order. Nothing here copies: lapack_py's Python side has
// made sure of the element type, the alignment and the strides (`fits`).
#pragma once

#include <pybind11/numpy.h>

#include <complex>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "lapack_ai/lapack_ai.hpp"

namespace lapack_py {

namespace py = pybind11;
using lapack_ai::matrix_view;

// True when every matrix of the stack can be handed to LAPACK as it stands: aligned, one of the four element
// types in native byte order, strides of whole elements, one of the last two equal to one element.
bool fits(const py::array &a);

// A LAPACK element type from an array's; throws TypeError for another.
lai_dtype dtype_of(const py::array &a);

// Calls body with a value of the element type of an array, or of what else has a dtype_of: with_element(a,
// [](auto zero) { using T = decltype(zero); }).
template <typename Holder, typename Body>
auto with_element(const Holder &a, Body body) {
    switch (dtype_of(a)) {
        case LAI_DTYPE_F32:
            return body(float{});
        case LAI_DTYPE_F64:
            return body(double{});
        case LAI_DTYPE_C32:
            return body(std::complex<float>{});
        default:
            return body(std::complex<double>{});
    }
}

// The leading axes of a stack: how many items, and where each begins. `trailing` axes belong to an item.
class Batch {
  public:
    Batch(const py::array &a, int trailing) : axes_(static_cast<int>(a.ndim()) - trailing) {
        if (axes_ < 0) throw py::value_error("an array has fewer axes than the operation needs");
        for (int i = 0; i < axes_; ++i) {
            shape_.push_back(a.shape(i));
            strides_.push_back(a.strides(i) / a.itemsize());
            count_ *= a.shape(i);
        }
    }

    std::int64_t count() const noexcept { return count_; }

    // Elements from the first item to item `index`.
    std::int64_t offset(std::int64_t index) const noexcept {
        std::int64_t distance = 0;
        for (std::size_t i = shape_.size(); i-- > 0;) {
            distance += index % shape_[i] * strides_[i];
            index /= shape_[i];
        }
        return distance;
    }

    // Elements between neighbouring items, and how many items from the first on keep that distance.
    std::int64_t distance() const noexcept {
        for (std::size_t i = shape_.size(); i-- > 0;)
            if (shape_[i] > 1) return strides_[i];
        return 0;
    }
    std::int64_t run() const noexcept {
        std::int64_t length = 1, next = 0;
        for (std::size_t i = shape_.size(); i-- > 0;) {
            if (shape_[i] == 1) continue;
            if (length > 1 && strides_[i] != next) break;
            length *= shape_[i];
            next = strides_[i] * shape_[i];
        }
        return length;
    }

  private:
    int axes_;
    std::int64_t count_ = 1;
    std::vector<std::int64_t> shape_, strides_;
};

// Matrices over the leading axes; T is const for an input.
template <typename T>
class MatrixStack {
  public:
    explicit MatrixStack(const py::array &a)
        : batch_(a, 2),
          first_(matrix_view<T>::strided(address(a), a.shape(a.ndim() - 2), a.shape(a.ndim() - 1),
                                         a.strides(a.ndim() - 2) / a.itemsize(),
                                         a.strides(a.ndim() - 1) / a.itemsize())) {}

    std::int64_t count() const noexcept { return batch_.count(); }
    const Batch &batch() const noexcept { return batch_; }
    std::int64_t rows() const noexcept { return first_.rows(); }
    std::int64_t cols() const noexcept { return first_.cols(); }
    matrix_view<T> operator[](std::int64_t index) const noexcept {
        return matrix_view<T>::strided(first_.data() + batch_.offset(index), first_.rows(), first_.cols(),
                                       first_.row_stride(), first_.col_stride());
    }

  private:
    static T *address(const py::array &a) {
        if constexpr (std::is_const_v<T>)
            return static_cast<T *>(a.data());
        else
            return static_cast<T *>(const_cast<py::array &>(a).mutable_data());
    }
    Batch batch_;
    matrix_view<T> first_;
};

// Contiguous vectors over the leading axes, as singular values and eigenvalues are returned.
template <typename T>
class VectorStack {
  public:
    explicit VectorStack(py::array &a)
        : data_(static_cast<T *>(a.mutable_data())),
          length_(static_cast<std::size_t>(a.shape(a.ndim() - 1))) {
        if ((a.flags() & py::array::c_style) == 0)
            throw py::value_error("a vector result must be contiguous");
    }
    std::span<T> operator[](std::int64_t index) const noexcept {
        return {data_ + static_cast<std::size_t>(index) * length_, length_};
    }

  private:
    T *data_;
    std::size_t length_;
};

}  // namespace lapack_py

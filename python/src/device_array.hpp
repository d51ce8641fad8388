// A matrix in a device's memory as Python holds it.
#pragma once

#include <pybind11/numpy.h>

#include "array.hpp"
#include "call.hpp"
#include "lapack_ai/device.h"

namespace lapack_py {

// Owns one reference to its memory; views share it, so that it lives as long as the last of them.
// Column-major.
class DeviceArray {
  public:
    // Uninitialised, on the device with that space id, or on the first one. Throws lapack_ai::error.
    DeviceArray(const PythonContext &context, const std::string &space, lai_dtype dtype, std::int64_t rows,
                std::int64_t cols);
    DeviceArray(DeviceArray &&other) noexcept
        : raw_(std::exchange(other.raw_, {})), owner_(std::exchange(other.owner_, {})) {}
    DeviceArray &operator=(DeviceArray &&) = delete;
    ~DeviceArray() {
        if (owner_.data != nullptr) lai_device_release(&owner_);
    }

    DeviceArray view(std::int64_t row, std::int64_t col, std::int64_t rows, std::int64_t cols) const;
    // To and from host arrays that fit, of the same shape and element type.
    void upload(const py::array &from) const;
    void download(py::array to) const;
    // Within the device.
    void copy_from(const DeviceArray &other) const;

    const lai_device_matrix &raw() const noexcept { return raw_; }
    std::string space() const;

  private:
    DeviceArray() = default;
    lai_device_matrix raw_{}, owner_{};  // what is seen, and the whole whose memory is held
};

inline lai_dtype dtype_of(const DeviceArray &a) {
    return a.raw().dtype;
}

// Calls take device addresses where they take pointers, so a device matrix is a stack of one.
template <typename T>
class DeviceStack {
  public:
    explicit DeviceStack(const DeviceArray &a) : raw_(a.raw()) {}
    std::int64_t count() const noexcept { return 1; }
    std::int64_t rows() const noexcept { return raw_.rows; }
    std::int64_t cols() const noexcept { return raw_.cols; }
    matrix_view<T> operator[](std::int64_t) const noexcept {
        return matrix_view<T>::strided(static_cast<T *>(raw_.data), raw_.rows, raw_.cols, 1, raw_.ld);
    }

  private:
    lai_device_matrix raw_;
};

// The stack that goes with what holds the matrices.
template <typename T, typename Holder>
using StackOf = std::conditional_t<std::is_same_v<Holder, DeviceArray>, DeviceStack<T>, MatrixStack<T>>;

}  // namespace lapack_py

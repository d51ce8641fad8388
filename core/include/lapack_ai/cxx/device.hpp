// Matrices in a device's memory (lapack_ai/device.h says how they live).
//
//     auto A = ctx.to_device(host_A), B = ctx.to_device(host_B);
//     auto C = ctx.device_matrix<double>(m, n);
//     lapack_ai::check(ctx.gemm(Trans::none, Trans::none, 1.0, A, B, 0.0, C));   // nothing travels
//     lapack_ai::Matrix<double> result = C.download();
//
// Both types are MatrixLike: the LAPACK-level functions take them as they stand, column-major, alone or
// beside host matrices of the same layout. The functions that own their results copy their inputs to the
// host, except matmul, which reads them where they are.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "lapack_ai/cxx/error.hpp"
#include "lapack_ai/cxx/matrix.hpp"

namespace lapack_ai {

template <Element T>
class DeviceMatrix;

// A block of a device matrix. Owns nothing; its elements cannot be read on the host.
template <Element T>
class device_view {
  public:
    using value_type = T;
    static constexpr bool is_on_device = true;

    device_view() noexcept = default;
    explicit device_view(const lai_device_matrix &raw) noexcept : raw_(raw) {}

    T *data() const noexcept { return static_cast<T *>(raw_.data); }
    std::int64_t rows() const noexcept { return raw_.rows; }
    std::int64_t cols() const noexcept { return raw_.cols; }
    std::int64_t row_stride() const noexcept { return 1; }
    std::int64_t col_stride() const noexcept { return raw_.ld; }
    const lai_device_matrix &raw() const noexcept { return raw_; }

    // The rows x cols block from (row, col) on. Throws input_error when it reaches beyond.
    device_view block(std::int64_t row, std::int64_t col, std::int64_t rows, std::int64_t cols) const {
        lai_device_matrix part{};
        part.size = sizeof part;
        check(lai_device_view(&raw_, row, col, rows, cols, &part));
        return device_view(part);
    }

    // To and from the host, of the same shape and any layout; strides beyond that go through a copy. Throws
    // input_error, gpu_unavailable_error, backend_error.
    template <MatrixLike M>
    requires std::same_as<element_of<M>, T>
    void upload(const M &from) const {
        const auto view = view_of(from);
        check(expect_same_shape(view.rows(), view.cols()));
        const Layout layout = view.layout();
        if (!view.stands_in(layout)) return upload(Matrix<T>(view));
        check(lai_device_upload(&raw_, static_cast<std::uint32_t>(layout), view.data(), view.ld(layout)));
    }
    template <MatrixLike M>
    requires std::same_as<element_of<M>, T>
    void download_to(M &to) const {
        const auto view = view_of(to);
        check(expect_same_shape(view.rows(), view.cols()));
        const Layout layout = view.layout();
        if (view.stands_in(layout)) {
            check(
                lai_device_download(&raw_, static_cast<std::uint32_t>(layout), view.data(), view.ld(layout)));
            return;
        }
        const Matrix<T> tight = download();
        for (std::int64_t j = 0; j < cols(); ++j)
            for (std::int64_t i = 0; i < rows(); ++i) view(i, j) = tight(i, j);
    }
    Matrix<T> download() const {
        Matrix<T> result(rows(), cols());
        check(lai_device_download(&raw_, LAI_LAYOUT_COL, result.data(), result.col_stride()));
        return result;
    }
    // Within the device; same shape, not overlapping.
    void copy_from(const device_view &other) const { check(lai_device_copy(&raw_, &other.raw_)); }

  private:
    std::int64_t expect_same_shape(std::int64_t rows, std::int64_t cols) const {
        if (rows == raw_.rows && cols == raw_.cols) return 0;
        const std::string text = "the host matrix is " + std::to_string(rows) + " x " + std::to_string(cols) +
                                 ": must be " + std::to_string(raw_.rows) + " x " +
                                 std::to_string(raw_.cols) + " as the device's";
        return lai_report_error(LAI_ERROR_BAD_INPUT, text.c_str());
    }
    lai_device_matrix raw_{};
};

// A device matrix that owns its memory and gives it back with its scope. Movable; clone() copies the elements
// on the device, share() is a second owner of the same ones.
template <Element T>
class DeviceMatrix : public device_view<T> {
  public:
    DeviceMatrix() noexcept = default;
    // Takes over one reference to what lai_device_create made.
    explicit DeviceMatrix(const lai_device_matrix &owned) noexcept : device_view<T>(owned) {}
    DeviceMatrix(DeviceMatrix &&other) noexcept
        : device_view<T>(std::exchange(other.base(), device_view<T>())) {}
    DeviceMatrix &operator=(DeviceMatrix &&other) noexcept {
        std::swap(base(), other.base());
        return *this;
    }
    ~DeviceMatrix() {
        if (this->data() != nullptr) lai_device_release(&this->raw());
    }

    // Uninitialised, on the device with that space id, or the first one. Throws gpu_unavailable_error with
    // the reason, out_of_memory_error.
    static DeviceMatrix make(lai_context *context, std::int64_t rows, std::int64_t cols,
                             const char *space = nullptr) {
        lai_device_matrix made{};
        made.size = sizeof made;
        check(lai_device_create(context, space, dtype_of<T>, rows, cols, &made));
        return DeviceMatrix(made);
    }

    const device_view<T> &view() const noexcept { return *this; }
    DeviceMatrix share() const {
        check(lai_device_retain(&this->raw()));
        return DeviceMatrix(this->raw());
    }
    DeviceMatrix clone() const {
        DeviceMatrix copy = make(nullptr, this->rows(), this->cols(), lai_device_space(this->data()));
        copy.copy_from(*this);
        return copy;
    }

  private:
    device_view<T> &base() noexcept { return *this; }
};

// device_view and DeviceMatrix.
template <typename M>
concept DeviceMatrixLike = std::remove_cvref_t<M>::is_on_device;

}  // namespace lapack_ai

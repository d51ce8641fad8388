// Device matrices and page-locked memory of the C API.
#include "lapack_ai/device.h"

#include <algorithm>
#include <memory>
#include <string>

#include "api/context.hpp"
#include "api/edge.hpp"
#include "api/transpose.hpp"
#include "base/error.hpp"
#include "dispatch/address_map.hpp"
#include "dispatch/report.hpp"
#include "dispatch/spaces.hpp"

namespace lapack_ai::core {
namespace {

std::string shape(std::int64_t rows, std::int64_t cols) {
    return std::to_string(rows) + " x " + std::to_string(cols);
}

// `function` names the caller in messages.
void expect_matrix(const char *function, const lai_device_matrix *matrix) {
    if (matrix == nullptr) throw Error(ErrorKind::usage, std::string(function) + ": matrix is null");
    if (!LAI_HAS(matrix, lai_device_matrix, ld))
        throw Error(ErrorKind::usage, std::string(function) + ": size is " + std::to_string(matrix->size) +
                                          ": must be sizeof(lai_device_matrix)");
    if (dtype_bytes(matrix->dtype) == 0 || matrix->rows < 0 || matrix->cols < 0 ||
        matrix->ld < std::max<std::int64_t>(1, matrix->rows))
        throw Error(ErrorKind::usage, std::string(function) + ": matrix is " +
                                          shape(matrix->rows, matrix->cols) + " with ld " +
                                          std::to_string(matrix->ld) + " and element type " +
                                          std::to_string(matrix->dtype) + ": was not made by this library");
}

AddressRange range_of(const char *function, const lai_device_matrix *matrix) {
    expect_matrix(function, matrix);
    const AddressRange range = AddressMap::instance().find(matrix->data);
    if (range.space == 0)
        throw Error(ErrorKind::usage,
                    std::string(function) + ": data is no device memory, or has been released");
    return range;
}

void expect_ok(const char *function, lai_status status, const lai_memory &memory, const char *what) {
    if (status == LAI_OK) return;
    const std::string where = std::string(function) + ": " + what + ' ' + memory.space;
    if (status == LAI_OUT_OF_MEMORY) throw Error(ErrorKind::out_of_memory, where + ": device memory is out");
    if (status == LAI_DEVICE_LOST)
        throw Error(ErrorKind::gpu_unavailable, where + ": the device, and what was on it, is lost");
    throw Error(ErrorKind::backend_failed, where + ": the device refused");
}

// Bytes of a matrix with its leading dimension, which is padded to 16 bytes: whole vectors of the widest
// loads.
std::uint64_t bytes_for(std::int64_t rows, std::int64_t cols, lai_dtype dtype, std::int64_t &ld) {
    const auto element = static_cast<std::int64_t>(dtype_bytes(dtype));
    std::int64_t bytes = 0;
    const std::int64_t grain = std::max<std::int64_t>(1, 16 / element);
    const bool fits = !__builtin_add_overflow(std::max<std::int64_t>(rows, 1), grain - 1, &ld);
    ld = ld / grain * grain;
    if (!fits || __builtin_mul_overflow(ld, std::max<std::int64_t>(cols, 1), &bytes) ||
        __builtin_mul_overflow(bytes, element, &bytes))
        throw Error(ErrorKind::bad_input,
                    "lai_device_create: " + shape(rows, cols) + " elements must fit in 2^63 - 1 bytes");
    return static_cast<std::uint64_t>(bytes);
}

// A copy between the host's layout and the column-major device.
template <typename Move>
void copy_columns(const lai_device_matrix &device, std::uint32_t layout, const void *host, std::int64_t ld,
                  bool to_device, const char *function, Move &&move) {
    if (layout > LAI_LAYOUT_ROW)
        throw Error(ErrorKind::usage, std::string(function) + ": layout is " + std::to_string(layout) +
                                          ": must be LAI_LAYOUT_COL or LAI_LAYOUT_ROW");
    const bool row_major = layout == LAI_LAYOUT_ROW;
    const std::int64_t least = std::max<std::int64_t>(1, row_major ? device.cols : device.rows);
    if (ld < least)
        throw Error(ErrorKind::bad_input, std::string(function) + ": ld is " + std::to_string(ld) +
                                              ": must be >= " + std::to_string(least));
    if (device.rows == 0 || device.cols == 0) return;
    if (host == nullptr) throw Error(ErrorKind::usage, std::string(function) + ": host memory is null");
    const std::uint64_t element = dtype_bytes(device.dtype);
    const auto rows = static_cast<std::uint64_t>(device.rows) * element;
    if (!row_major) return move(const_cast<void *>(host), static_cast<std::uint64_t>(ld) * element, rows);
    const auto copy = std::make_unique_for_overwrite<char[]>(rows * static_cast<std::uint64_t>(device.cols));
    if (to_device)
        transpose(device.dtype, device.rows, device.cols, host, ld, copy.get(), device.rows, false);
    move(copy.get(), rows, rows);
    if (!to_device)
        transpose(device.dtype, device.cols, device.rows, copy.get(), device.rows, const_cast<void *>(host),
                  ld, false);
}

}  // namespace
}  // namespace lapack_ai::core

using namespace lapack_ai::core;

extern "C" {

int64_t lai_device_create(lai_context *context, const char *space, lai_dtype dtype, int64_t rows,
                          int64_t cols, lai_device_matrix *out) {
    return at_edge([&]() -> std::int64_t {
        if (out == nullptr || !LAI_HAS(out, lai_device_matrix, ld))
            throw Error(ErrorKind::usage, "lai_device_create: out must not be null, its size must be set");
        if (dtype_bytes(dtype) == 0)
            throw Error(ErrorKind::usage, "lai_device_create: element type " + std::to_string(dtype) +
                                              ": must be one of LAI_DTYPE_*");
        if (rows < 0 || cols < 0)
            throw Error(ErrorKind::bad_input,
                        "lai_device_create: shape is " + shape(rows, cols) + ": must not be negative");
        std::int64_t ld = 0;
        const std::uint64_t bytes = bytes_for(rows, cols, dtype, ld);
        const lai_memory &memory = context_or_default(context).context->memory(space != nullptr ? space : "");
        void *data = nullptr;
        const std::string what = bytes_text(bytes) + " on";
        expect_ok("lai_device_create", memory.alloc(memory.self, bytes, &data), memory, what.c_str());
        try {
            AddressMap::instance().add(
                {static_cast<char *>(data), bytes, intern_space(memory.space), &memory});
        } catch (...) {
            memory.release(memory.self, data);
            throw;
        }
        *out = {out->size, dtype, data, rows, cols, ld};
        return 0;
    });
}

int64_t lai_device_retain(const lai_device_matrix *matrix) {
    return at_edge([&]() -> std::int64_t {
        range_of("lai_device_retain", matrix);
        AddressMap::instance().retain(matrix->data);
        return 0;
    });
}

int64_t lai_device_release(const lai_device_matrix *matrix) {
    return at_edge([&]() -> std::int64_t {
        range_of("lai_device_release", matrix);
        AddressMap::instance().release(matrix->data);
        return 0;
    });
}

int64_t lai_device_view(const lai_device_matrix *matrix, int64_t row, int64_t col, int64_t rows, int64_t cols,
                        lai_device_matrix *out) {
    return at_edge([&]() -> std::int64_t {
        expect_matrix("lai_device_view", matrix);
        if (out == nullptr || !LAI_HAS(out, lai_device_matrix, ld))
            throw Error(ErrorKind::usage, "lai_device_view: out must not be null, its size must be set");
        if (row < 0 || col < 0 || rows < 0 || cols < 0 || rows > matrix->rows - row ||
            cols > matrix->cols - col)
            throw Error(ErrorKind::bad_input, "lai_device_view: " + shape(rows, cols) + " from (" +
                                                  std::to_string(row) + ", " + std::to_string(col) +
                                                  ") on: must lie within " +
                                                  shape(matrix->rows, matrix->cols));
        const auto elements = static_cast<std::uint64_t>(row + col * matrix->ld);
        // An empty block may begin behind the last element.
        const std::uint64_t offset = rows == 0 || cols == 0 ? 0 : elements * dtype_bytes(matrix->dtype);
        *out = {out->size, matrix->dtype, static_cast<char *>(matrix->data) + offset, rows, cols, matrix->ld};
        return 0;
    });
}

int64_t lai_device_upload(const lai_device_matrix *to, uint32_t layout, const void *from, int64_t ld) {
    return at_edge([&]() -> std::int64_t {
        const lai_memory &memory = *range_of("lai_device_upload", to).memory;
        copy_columns(*to, layout, from, ld, true, "lai_device_upload",
                     [&](void *host, std::uint64_t host_ld, std::uint64_t rows) {
                         expect_ok("lai_device_upload",
                                   memory.upload(memory.self, to->data, 0,
                                                 static_cast<std::uint64_t>(to->ld) * dtype_bytes(to->dtype),
                                                 host, host_ld, rows, static_cast<std::uint64_t>(to->cols)),
                                   memory, "writing to");
                     });
        return 0;
    });
}

int64_t lai_device_download(const lai_device_matrix *from, uint32_t layout, void *to, int64_t ld) {
    return at_edge([&]() -> std::int64_t {
        const lai_memory &memory = *range_of("lai_device_download", from).memory;
        copy_columns(*from, layout, to, ld, false, "lai_device_download",
                     [&](void *host, std::uint64_t host_ld, std::uint64_t rows) {
                         expect_ok(
                             "lai_device_download",
                             memory.download(memory.self, from->data, 0,
                                             static_cast<std::uint64_t>(from->ld) * dtype_bytes(from->dtype),
                                             host, host_ld, rows, static_cast<std::uint64_t>(from->cols)),
                             memory, "reading from");
                     });
        return 0;
    });
}

int64_t lai_device_copy(const lai_device_matrix *to, const lai_device_matrix *from) {
    return at_edge([&]() -> std::int64_t {
        const AddressRange target = range_of("lai_device_copy", to),
                           source = range_of("lai_device_copy", from);
        if (to->rows != from->rows || to->cols != from->cols || to->dtype != from->dtype)
            throw Error(ErrorKind::bad_input, "lai_device_copy: " + shape(from->rows, from->cols) + " to " +
                                                  shape(to->rows, to->cols) +
                                                  ": shapes and element types must be equal");
        if (to->rows == 0 || to->cols == 0) return 0;
        const lai_memory &memory = *target.memory;
        if (target.space != source.space || !LAI_HAS(&memory, lai_memory, copy) || memory.copy == nullptr)
            throw Error(ErrorKind::bad_input,
                        "lai_device_copy: both matrices must be on one device, which copies within itself");
        const std::uint64_t element = dtype_bytes(to->dtype);
        expect_ok(
            "lai_device_copy",
            memory.copy(memory.self, to->data, 0, static_cast<std::uint64_t>(to->ld) * element, from->data, 0,
                        static_cast<std::uint64_t>(from->ld) * element,
                        static_cast<std::uint64_t>(to->rows) * element, static_cast<std::uint64_t>(to->cols)),
            memory, "copying on");
        return 0;
    });
}

const char *lai_device_space(const void *address) {
    const AddressRange range = AddressMap::instance().find(address);
    return range.space != 0 ? range.memory->space : nullptr;
}

void *lai_host_alloc(lai_context *context, uint64_t bytes) {
    void *pointer = nullptr;
    (void)at_edge([&]() -> std::int64_t {
        const lai_memory &memory = context_or_default(context).context->memory("");
        const bool offered = LAI_HAS(&memory, lai_memory, host_free) && memory.host_alloc != nullptr;
        if (offered) pointer = memory.host_alloc(memory.self, std::max<std::uint64_t>(bytes, 1));
        if (pointer == nullptr)
            throw Error(ErrorKind::out_of_memory, "lai_host_alloc: " + std::string(memory.space) +
                                                      " has no " + bytes_text(bytes) +
                                                      " of page-locked memory");
        try {
            AddressMap::instance().add({static_cast<char *>(pointer), bytes, 0, &memory});
        } catch (...) {
            memory.host_free(memory.self, pointer);
            pointer = nullptr;
            throw;
        }
        return 0;
    });
    return pointer;
}

void lai_host_free(void *pointer) {
    if (pointer != nullptr && lai_device_space(pointer) == nullptr) AddressMap::instance().release(pointer);
}

}  // extern "C"

// Device matrices over lapack_ai/device.h.
#include "device_array.hpp"

#include "bindings.hpp"

namespace lapack_py {

namespace {

using lapack_ai::Layout;

struct HostStorage {
    std::uint32_t layout;
    std::int64_t ld;
};

// How a host array goes over; ValueError or TypeError when it is not like the device's.
HostStorage host_storage(const lai_device_matrix &device, const py::array &host) {
    if (host.ndim() != 2 || host.shape(0) != device.rows || host.shape(1) != device.cols)
        throw py::value_error("the host array must have the shape of the device array");
    if (dtype_of(host) != device.dtype)
        throw py::type_error("the host array must have the element type of the device array");
    if (!fits(host)) throw py::value_error("the host array must be stored by rows or by columns");
    const MatrixStack<const float> shape(host);  // for its strides, which count elements of any type
    const Layout layout = shape[0].layout();
    return {static_cast<std::uint32_t>(layout), shape[0].ld(layout)};
}

}  // namespace

DeviceArray::DeviceArray(const PythonContext &context, const std::string &space, lai_dtype dtype,
                         std::int64_t rows, std::int64_t cols) {
    raw_.size = sizeof raw_;
    lapack_ai::check(
        lai_device_create(context.get(), space.empty() ? nullptr : space.c_str(), dtype, rows, cols, &raw_));
    owner_ = raw_;
}

DeviceArray DeviceArray::view(std::int64_t row, std::int64_t col, std::int64_t rows,
                              std::int64_t cols) const {
    DeviceArray part;
    lai_device_matrix block{};
    block.size = sizeof block;
    lapack_ai::check(lai_device_view(&raw_, row, col, rows, cols, &block));
    lapack_ai::check(lai_device_retain(&owner_));
    part.raw_ = block;
    part.owner_ = owner_;
    return part;
}

void DeviceArray::upload(const py::array &from) const {
    const HostStorage host = host_storage(raw_, from);
    const void *data = from.data();
    const py::gil_scoped_release unlocked;
    lapack_ai::check(lai_device_upload(&raw_, host.layout, data, host.ld));
}

void DeviceArray::download(py::array to) const {
    const HostStorage host = host_storage(raw_, to);
    void *data = to.mutable_data();
    const py::gil_scoped_release unlocked;
    lapack_ai::check(lai_device_download(&raw_, host.layout, data, host.ld));
}

void DeviceArray::copy_from(const DeviceArray &other) const {
    const py::gil_scoped_release unlocked;
    lapack_ai::check(lai_device_copy(&raw_, &other.raw_));
}

std::string DeviceArray::space() const {
    const char *id = lai_device_space(raw_.data);
    return id != nullptr ? id : "";
}

void bind_device_arrays(py::module_ &module) {
    using namespace py::literals;
    static constexpr const char *letters = " fdFD";
    py::class_<DeviceArray>(module, "DeviceArray")
        .def(py::init([](const PythonContext &context, const std::string &space, char letter,
                         std::int64_t rows, std::int64_t cols) {
                 const auto dtype = static_cast<lai_dtype>(std::string_view(letters).find(letter));
                 return DeviceArray(context, space, dtype, rows, cols);
             }),
             "context"_a, "space"_a, "letter"_a, "rows"_a, "cols"_a)
        .def("view", &DeviceArray::view, "row"_a, "col"_a, "rows"_a, "cols"_a)
        .def("upload", &DeviceArray::upload, "a"_a)
        .def("download", &DeviceArray::download, "a"_a)
        .def("copy_from", &DeviceArray::copy_from, "other"_a)
        .def_property_readonly("space", &DeviceArray::space)
        .def_property_readonly("rows", [](const DeviceArray &a) { return a.raw().rows; })
        .def_property_readonly("cols", [](const DeviceArray &a) { return a.raw().cols; })
        .def_property_readonly("letter", [](const DeviceArray &a) { return letters[a.raw().dtype]; });
}

}  // namespace lapack_py

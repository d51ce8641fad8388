// Which arrays LAPACK can take as they stand.
#include "array.hpp"

namespace lapack_py {

namespace {

// NumPy's type numbers, part of its stable C interface.
constexpr int numpy_float = 11, numpy_double = 12, numpy_cfloat = 14, numpy_cdouble = 15;

// LAI_DTYPE_NONE for a type LAPACK does not have, or in foreign byte order.
lai_dtype element_type(const py::array &a) {
    const auto *type = py::detail::array_descriptor_proxy(a.dtype().ptr());
    if (type->byteorder == '>') return LAI_DTYPE_NONE;
    switch (type->type_num) {
        case numpy_float:
            return LAI_DTYPE_F32;
        case numpy_double:
            return LAI_DTYPE_F64;
        case numpy_cfloat:
            return LAI_DTYPE_C32;
        case numpy_cdouble:
            return LAI_DTYPE_C64;
        default:
            return LAI_DTYPE_NONE;
    }
}

}  // namespace

lai_dtype dtype_of(const py::array &a) {
    const lai_dtype dtype = element_type(a);
    if (dtype == LAI_DTYPE_NONE)
        throw py::type_error("element type must be float32, float64, complex64 or complex128");
    return dtype;
}

bool fits(const py::array &a) {
    const py::ssize_t axes = a.ndim(), size = a.itemsize();
    if (axes < 2 || element_type(a) == LAI_DTYPE_NONE) return false;
    if ((a.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) == 0) return false;
    for (py::ssize_t i = 0; i < axes; ++i)
        if (a.shape(i) > 1 && a.strides(i) % size != 0) return false;
    const auto view =
        matrix_view<const float>::strided(nullptr, a.shape(axes - 2), a.shape(axes - 1),
                                          a.strides(axes - 2) / size, a.strides(axes - 1) / size);
    return view.stands_in(lapack_ai::Layout::col_major) || view.stands_in(lapack_ai::Layout::row_major);
}

}  // namespace lapack_py

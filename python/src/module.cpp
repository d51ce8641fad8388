// lapack_py._core: typed calls of LAPACK AI's C++ API on NumPy arrays. Private to lapack_py, whose Python
// modules make it look like numpy.linalg; each function here works in place on stacks of matrices that fit
// (array.hpp) and returns None, or what there is to say (call.hpp).
#include <pybind11/pybind11.h>

#include "array.hpp"
#include "bindings.hpp"

namespace {

// What the C++ API throws becomes the class of lapack_py.errors that goes with its code.
void raise_as_python(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const lapack_ai::error &e) {
        const auto made = pybind11::module_::import("lapack_py.errors").attr("of_code")(e.info(), e.what());
        PyErr_SetObject(pybind11::type::handle_of(made).ptr(), made.ptr());
    }
}

}  // namespace

PYBIND11_MODULE(_core, module) {
    module.doc() = "Typed calls of LAPACK AI on NumPy arrays; private to lapack_py.";
    pybind11::register_local_exception_translator(&raise_as_python);
    module.def("fits", &lapack_py::fits, pybind11::arg("a"),
               "True when LAPACK can take every matrix of the stack as it stands.");
    lapack_py::bind_context(module);
    lapack_py::bind_device_arrays(module);
    lapack_py::bind_products(module);
    lapack_py::bind_linear_systems(module);
    lapack_py::bind_factorizations(module);
    lapack_py::bind_spectra(module);
}

// One function a file of bindings; module.cpp calls them all.
#pragma once

#include <pybind11/pybind11.h>

namespace lapack_py {

void bind_context(pybind11::module_ &module);
void bind_device_arrays(pybind11::module_ &module);
void bind_products(pybind11::module_ &module);
void bind_linear_systems(pybind11::module_ &module);
void bind_factorizations(pybind11::module_ &module);
void bind_spectra(pybind11::module_ &module);

}  // namespace lapack_py

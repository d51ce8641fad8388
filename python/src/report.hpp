// How a call went, as Python reads it.
#pragma once

#include <pybind11/pybind11.h>

#include "lapack_ai/lapack_ai.h"

namespace lapack_py {

// The fields of lai_report by name.
pybind11::dict report_dict(const lai_report &report);

}  // namespace lapack_py

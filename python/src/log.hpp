// The library's log lines on their way to Python's logging.
//
// The library may log from any thread while it holds locks of its own, so its sink must not wait for the GIL.
// Lines wait here until a call of lapack_py has ended on some thread, which then hands them over.
#pragma once

#include <pybind11/pybind11.h>

namespace lapack_py {

// From now on `receiver(level, line)` gets the lines; with the GIL.
void set_log_receiver(pybind11::object receiver);

// Hands over what has come in; with the GIL. A load of an atomic when there is nothing.
void deliver_log();

}  // namespace lapack_py

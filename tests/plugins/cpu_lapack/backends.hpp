// The two plugins under test, loaded once per program.
#pragma once

#include <gtest/gtest.h>

#include <complex>
#include <string>

#include "support/matrix.hpp"
#include "support/plugin_fixture.hpp"

namespace lapack_ai::test {

inline const TestPlugin &cpu_lapack() {
    static const TestHost host;
    static const TestPlugin plugin(CPU_LAPACK_PLUGIN, host);
    return plugin;
}

inline const TestPlugin &cpu_reference() {
    static const TestHost host;
    static const TestPlugin plugin(CPU_REFERENCE_PLUGIN, host);
    return plugin;
}

// Calls test(plugin) for both; failures name the backend.
template <typename Test>
void on_both(Test &&test) {
    for (const TestPlugin *plugin : {&cpu_lapack(), &cpu_reference()}) {
        SCOPED_TRACE(plugin->entry().id);
        test(*plugin);
    }
}

using AllTypes = testing::Types<float, double, std::complex<float>, std::complex<double>>;

// Residuals and orthogonality stay below this many eps * size (LAPACK's own test suite uses 30).
inline constexpr double threshold = 30;

// Shapes and spectra that every op sees: n = 70 is above OpenBLAS's and LAPACK's block sizes and a multiple
// of neither.
inline const std::vector<double> &conditions() {
    static const std::vector<double> values = {1, 1e3, 1e12};
    return values;
}

}  // namespace lapack_ai::test

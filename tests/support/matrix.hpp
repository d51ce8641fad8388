// The conformance kit's matrices (lapack_ai/conformance/matrix.hpp) under the name that the tests here use.
#pragma once

#include "lapack_ai/conformance/matrix.hpp"

namespace lapack_ai::test {
using namespace lapack_ai::conformance;
}

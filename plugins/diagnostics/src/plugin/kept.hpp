// What preflight keeps until finish. Lives in the call's arena, freed with it; arrays are of the call's real
// type.
#pragma once

#include <cstdint>

#include "numerics/scan.hpp"
#include "plugin/known_op.hpp"

namespace lapack_ai::diagnostics {

struct Kept {
    const KnownOp *op = nullptr;
    std::uint64_t start_ns = 0;  // 0: the clock was not read
    double norm1 = 0;
    void *column_sum = nullptr, *row_max = nullptr, *diagonal = nullptr;
    void *sketch = nullptr, *b_sketch = nullptr, *b_norm = nullptr;
    char trans = 'N';
    NonFinite a, b;  // count 0: finite
    Asymmetry asymmetry;
};

}  // namespace lapack_ai::diagnostics

// Random calls of an op, from its schema: which sizes, letters, scalars and layouts a check wants to see.
#pragma once

#include "lapack_ai/abi/backend.h"
#include "problem.hpp"

namespace lapack_ai::conformance {

// What a call is to be special in. Everything else is plain: sizes >= 1, tight leading dimensions, the flags'
// initial letters, scalars that are neither 0 nor 1, one item.
struct Aspects {
    bool empty = false;
    bool padding = false;
    bool flags = false;
    bool scalars = false;  // 0, 1 and -1 among them
    bool batch = false;
    double flops = 6e5;  // at most, with small sizes more often

    static Aspects everything() { return {true, true, true, true, true}; }
};

Recipe fuzz(const core::Op &op, const lai_variant &variant, lai_dtype dtype, const Aspects &aspects,
            Random &random);

// A call of one size in all dims, as far as the schema and the variant's ranges allow; initial letters.
Recipe of_size(const core::Op &op, const lai_variant &variant, lai_dtype dtype, std::int64_t n);

double flops_of(const core::Op &op, lai_dtype dtype, const Recipe &recipe);

}  // namespace lapack_ai::conformance

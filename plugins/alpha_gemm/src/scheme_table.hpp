// The raw table of bilinear schemes, as generated into scheme_table.cpp. Only scheme.cpp reads it.

#pragma once

#include <cstdint>
#include <span>

namespace lapack_ai::alpha_gemm {

/// Numerators over one power-of-two denominator, `rank` rows.
struct CoefficientRecord {
    int denominator;
    const std::int8_t *numerators;
};

/// One scheme: an m x k by k x n block product in `rank` products, over the rationals (modulus 0) or modulo 2
/// only.
struct SchemeRecord {
    const char *variant;
    int m, k, n, rank, modulus;
    const char *source;
    CoefficientRecord u, v, w;
};

/// The whole table; the first scheme of a size is the default of that size. Pure.
std::span<const SchemeRecord> scheme_table();

}  // namespace lapack_ai::alpha_gemm

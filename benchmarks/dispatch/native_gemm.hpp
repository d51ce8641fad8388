// cpu_lapack's own dgemm_ as a baseline: the same copy of OpenBLAS that the library's calls run in, reached
// through the plugin's test extension.
#pragma once

#include <cstdint>
#include <string>

#include "lapack_ai/abi/plugin.h"

namespace lapack_ai::bench {

using Dgemm = void (*)(const char *trans_a, const char *trans_b, const std::int32_t *m, const std::int32_t *n,
                       const std::int32_t *k, const double *alpha, const double *a, const std::int32_t *lda,
                       const double *b, const std::int32_t *ldb, const double *beta, double *c,
                       const std::int32_t *ldc, std::size_t trans_a_length, std::size_t trans_b_length);

struct NativeGemm {
    Dgemm dgemm = nullptr;
    void (*set_threads)(std::int32_t threads) = nullptr;
};

// The path of a loaded plugin's file, from the library's "plugins" document; empty: not there.
std::string plugin_path(const std::string &plugin);

// Throws std::runtime_error when the plugin is not loaded or has no such extension. The library must have
// made its default context before.
NativeGemm native_gemm();

}  // namespace lapack_ai::bench

// The test extension lai.bench.native: this plugin's own copies of the Fortran routines, so that a
// benchmark's baseline is the library the plugin runs and not another copy of it.
#pragma once

#include "lapack_ai/abi/plugin.h"

namespace lapack_ai::cpu {

extern const lai_bench_native native_table;

}  // namespace lapack_ai::cpu

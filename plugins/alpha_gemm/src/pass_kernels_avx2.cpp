// The pass loops for processors with AVX2 and FMA; compiled with those flags where the compiler has them.

#define LAI_PASS_TARGET avx2
#include "pass_kernels.inc"

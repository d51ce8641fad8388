// The portable pass loops, and the choice between them and the AVX2 ones.

#define LAI_PASS_TARGET portable
#include "pass_kernels.inc"

namespace lapack_ai::alpha_gemm {
#if defined(LAI_HAVE_AVX2_KERNELS)
namespace avx2 {
template <typename T>
const PassKernels<T> &table();
}
#endif

template <typename T>
const PassKernels<T> &portable_pass_kernels() {
    return portable::table<T>();
}

template <typename T>
const PassKernels<T> &pass_kernels() {
#if defined(LAI_HAVE_AVX2_KERNELS)
    static const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (has_avx2) return avx2::table<T>();
#endif
    return portable::table<T>();
}

void fence_streaming_stores() {
#if defined(__x86_64__)
    __builtin_ia32_sfence();
#endif
}

template const PassKernels<float> &pass_kernels<float>();
template const PassKernels<double> &pass_kernels<double>();
template const PassKernels<float> &portable_pass_kernels<float>();
template const PassKernels<double> &portable_pass_kernels<double>();

}  // namespace lapack_ai::alpha_gemm

// The loops for AVX2 with FMA. On other targets the flags are not given and there is no table.
#if defined(__AVX2__) && defined(__FMA__)

#include "certify/kernels.inc"

namespace lapack_ai::core::certify::detail {
const Kernels *avx2_kernels() noexcept {
    return table;
}
}  // namespace lapack_ai::core::certify::detail

#else

#include "certify/kernels.hpp"

namespace lapack_ai::core::certify::detail {
const Kernels *avx2_kernels() noexcept {
    return nullptr;
}
}  // namespace lapack_ai::core::certify::detail

#endif

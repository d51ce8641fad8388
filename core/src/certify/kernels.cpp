// The loops for every CPU, and the choice between them and those for AVX2.
#include "certify/kernels.inc"

namespace lapack_ai::core::certify {

namespace detail {
const Kernels *plain_kernels() noexcept {
    return table;
}
}  // namespace detail

namespace {

const Kernels &choose(int element) noexcept {
    static const Kernels *const chosen = [] {
#if defined(__x86_64__)
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            detail::avx2_kernels() != nullptr)
            return detail::avx2_kernels();
#endif
        return detail::plain_kernels();
    }();
    return chosen[element];
}

}  // namespace

const Kernels &kernels_f32() noexcept {
    return choose(0);
}
const Kernels &kernels_f64() noexcept {
    return choose(1);
}
const Kernels &kernels_c32() noexcept {
    return choose(2);
}
const Kernels &kernels_c64() noexcept {
    return choose(3);
}

}  // namespace lapack_ai::core::certify

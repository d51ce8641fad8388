// 32-byte vectors of the compiler and the few AVX2 instructions it does not find by itself. Only for the
// files that are compiled for AVX2, which the manifest requires of the machine.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace lapack_ai::diagnostics {

template <class R>
struct Lanes {
    static constexpr int count = 32 / sizeof(R);
    typedef R V __attribute__((vector_size(32)));
    typedef typename std::conditional<sizeof(R) == 8, std::int64_t, std::int32_t>::type I;
    typedef I M __attribute__((vector_size(32)));
    static V load(const R *p) {
        V v;
        std::memcpy(&v, p, sizeof v);
        return v;
    }
    static void store(R *p, V v) { std::memcpy(p, &v, sizeof v); }
    static V abs(V v) {
        const M mask = M{} + std::numeric_limits<I>::max();
        return reinterpret_cast<V>(reinterpret_cast<M>(v) & mask);
    }
    // a where a > b, else b: NaN in a leaves b, as the instruction does.
    static V max(V a, V b) {
        if constexpr (sizeof(R) == 8)
            return _mm256_max_pd(a, b);
        else
            return _mm256_max_ps(a, b);
    }
    // Sums over the lanes of four vectors.
    typedef R Quad __attribute__((vector_size(4 * sizeof(R))));
    static Quad lane_sums(V a, V b, V c, V d) {
        if constexpr (sizeof(R) == 8) {
            const V low = _mm256_hadd_pd(a, b), high = _mm256_hadd_pd(c, d);
            return _mm256_permute2f128_pd(low, high, 0x20) + _mm256_permute2f128_pd(low, high, 0x31);
        } else {
            const V sums = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
            return _mm256_castps256_ps128(sums) + _mm256_extractf128_ps(sums, 1);
        }
    }
    static R lane_sum(V v) {
        R sum = 0;
        for (int k = 0; k < count; ++k) sum += v[k];
        return sum;
    }
    // Real and imaginary parts exchanged in every pair.
    static V swap_pairs(V v) {
        if constexpr (sizeof(R) == 8)
            return _mm256_permute_pd(v, 0b0101);
        else
            return _mm256_permute_ps(v, 0b10110001);
    }
};

}  // namespace lapack_ai::diagnostics

// Sizes of a fast multiplication on the device, decided before anything is taken there. Pure functions of the
// shape.
#pragma once

#include <cstdint>

#include "compiled_scheme.hpp"
#include "plan.hpp"

namespace lapack_ai::opencl_alpha_gemm {

/// All combinations of A and B and all products stand in memory at once; the products are one batch.
struct DevicePlan {
    const alpha_gemm::CompiledScheme *compiled = nullptr;
    alpha_gemm::Shape shape{};
    std::int64_t block_m = 0, block_n = 0, block_k = 0;
    /// Rows and columns of the combinations as they are stored, leading dimensions and strides, in elements.
    std::int64_t a_rows = 0, a_cols = 0, b_rows = 0, b_cols = 0;
    std::int64_t ld_a = 0, ld_b = 0, ld_c = 0, stride_a = 0, stride_b = 0, stride_c = 0;

    std::int64_t rank() const { return compiled->scheme.rank; }
    std::int64_t element_bytes() const { return shape.parts * shape.real_bytes; }
    std::uint64_t workspace_bytes() const {
        return static_cast<std::uint64_t>(rank() * (stride_a + stride_b + stride_c) * element_bytes()) +
               flag_bytes;
    }
    /// Bytes that the sweeps read and write.
    double sweep_bytes(bool reads_c) const;

    static constexpr std::uint64_t flag_bytes = 64;
};

DevicePlan make_device_plan(const alpha_gemm::CompiledScheme &compiled, const alpha_gemm::Shape &shape);

}  // namespace lapack_ai::opencl_alpha_gemm

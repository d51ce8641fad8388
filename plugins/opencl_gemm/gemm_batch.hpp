// Batches whose operands live on the host: cut to the device's memory and streamed through two operations, so
// that one chunk is copied while the other is multiplied.
#pragma once

#include <cstdint>

#include "lapack_ai/opencl_runtime/operation.hpp"
#include "lapack_ai/sdk/call.hpp"

namespace lapack_ai::opencl_gemm {

// Items of a chunk: what fits half the limit (two chunks are under way), rounded down to a power of two, at
// most size_limit and at least 1.
std::int64_t chunk_items(std::uint64_t bytes_per_item, std::int64_t items, std::uint64_t limit_bytes,
                         std::int64_t size_limit);

// A product's letters, sizes and scalars; operands and count are for the caller to fill.
lai_ocl_gemm_call gemm_call(const sdk::Call &call);

// Runs the whole batch. C is written only after all of it was computed when beta != 0.
void run_batch(const sdk::Call &call, std::uint64_t limit_bytes, std::int64_t size_limit, lai_result &result);

}  // namespace lapack_ai::opencl_gemm

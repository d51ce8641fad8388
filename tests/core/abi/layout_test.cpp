// The contract's structs: size first, offsets that a released header has fixed, no padding surprises between
// C and C++.
#include <gtest/gtest.h>

#include <cstddef>
#include <type_traits>

#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/memory.h"
#include "lapack_ai/abi/observer.h"
#include "lapack_ai/abi/plugin.h"

namespace {

template <typename Struct>
void expect_size_first() {
    EXPECT_EQ(offsetof(Struct, size), 0u);
    EXPECT_TRUE(std::is_standard_layout_v<Struct> && std::is_trivially_copyable_v<Struct>);
}

template <typename... Structs>
void expect_all_size_first() {
    (expect_size_first<Structs>(), ...);
}

TEST(AbiLayout, EveryStructBeginsWithItsSize) {
    expect_all_size_first<lai_operand, lai_call, lai_result, lai_dim_schema, lai_flag_schema,
                          lai_scalar_schema, lai_operand_schema, lai_op_schema, lai_cost, lai_dim_range,
                          lai_variant, lai_backend, lai_memory_info, lai_memory, lai_constraints, lai_host,
                          lai_plugin_entry, lai_bench_native, lai_diagnosis, lai_enhancer, lai_observer,
                          lai_event, lai_metrics>();
}

TEST(AbiLayout, OffsetsOnLp64) {
    EXPECT_EQ(offsetof(lai_operand, data), 8u);
    EXPECT_EQ(offsetof(lai_operand, ld), 32u);
    EXPECT_EQ(sizeof(lai_operand), 64u);
    EXPECT_EQ(offsetof(lai_call, op_id), 8u);
    EXPECT_EQ(offsetof(lai_call, dims), 24u);
    EXPECT_EQ(offsetof(lai_call, frame), 128u);
    EXPECT_EQ(offsetof(lai_result, info), 8u);
    EXPECT_EQ(offsetof(lai_variant, query), 96u);
    EXPECT_EQ(offsetof(lai_plugin_entry, id), 16u);
}

TEST(AbiLayout, SizeThroughGuardsNewFields) {
    lai_cost cost{};
    cost.size = LAI_SIZE_THROUGH(lai_cost, sigma);
    EXPECT_TRUE(LAI_HAS(&cost, lai_cost, sigma));
    EXPECT_FALSE(LAI_HAS(&cost, lai_cost, host_workspace_bytes));
}

}  // namespace

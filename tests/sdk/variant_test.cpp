// The wall between a variant class and the C contract: exceptions become statuses, struct sizes are obeyed.
#include <gtest/gtest.h>

#include <cstring>
#include <new>
#include <stdexcept>

#include "lapack_ai/sdk/variant.hpp"
#include "support/plugin_fixture.hpp"

namespace {

using namespace lapack_ai::sdk;
using lapack_ai::test::TestHost;

struct Thrower {
    std::function<void()> act;
    Cost query(const Call &) const {
        act();
        return Cost().compute(2.5).algorithm("none");
    }
    void execute(const Call &, lai_result &result) {
        result.info = 3;
        act();
    }
};

struct Outcome {
    lai_status status;
    std::string detail;
};

Outcome execute(const TestHost &host, std::uint64_t flags, std::function<void()> act) {
    detail::Slot<Thrower> slot(Host(host.table()), {.op = LAI_OP_GEMM, .flags = flags}, std::move(act));
    CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
    lai_result result{};
    result.size = sizeof result;
    const lai_status status = slot.table.execute(slot.table.self, &call.call(), &result);
    return {status, result.detail ? result.detail : ""};
}

TEST(Variant, ExceptionsBecomeStatuses) {
    const TestHost host;
    const auto none = std::uint64_t{0};
    EXPECT_EQ(execute(host, none, [] {}).status, LAI_OK);
    const auto clean = execute(host, none, [] { throw std::runtime_error("why"); });
    EXPECT_EQ(clean.status, LAI_FAULT_CLEAN);
    EXPECT_EQ(clean.detail, "why");
    EXPECT_EQ(execute(host, none, [] { throw 7; }).status, LAI_FAULT_CLEAN);
    EXPECT_EQ(execute(host, none, [] { throw std::bad_alloc(); }).status, LAI_OUT_OF_MEMORY);
    EXPECT_EQ(execute(host, none, [] { throw Declined(LAI_REASON_SHAPE, "odd"); }).status, LAI_DECLINED);
    const auto lost = execute(host, none, [] { throw Failure(LAI_DEVICE_LOST, "gone"); });
    EXPECT_EQ(lost.status, LAI_DEVICE_LOST);
    EXPECT_EQ(lost.detail, "gone");
    for (auto act : {+[] { throw std::runtime_error("why"); }, +[] { throw std::bad_alloc(); }})
        EXPECT_EQ(execute(host, LAI_VARIANT_MAY_DIRTY, act).status, LAI_FAULT_DIRTY);
}

TEST(Variant, DetailSurvivesAnEmptyArena) {
    TestHost host;
    host.arena_is_empty = true;
    EXPECT_EQ(execute(host, 0, [] { throw std::runtime_error("why"); }).detail, "out of memory");
}

TEST(Variant, QueryDeclinesWithReason) {
    const TestHost host;
    CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
    lai_cost cost{};
    cost.size = sizeof cost;
    detail::Slot<Thrower> odd(Host(host.table()), {.op = LAI_OP_GEMM},
                              [] { throw Declined(LAI_REASON_SHAPE, "odd"); });
    EXPECT_EQ(odd.table.query(odd.table.self, &call.call(), &cost), LAI_DECLINED);
    EXPECT_EQ(cost.reason, LAI_REASON_SHAPE);
    EXPECT_STREQ(cost.note, "odd");
    detail::Slot<Thrower> broken(Host(host.table()), {.op = LAI_OP_GEMM}, [] { throw 7; });
    EXPECT_EQ(broken.table.query(broken.table.self, &call.call(), &cost), LAI_DECLINED);
    EXPECT_EQ(cost.reason, LAI_REASON_QUERY_FAILED);
}

TEST(Variant, WritesNoMoreThanTheHostHasRoomFor) {
    const TestHost host;
    CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
    detail::Slot<Thrower> slot(Host(host.table()), {.op = LAI_OP_GEMM}, [] {});

    lai_cost cost;
    std::memset(&cost, 0x5a, sizeof cost);
    cost.size = LAI_SIZE_THROUGH(lai_cost, compute_seconds);
    EXPECT_EQ(slot.table.query(slot.table.self, &call.call(), &cost), LAI_OK);
    EXPECT_EQ(cost.compute_seconds, 2.5);
    EXPECT_EQ(cost.size, LAI_SIZE_THROUGH(lai_cost, compute_seconds));
    EXPECT_EQ(cost.host_workspace_bytes, 0x5a5a5a5a5a5a5a5au);

    lai_result result;
    std::memset(&result, 0x5a, sizeof result);
    result.size = LAI_SIZE_THROUGH(lai_result, info);
    EXPECT_EQ(slot.table.execute(slot.table.self, &call.call(), &result), LAI_OK);
    EXPECT_EQ(result.info, 3);
    EXPECT_EQ(result.host_bytes_used, 0x5a5a5a5a5a5a5a5au);
}

}  // namespace

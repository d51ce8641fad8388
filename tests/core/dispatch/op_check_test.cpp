// Argument checks: the position LAPACK's own routine reports, for every argument of every op, and the order
// when several are wrong at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "op_call.hpp"

namespace lapack_ai::core {
namespace {

using Dims = std::vector<std::int64_t>;

struct Base {
    const char *op;
    Dims dims;
    const char *flags;
    std::vector<lai_scalar> scalars;
};

const Base bases[] = {
    {"gemm", {4, 3, 2}, "NT", {{1, 0}, {1, 0}}},
    {"gemm_batch", {4, 3, 2}, "NT", {{1, 0}, {1, 0}}},
    {"gesvd", {4, 3}, "SA", {}},
    {"gesv", {4, 3}, "N", {}},
    {"posv", {4, 3}, "U", {}},
    {"gels", {4, 3, 2}, "N", {}},
    {"gelsd", {4, 3, 2}, "", {{-1, 0}}},
    {"syev", {4}, "VU", {}},
    {"geev", {4}, "VV", {}},
    {"getrf", {4, 3}, "", {}},
    {"getrs", {4, 3}, "N", {}},
    {"getri", {4}, "", {}},
    {"potrf", {4}, "U", {}},
    {"potrs", {4, 3}, "U", {}},
    {"geqrf", {4, 3}, "", {}},
    {"orgqr", {4, 3, 2}, "", {}},
    {"gecon", {4}, "1", {{1, 0}}},
    {"pocon", {4}, "U", {{1, 0}}},
    {"trcon", {4}, "IUN", {}},
};

const Base &base(std::string_view name) {
    for (const Base &b : bases)
        if (name == b.op) return b;
    throw std::logic_error("no such case: " + std::string(name));
}

TEST(OpCheck, SoundCallsPassForEveryOpAndType) {
    for (const Base &b : bases)
        for (lai_dtype dtype : {LAI_DTYPE_F32, LAI_DTYPE_F64, LAI_DTYPE_C32, LAI_DTYPE_C64}) {
            const test::OpCall call(b.op, dtype, b.dims, b.flags, b.scalars, 1);
            const ArgumentFault fault = call.check();
            EXPECT_EQ(fault.position, 0) << b.op << ' ' << fault.name << ' ' << fault.requirement;
        }
}

TEST(OpCheck, EmptyProblemsPassWithNullPointers) {
    for (const Base &b : bases) {
        test::OpCall call(b.op, LAI_DTYPE_F64, Dims(b.dims.size(), 0), b.flags, b.scalars);
        for (lai_operand &operand : call.operands)
            if (operand.rows == 0 || operand.cols == 0) operand.data = nullptr;
        EXPECT_EQ(call.check().position, 0) << b.op;
    }
}

// Positions as LAPACK's documentation numbers them: which argument is spoilt, and what INFO says.
TEST(OpCheck, PositionsOfBadDims) {
    const struct {
        const char *op;
        std::size_t dim;
        int position;
    } cases[] = {
        {"gemm", 0, 3},  {"gemm", 1, 4},  {"gemm", 2, 5},  {"gesvd", 0, 3}, {"gesvd", 1, 4}, {"gesv", 0, 1},
        {"gesv", 1, 2},  {"posv", 0, 2},  {"posv", 1, 3},  {"gels", 0, 2},  {"gels", 1, 3},  {"gels", 2, 4},
        {"gelsd", 0, 1}, {"gelsd", 1, 2}, {"gelsd", 2, 3}, {"syev", 0, 3},  {"geev", 0, 3},  {"getrf", 0, 1},
        {"getrf", 1, 2}, {"getrs", 0, 2}, {"getrs", 1, 3}, {"getri", 0, 1}, {"potrf", 0, 2}, {"potrs", 0, 2},
        {"potrs", 1, 3}, {"geqrf", 0, 1}, {"geqrf", 1, 2}, {"orgqr", 0, 1}, {"orgqr", 1, 2}, {"orgqr", 2, 3},
        {"gecon", 0, 2}, {"pocon", 0, 2}, {"trcon", 0, 4},
    };
    for (const auto &c : cases) {
        const Base &b = base(c.op);
        Dims dims = b.dims;
        dims[c.dim] = -1;
        const ArgumentFault fault = test::OpCall(b.op, LAI_DTYPE_F64, dims, b.flags, b.scalars).check();
        EXPECT_EQ(fault.position, c.position) << c.op;
        EXPECT_EQ(fault.value, "-1");
        EXPECT_EQ(fault.requirement, "must be >= 0");
    }
}

TEST(OpCheck, PositionsOfBadFlags) {
    const struct {
        const char *op;
        std::size_t flag;
        int position;
    } cases[] = {{"gemm", 0, 1},  {"gemm", 1, 2},  {"gesvd", 0, 1}, {"gesvd", 1, 2}, {"gesv", 0, 9},
                 {"posv", 0, 1},  {"gels", 0, 1},  {"syev", 0, 1},  {"syev", 1, 2},  {"geev", 0, 1},
                 {"geev", 1, 2},  {"getrs", 0, 1}, {"potrf", 0, 1}, {"potrs", 0, 1}, {"gecon", 0, 1},
                 {"pocon", 0, 1}, {"trcon", 0, 1}, {"trcon", 1, 2}, {"trcon", 2, 3}};
    for (const auto &c : cases) {
        const Base &b = base(c.op);
        test::OpCall call(b.op, LAI_DTYPE_F64, b.dims, b.flags, b.scalars);
        call.flags[c.flag] = 'X';
        const ArgumentFault fault = call.check();
        EXPECT_EQ(fault.position, c.position) << c.op;
        EXPECT_EQ(fault.value, "'X'");
        call.flags[c.flag] = 0;
        EXPECT_EQ(call.check().position, c.position) << c.op;
    }
}

TEST(OpCheck, PositionsOfShortLeadingDimensionsAndNullPointers) {
    const struct {
        const char *op;
        std::size_t operand;
        int data, ld;  // ld 0: a vector
    } cases[] = {
        {"gemm", 0, 7, 8},  {"gemm", 1, 9, 10},   {"gemm", 2, 12, 13}, {"gesvd", 0, 5, 6}, {"gesvd", 1, 7, 0},
        {"gesvd", 2, 8, 9}, {"gesvd", 3, 10, 11}, {"gesv", 0, 3, 4},   {"gesv", 1, 5, 0},  {"gesv", 2, 6, 7},
        {"posv", 0, 4, 5},  {"posv", 1, 6, 7},    {"gels", 0, 5, 6},   {"gels", 1, 7, 8},  {"gelsd", 0, 4, 5},
        {"gelsd", 1, 6, 7}, {"gelsd", 2, 8, 0},   {"syev", 0, 4, 5},   {"syev", 1, 6, 0},  {"geev", 0, 4, 5},
        {"geev", 1, 6, 0},  {"geev", 2, 7, 8},    {"geev", 3, 9, 10},  {"getrf", 0, 3, 4}, {"getrf", 1, 5, 0},
        {"getrs", 0, 4, 5}, {"getrs", 1, 6, 0},   {"getrs", 2, 7, 8},  {"getri", 0, 2, 3}, {"getri", 1, 4, 0},
        {"potrf", 0, 3, 4}, {"potrs", 0, 4, 5},   {"potrs", 1, 6, 7},  {"geqrf", 0, 3, 4}, {"geqrf", 1, 5, 0},
        {"orgqr", 0, 4, 5}, {"orgqr", 1, 6, 0},   {"gecon", 0, 3, 4},  {"gecon", 1, 6, 0}, {"pocon", 0, 3, 4},
        {"trcon", 0, 5, 6}, {"trcon", 1, 7, 0},
    };
    for (const auto &c : cases) {
        const Base &b = base(c.op);
        test::OpCall call(b.op, LAI_DTYPE_F64, b.dims, b.flags, b.scalars);
        lai_operand &operand = call.operands[c.operand];
        operand.data = nullptr;
        EXPECT_EQ(call.check().position, c.data) << c.op;
        operand.data = call.storage.data();
        if (c.ld == 0) continue;
        operand.ld -= 1;
        const ArgumentFault fault = call.check();
        EXPECT_EQ(fault.position, c.ld) << c.op;
        EXPECT_EQ(fault.value, std::to_string(operand.ld));
    }
}

TEST(OpCheck, TheFirstInLapacksOrderWins) {
    test::OpCall call("gemm", LAI_DTYPE_F64, {4, 3, 2}, "NT", {{1, 0}, {1, 0}});
    call.operands[2].ld = 0;
    EXPECT_EQ(call.check().position, 13);
    call.operands[0].ld = 3;
    EXPECT_EQ(call.check().position, 8);
    call.dims[1] = -5;
    EXPECT_EQ(call.check().position, 4);
    call.flags[0] = 'n';
    EXPECT_EQ(call.check().position, 1);
}

TEST(OpCheck, RequirementsStandWithTheLastArgumentTheyName) {
    EXPECT_EQ(test::OpCall("gesvd", LAI_DTYPE_F64, {4, 3}, "OO").check().position, 2);
    EXPECT_EQ(test::OpCall("orgqr", LAI_DTYPE_F64, {3, 4, 2}, "").check().position, 2);
    EXPECT_EQ(test::OpCall("orgqr", LAI_DTYPE_F64, {4, 3, 4}, "").check().position, 3);
    EXPECT_EQ(test::OpCall("gecon", LAI_DTYPE_F64, {4}, "1", {{-1, 0}}).check().position, 5);
    EXPECT_EQ(test::OpCall("pocon", LAI_DTYPE_F64, {4}, "U", {{std::nan(""), 0}}).check().position, 5);
    EXPECT_EQ(test::OpCall("gels", LAI_DTYPE_F64, {4, 3, 2}, "C").check().position, 1);
    EXPECT_EQ(test::OpCall("gels", LAI_DTYPE_C64, {4, 3, 2}, "T").check().position, 1);
    EXPECT_EQ(test::OpCall("gels", LAI_DTYPE_C64, {4, 3, 2}, "C").check().position, 0);
}

TEST(OpCheck, AbsentOperandsMayBeNullWithLeadingDimensionOne) {
    test::OpCall call("gesvd", LAI_DTYPE_F64, {4, 3}, "NN");
    call.operands[2].data = call.operands[3].data = nullptr;
    call.operands[2].ld = call.operands[3].ld = 1;
    EXPECT_EQ(call.check().position, 0);
    call.operands[2].ld = 0;
    EXPECT_EQ(call.check().position, 9);
    test::OpCall beta_only("gemm", LAI_DTYPE_F64, {4, 3, 2}, "NN", {{0, 0}, {1, 0}});
    beta_only.operands[0].data = beta_only.operands[1].data = nullptr;
    EXPECT_EQ(beta_only.check().position, 0);
}

TEST(OpCheck, ImaginaryPartsOfRealScalars) {
    EXPECT_EQ(test::OpCall("gemm", LAI_DTYPE_F64, {2, 2, 2}, "NN", {{1, 1}, {0, 0}}).check().position, 6);
    EXPECT_EQ(test::OpCall("gemm", LAI_DTYPE_C64, {2, 2, 2}, "NN", {{1, 1}, {0, 0}}).check().position, 0);
    EXPECT_EQ(test::OpCall("gecon", LAI_DTYPE_C64, {2}, "1", {{1, 1}}).check().position, 5);
}

TEST(OpCheck, WrongShapesAndTypesOfOperands) {
    test::OpCall call("gesv", LAI_DTYPE_F64, {4, 3}, "N");
    call.operands[2].rows = 5;
    ArgumentFault fault = call.check();
    EXPECT_EQ(fault.position, 6);
    EXPECT_EQ(fault.value, "5 x 3");
    EXPECT_EQ(fault.requirement, "must be 4 x 3");
    call.operands[2].rows = 4;
    call.operands[1].dtype = LAI_DTYPE_I32;
    EXPECT_EQ(call.check().position, 5);
}

TEST(OpCheck, SizesThatOverflowAreRefused) {
    test::OpCall call("getri", LAI_DTYPE_F64, {INT64_C(1) << 31}, "");
    EXPECT_EQ(call.check().position, 3);
    EXPECT_THAT(call.check().requirement, ::testing::HasSubstr("2^63"));
    test::OpCall largest("geqrf", LAI_DTYPE_F64, {std::numeric_limits<std::int64_t>::max(), 1}, "");
    EXPECT_EQ(largest.check().position, 4);
}

TEST(OpCheck, Batches) {
    test::OpCall call("gemm_batch", LAI_DTYPE_F64, {4, 3, 2}, "NN", {{1, 0}, {0, 0}}, 5);
    EXPECT_EQ(call.check().position, 0);
    call.operands[2].batch_stride = 11;
    EXPECT_EQ(call.check().position, 16);
    call.operands[0].batch_stride = 0;  // one A for all items
    EXPECT_EQ(call.check().position, 16);
    call.operands[0].batch_stride = -1;
    EXPECT_EQ(call.check().position, 9);
    call.operands[0].batch_stride = 8;
    call.operands[2].batch_stride = 12;
    call.call.batch = -1;
    EXPECT_EQ(call.check().position, 17);
}

TEST(OpCheck, TheCallAsAWholeStandsAfterTheLastArgument) {
    test::OpCall call("potrf", LAI_DTYPE_F16, {4}, "U");
    EXPECT_EQ(call.check().position, 6);
    call.call.dtype = LAI_DTYPE_F64;
    call.call.dim_count = 2;
    EXPECT_EQ(call.check().position, 6);
}

TEST(OpCheck, RowMajorLeadingDimensionsCountColumns) {
    test::OpCall call("getrf", LAI_DTYPE_F64, {4, 3}, "");
    call.operands[0].ld = 3;
    EXPECT_EQ(check_row_major_arguments(call.op, call.call).position, 0);
    EXPECT_EQ(call.check().position, 4);
    call.operands[0].ld = 2;
    EXPECT_THAT(check_row_major_arguments(call.op, call.call).requirement,
                ::testing::HasSubstr("max(1, n) = 3"));
}

}  // namespace
}  // namespace lapack_ai::core

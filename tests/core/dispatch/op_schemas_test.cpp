// The built-in schemas agree with abi/ops.h in order, shape and presence, and price as the textbooks do.
#include <gtest/gtest.h>

#include "lapack_ai/abi/ops.h"
#include "op_call.hpp"

namespace lapack_ai::core {
namespace {

struct Entry {
    const char *op, *name;
    int index;
};

// Every index macro of ops.h.
constexpr Entry dims[] = {
    {"gemm", "m", LAI_GEMM_M},         {"gemm", "n", LAI_GEMM_N},       {"gemm", "k", LAI_GEMM_K},
    {"gemm_batch", "m", LAI_GEMM_M},   {"gemm_batch", "n", LAI_GEMM_N}, {"gemm_batch", "k", LAI_GEMM_K},
    {"gesvd", "m", LAI_GESVD_M},       {"gesvd", "n", LAI_GESVD_N},     {"gesv", "n", LAI_GESV_N},
    {"gesv", "nrhs", LAI_GESV_NRHS},   {"posv", "n", LAI_POSV_N},       {"posv", "nrhs", LAI_POSV_NRHS},
    {"gels", "m", LAI_GELS_M},         {"gels", "n", LAI_GELS_N},       {"gels", "nrhs", LAI_GELS_NRHS},
    {"gelsd", "m", LAI_GELSD_M},       {"gelsd", "n", LAI_GELSD_N},     {"gelsd", "nrhs", LAI_GELSD_NRHS},
    {"syev", "n", LAI_SYEV_N},         {"geev", "n", LAI_GEEV_N},       {"getrf", "m", LAI_GETRF_M},
    {"getrf", "n", LAI_GETRF_N},       {"getrs", "n", LAI_GETRS_N},     {"getrs", "nrhs", LAI_GETRS_NRHS},
    {"getri", "n", LAI_GETRI_N},       {"potrf", "n", LAI_POTRF_N},     {"potrs", "n", LAI_POTRS_N},
    {"potrs", "nrhs", LAI_POTRS_NRHS}, {"geqrf", "m", LAI_GEQRF_M},     {"geqrf", "n", LAI_GEQRF_N},
    {"orgqr", "m", LAI_ORGQR_M},       {"orgqr", "n", LAI_ORGQR_N},     {"orgqr", "k", LAI_ORGQR_K},
    {"gecon", "n", LAI_GECON_N},       {"pocon", "n", LAI_POCON_N},     {"trcon", "n", LAI_TRCON_N},
};
constexpr Entry flags[] = {
    {"gemm", "trans_a", LAI_GEMM_TRANS_A}, {"gemm", "trans_b", LAI_GEMM_TRANS_B},
    {"gesvd", "jobu", LAI_GESVD_JOBU},     {"gesvd", "jobvt", LAI_GESVD_JOBVT},
    {"gesv", "trans", LAI_GESV_TRANS},     {"posv", "uplo", LAI_POSV_UPLO},
    {"gels", "trans", LAI_GELS_TRANS},     {"syev", "jobz", LAI_SYEV_JOBZ},
    {"syev", "uplo", LAI_SYEV_UPLO},       {"geev", "jobvl", LAI_GEEV_JOBVL},
    {"geev", "jobvr", LAI_GEEV_JOBVR},     {"getrs", "trans", LAI_GETRS_TRANS},
    {"potrf", "uplo", LAI_POTRF_UPLO},     {"potrs", "uplo", LAI_POTRS_UPLO},
    {"gecon", "norm", LAI_GECON_NORM},     {"pocon", "uplo", LAI_POCON_UPLO},
    {"trcon", "norm", LAI_TRCON_NORM},     {"trcon", "uplo", LAI_TRCON_UPLO},
    {"trcon", "diag", LAI_TRCON_DIAG},
};
constexpr Entry scalars[] = {
    {"gemm", "alpha", LAI_GEMM_ALPHA},   {"gemm", "beta", LAI_GEMM_BETA},
    {"gelsd", "rcond", LAI_GELSD_RCOND}, {"gecon", "anorm", LAI_GECON_ANORM},
    {"pocon", "anorm", LAI_POCON_ANORM},
};
constexpr Entry operands[] = {
    {"gemm", "A", LAI_GEMM_A},           {"gemm", "B", LAI_GEMM_B},
    {"gemm", "C", LAI_GEMM_C},           {"gesvd", "A", LAI_GESVD_A},
    {"gesvd", "S", LAI_GESVD_S},         {"gesvd", "U", LAI_GESVD_U},
    {"gesvd", "VT", LAI_GESVD_VT},       {"gesv", "A", LAI_GESV_A},
    {"gesv", "ipiv", LAI_GESV_IPIV},     {"gesv", "B", LAI_GESV_B},
    {"posv", "A", LAI_POSV_A},           {"posv", "B", LAI_POSV_B},
    {"gels", "A", LAI_GELS_A},           {"gels", "B", LAI_GELS_B},
    {"gelsd", "A", LAI_GELSD_A},         {"gelsd", "B", LAI_GELSD_B},
    {"gelsd", "S", LAI_GELSD_S},         {"syev", "A", LAI_SYEV_A},
    {"syev", "W", LAI_SYEV_W},           {"geev", "A", LAI_GEEV_A},
    {"geev", "W", LAI_GEEV_W},           {"geev", "VL", LAI_GEEV_VL},
    {"geev", "VR", LAI_GEEV_VR},         {"getrf", "A", LAI_GETRF_A},
    {"getrf", "ipiv", LAI_GETRF_IPIV},   {"getrs", "A", LAI_GETRS_A},
    {"getrs", "ipiv", LAI_GETRS_IPIV},   {"getrs", "B", LAI_GETRS_B},
    {"getri", "A", LAI_GETRI_A},         {"getri", "ipiv", LAI_GETRI_IPIV},
    {"potrf", "A", LAI_POTRF_A},         {"potrs", "A", LAI_POTRS_A},
    {"potrs", "B", LAI_POTRS_B},         {"geqrf", "A", LAI_GEQRF_A},
    {"geqrf", "tau", LAI_GEQRF_TAU},     {"orgqr", "A", LAI_ORGQR_A},
    {"orgqr", "tau", LAI_ORGQR_TAU},     {"gecon", "A", LAI_GECON_A},
    {"gecon", "rcond", LAI_GECON_RCOND}, {"pocon", "A", LAI_POCON_A},
    {"pocon", "rcond", LAI_POCON_RCOND}, {"trcon", "A", LAI_TRCON_A},
    {"trcon", "rcond", LAI_TRCON_RCOND},
};

TEST(OpSchemas, IndicesOfTheContract) {
    const auto schema = [](const Entry &e) {
        return OpTable::instance().find(std::string_view(e.op))->schema;
    };
    for (const Entry &e : dims) EXPECT_STREQ(schema(e)->dims[e.index].name, e.name) << e.op;
    for (const Entry &e : flags) EXPECT_STREQ(schema(e)->flags[e.index].name, e.name) << e.op;
    for (const Entry &e : scalars) EXPECT_STREQ(schema(e)->scalars[e.index].name, e.name) << e.op;
    for (const Entry &e : operands) EXPECT_STREQ(schema(e)->operands[e.index].name, e.name) << e.op;
}

TEST(OpSchemas, EveryInitialLetterIsAllowed) {
    for (const lai_op_schema *schema : builtin_schemas())
        for (std::uint32_t i = 0; i < schema->flag_count; ++i)
            EXPECT_NE(std::string(schema->flags[i].letters).find(static_cast<char>(schema->flags[i].initial)),
                      std::string::npos)
                << schema->id << ' ' << schema->flags[i].name;
}

void expect_shape(const test::OpCall &c, int operand, std::int64_t rows, std::int64_t cols) {
    EXPECT_EQ(c.operands[static_cast<std::size_t>(operand)].rows, rows) << c.op.short_name << ' ' << operand;
    EXPECT_EQ(c.operands[static_cast<std::size_t>(operand)].cols, cols) << c.op.short_name << ' ' << operand;
}

TEST(OpSchemas, Shapes) {
    const test::OpCall gemm("gemm", LAI_DTYPE_F64, {2, 3, 4}, "TC", {{1, 0}, {0, 0}});
    expect_shape(gemm, LAI_GEMM_A, 4, 2);
    expect_shape(gemm, LAI_GEMM_B, 3, 4);
    expect_shape(gemm, LAI_GEMM_C, 2, 3);
    const test::OpCall thin("gesvd", LAI_DTYPE_F64, {7, 3}, "SS"), full("gesvd", LAI_DTYPE_F64, {7, 3}, "AA");
    expect_shape(thin, LAI_GESVD_U, 7, 3);
    expect_shape(thin, LAI_GESVD_VT, 3, 3);
    expect_shape(full, LAI_GESVD_U, 7, 7);
    expect_shape(full, LAI_GESVD_S, 3, 1);
    const test::OpCall gels("gels", LAI_DTYPE_F64, {3, 7, 2}, "N");
    expect_shape(gels, LAI_GELS_B, 7, 2);
    const test::OpCall orgqr("orgqr", LAI_DTYPE_F64, {7, 5, 2}, "");
    expect_shape(orgqr, LAI_ORGQR_TAU, 2, 1);
}

TEST(OpSchemas, PresenceFollowsFlagsAndScalars) {
    const test::OpCall gemm("gemm", LAI_DTYPE_F64, {2, 2, 2}, "NN", {{0, 0}, {0, 0}});
    EXPECT_EQ(gemm.op.operands[LAI_GEMM_A].reads.evaluate(gemm.call), 0);
    EXPECT_EQ(gemm.op.operands[LAI_GEMM_C].reads.evaluate(gemm.call), 0);
    EXPECT_EQ(gemm.op.operands[LAI_GEMM_C].writes.evaluate(gemm.call), 1);
    const test::OpCall svd("gesvd", LAI_DTYPE_F64, {2, 2}, "ON");
    EXPECT_EQ(svd.op.operands[LAI_GESVD_U].writes.evaluate(svd.call), 0);
    EXPECT_EQ(svd.op.operands[LAI_GESVD_VT].writes.evaluate(svd.call), 0);
}

TEST(OpSchemas, Flops) {
    const struct {
        const char *op;
        std::vector<std::int64_t> dims;
        const char *flags;
        double flops;
    } cases[] = {
        {"gemm", {10, 20, 30}, "NN", 2.0 * 10 * 20 * 30},
        {"gesv", {30, 1}, "N", 2.0 / 3 * 27000 + 2 * 900},
        {"posv", {30, 1}, "U", 1.0 / 3 * 27000 + 2 * 900},
        {"getrf", {30, 30}, "", 2.0 / 3 * 27000},
        {"getrf", {60, 30}, "", 60.0 * 900 - 27000.0 / 3},
        {"geqrf", {60, 30}, "", 2.0 * 900 * (60 - 10)},
        {"gesvd", {60, 30}, "NN", 4.0 * 900 * (60 - 10)},
        {"gesvd", {60, 30}, "SS", 6.0 * 60 * 900 + 20.0 * 27000},
        {"gesvd", {60, 30}, "AA", 4.0 * 3600 * 30 + 22.0 * 27000},
        {"syev", {30}, "NU", 4.0 / 3 * 27000},
        {"orgqr", {60, 30, 30}, "", 2.0 * 900 * (60 - 10)},
        {"potrf", {30}, "L", 9000},
        {"trcon", {30}, "1UN", 3600},
    };
    for (const auto &c : cases) {
        const test::OpCall call(c.op, LAI_DTYPE_F64, c.dims, c.flags);
        EXPECT_NEAR(call.op.flops.evaluate(call.call), c.flops, 1e-9 * c.flops) << c.op;
    }
}

TEST(OpSchemas, IterativeOpsSayThatTheyMayHang) {
    for (const char *name : {"gesvd", "gelsd", "syev", "geev"})
        EXPECT_FALSE(OpTable::instance().find(std::string_view(name))->hangs_on_nonfinite.empty()) << name;
    for (const char *name : {"gemm", "gesv", "potrf"})
        EXPECT_TRUE(OpTable::instance().find(std::string_view(name))->hangs_on_nonfinite.empty()) << name;
}

}  // namespace
}  // namespace lapack_ai::core

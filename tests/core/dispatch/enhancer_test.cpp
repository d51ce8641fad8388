// The enhancer's part in a call, and core's own search for Inf and NaN before an operation that could hang.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "dispatch/argument_error.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

using testing::HasSubstr;

struct FakeEnhancer {
    FakeEnhancer() {
        table.size = sizeof(table);
        table.self = this;
        table.preflight = [](void *self, const lai_call *, void **state, lai_diagnosis *out) -> lai_status {
            auto &me = *static_cast<FakeEnhancer *>(self);
            *state = &me;
            out->lapack_info = -1;
            out->semantic_message = "refused";
            return me.preflight_answer;
        };
        table.finish = [](void *self, const lai_call *, const lai_result *result, void *state,
                          lai_diagnosis *out) {
            auto &me = *static_cast<FakeEnhancer *>(self);
            ++me.finished;
            EXPECT_EQ(state, self);
            if (result->info == 0) return;
            // A string that does not outlive this function: core must copy it.
            me.scratch = "pivot " + std::to_string(result->info);
            out->severity = LAI_SEVERITY_ERROR;
            out->semantic_message = me.scratch.c_str();
            out->actions[0].text = me.scratch.c_str();
            out->action_count = 1;
        };
        table.misuse = [](void *self, const lai_call *, std::int32_t argument, const char *, const char *,
                          const char *, lai_diagnosis *out) {
            static_cast<FakeEnhancer *>(self)->misused = argument;
            out->code = "LA0001";
        };
    }
    lai_enhancer table{};
    lai_status preflight_answer = LAI_OK;
    int finished = 0, misused = 0;
    std::string scratch;
};

class Enhanced : public testing::Test {
  protected:
    Enhanced() : backend(world.add_plugin("cpu").add(1e-6)) {
        world.add_plugin("doctor").enhancer = &enhancer.table;
    }
    FakeEnhancer enhancer;
    FakeWorld world;
    FakeVariant &backend;
};

TEST_F(Enhanced, FinishExplainsInfoAndItsStringsAreCopied) {
    backend.behaviour = [](const lai_call *, lai_result *result) {
        result->info = 7;
        return LAI_OK;
    };
    GemmCall gemm(4);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    enhancer.scratch.assign(64, '?');
    ASSERT_NE(outcome.diagnosis, nullptr);
    EXPECT_STREQ(outcome.diagnosis->semantic_message, "pivot 7");
    EXPECT_STREQ(outcome.diagnosis->actions[0].text, "pivot 7");
    EXPECT_EQ(outcome.diagnosis, last_diagnosis());
    EXPECT_EQ(outcome.diagnosis->lapack_info, 7);
}

TEST_F(Enhanced, NothingToSayIsNull) {
    GemmCall gemm(4);
    EXPECT_EQ(world.dispatcher().run(gemm.call, {}).diagnosis, nullptr);
    EXPECT_EQ(enhancer.finished, 1);
    EXPECT_EQ(last_diagnosis(), nullptr);
}

TEST_F(Enhanced, PreflightMayAnswerInsteadOfTheBackend) {
    enhancer.preflight_answer = LAI_INVALID;
    GemmCall gemm(4);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(outcome.status, LAI_INVALID);
    EXPECT_EQ(outcome.result.info, -1);
    ASSERT_NE(outcome.diagnosis, nullptr);
    EXPECT_STREQ(outcome.diagnosis->semantic_message, "refused");
    EXPECT_EQ(backend.executed, 0);
}

TEST_F(Enhanced, MisuseGoesThroughIt) {
    GemmCall gemm(4);
    gemm.operands[LAI_GEMM_A].ld = 1;
    EXPECT_THROW(world.dispatcher().run(gemm.call, {}), ArgumentError);
    EXPECT_EQ(enhancer.misused, 8);
    ASSERT_NE(last_diagnosis(), nullptr);
    EXPECT_STREQ(last_diagnosis()->code, "LA0001");
    EXPECT_STREQ(last_diagnosis()->argument_name, "LDA");
}

TEST_F(Enhanced, BackendThatNamesAnArgumentEndsTheCall) {
    FakeVariant &other = world.add_plugin("other").add(1e-3);
    backend.behaviour = [](const lai_call *, lai_result *result) {
        result->argument = 7;
        result->detail = "must be something else";
        return LAI_INVALID;
    };
    GemmCall gemm(4);
    try {
        world.dispatcher().run(gemm.call, {});
        FAIL() << "no error";
    } catch (const ArgumentError &error) {
        EXPECT_EQ(error.fault().position, 7);
        EXPECT_THAT(error.what(), HasSubstr("argument 7 (A) is refused by cpu: must be something else"));
    }
    EXPECT_EQ(other.executed, 0);
}

// An SVD of a 3 x 2 matrix; values only.
struct SvdCall {
    explicit SvdCall(double odd) : a{1, 2, 3, 4, odd, 6}, s(2) {
        const auto operand = [](void *data, std::int64_t rows, std::int64_t cols) {
            lai_operand o{};
            o.size = sizeof(o);
            o.dtype = LAI_DTYPE_F64;
            o.data = data;
            o.rows = rows;
            o.cols = cols;
            o.ld = rows > 1 ? rows : 1;
            return o;
        };
        operands = {operand(a.data(), 3, 2), operand(s.data(), 2, 1), operand(nullptr, 0, 0),
                    operand(nullptr, 0, 0)};
        call.size = sizeof(call);
        call.op = OpTable::instance().find(LAI_OP_GESVD)->number;
        call.dtype = LAI_DTYPE_F64;
        call.dims = dims.data();
        call.flags = letters.data();
        call.operands = operands.data();
        call.dim_count = 2;
        call.flag_count = 2;
        call.operand_count = 4;
        call.operand_stride = sizeof(lai_operand);
        call.batch = 1;
    }
    std::vector<double> a, s;
    std::vector<std::int64_t> dims{3, 2};
    std::vector<std::uint8_t> letters{'N', 'N'};
    std::vector<lai_operand> operands;
    lai_call call{};
};

TEST(NonFinite, IsRefusedBeforeAnOperationThatCouldHang) {
    FakeWorld world;
    FakeVariant &svd = world.add_plugin("svd").add(1e-6);
    svd.op_id = LAI_OP_GESVD;
    svd.behaviour = [](const lai_call *, lai_result *) { return LAI_OK; };
    SvdCall good(5);
    world.dispatcher().run(good.call, {});
    EXPECT_EQ(svd.executed, 1);
    for (const double odd :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity()}) {
        SvdCall bad(odd);
        try {
            world.dispatcher().run(bad.call, {});
            FAIL() << "no error";
        } catch (const ArgumentError &error) {
            EXPECT_EQ(error.fault().name, "A");
            EXPECT_THAT(error.what(), HasSubstr("in row 2, column 2"));
        }
    }
    EXPECT_EQ(svd.executed, 1) << "also when the decision was cached";
}

TEST(NonFinite, HugeAndTinyNumbersAreFine) {
    FakeWorld world;
    FakeVariant &svd = world.add_plugin("svd").add(1e-6);
    svd.op_id = LAI_OP_GESVD;
    svd.behaviour = [](const lai_call *, lai_result *) { return LAI_OK; };
    for (const double odd : {std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min()}) {
        SvdCall call(odd);
        world.dispatcher().run(call.call, {});
    }
    EXPECT_EQ(svd.executed, 2);
}

TEST(NonFinite, GemmComputesWithThem) {
    FakeWorld world;
    FakeVariant &v = world.add_plugin("cpu").add(1e-6);
    GemmCall gemm(4);
    gemm.a[3] = std::numeric_limits<double>::infinity();
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(v.executed, 1);
}

}  // namespace
}  // namespace lapack_ai::core::test

// Registration: numbers, lookup, equal and contradicting schemas, malformed ones.
#include "dispatch/op_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "base/error.hpp"

namespace lapack_ai::core {
namespace {

// A schema of its own that tests bend: C := A scaled by s, lower than nothing built in.
struct Schema {
    lai_dim_schema dims[1] = {{sizeof(lai_dim_schema), 0, "n", nullptr}};
    lai_flag_schema flags[1] = {{sizeof(lai_flag_schema), 'U', "uplo", "UL"}};
    lai_scalar_schema scalars[1] = {{sizeof(lai_scalar_schema), 1, "s"}};
    lai_operand_schema operands[1] = {
        {sizeof(lai_operand_schema), LAI_ELEMENT_T, "A", "n", "n", "1", "1", LAI_SHAPE_BY_UPLO, 0, 0, 0}};
    lai_op_schema op{};

    explicit Schema(const char *id) {
        op.size = sizeof op;
        op.id = id;
        op.title = "a test op";
        op.arguments = "uplo,n,s,a,lda";
        op.dims = dims;
        op.flags = flags;
        op.scalars = scalars;
        op.operands = operands;
        op.dim_count = op.flag_count = op.scalar_count = op.operand_count = 1;
        op.dim_stride = sizeof dims[0];
        op.flag_stride = sizeof flags[0];
        op.scalar_stride = sizeof scalars[0];
        op.operand_stride = sizeof operands[0];
        op.dtypes = LAI_DTYPES_SDCZ;
        op.flops = "n*n";
    }
};

TEST(OpTable, BuiltInOpsAreThereByNumberIdAndShortName) {
    const OpTable &table = OpTable::instance();
    ASSERT_GE(table.all().size(), 19u);
    EXPECT_EQ(table.find(BuiltinOp::gemm).short_name, "gemm");
    EXPECT_EQ(table.find(BuiltinOp::gesvd).short_name, "gesvd");
    EXPECT_EQ(table.find(BuiltinOp::potrs).short_name, "potrs");
    EXPECT_EQ(table.find(BuiltinOp::trcon).short_name, "trcon");
    EXPECT_EQ(table.find("lai.gesvd/1"), table.find("gesvd"));
    EXPECT_EQ(table.find(table.find("trcon")->number)->short_name, "trcon");
    EXPECT_EQ(table.find(0u), nullptr);
    EXPECT_EQ(table.find(1000000u), nullptr);
    EXPECT_EQ(table.find("dgesvd"), nullptr);
    EXPECT_EQ(table.find(""), nullptr);
}

TEST(OpTable, TheSameIdWithAnEqualSchemaGivesTheSameNumber) {
    static Schema first("org.example.scale/1"), second("org.example.scale/1"), third("org.example.scale/1");
    const std::uint32_t number = OpTable::instance().add(&first.op);
    EXPECT_EQ(OpTable::instance().add(&second.op), number);
    EXPECT_EQ(OpTable::instance().find("scale")->number, number);
    third.operands[0].rows = "n+1";
    EXPECT_THROW(OpTable::instance().add(&third.op), Error);
}

TEST(OpTable, MalformedSchemasAreRefusedWithTheReason) {
    const struct {
        std::function<void(Schema &)> bend;
        const char *reason;
    } cases[] = {
        {[](Schema &s) { s.op.id = nullptr; }, "(no id)"},
        {[](Schema &s) { s.op.id = "org.example.bad"; }, "domain.name/version"},
        {[](Schema &s) { s.op.size = 64; }, "older size"},
        {[](Schema &s) { s.op.dtypes = 0; }, "no element type"},
        {[](Schema &s) { s.op.operand_count = 0; }, "no operand"},
        {[](Schema &s) { s.op.dim_count = 17; }, "at most 16"},
        {[](Schema &s) { s.op.dims = nullptr; }, "table of dims is null"},
        {[](Schema &s) { s.op.operand_stride = 4; }, "stride of the operands is 4"},
        {[](Schema &s) { s.dims[0].name = ""; }, "dim has no name"},
        {[](Schema &s) { s.flags[0].letters = ""; }, "allows no letter"},
        {[](Schema &s) { s.operands[0].rows = nullptr; }, "'A' has no shape"},
        {[](Schema &s) { s.operands[0].element = 9; }, "unknown element type"},
        {[](Schema &s) { s.operands[0].rows = "m"; }, "unknown name 'm'"},
        {[](Schema &s) { s.op.flops = "2*"; }, "position 3"},
        {[](Schema &s) { s.op.arguments = "uplo,s,a,lda"; }, "lacks dim 0"},
        {[](Schema &s) { s.op.arguments = "n,s,a,lda"; }, "lacks flag 0"},
        {[](Schema &s) { s.op.arguments = nullptr; }, "lacks dim 0"},
    };
    for (const auto &c : cases) {
        Schema schema("org.example.bad/1");
        c.bend(schema);
        try {
            OpTable::instance().add(&schema.op);
            ADD_FAILURE() << "accepted: " << c.reason;
        } catch (const Error &e) {
            EXPECT_THAT(e.what(), ::testing::HasSubstr(c.reason));
        }
    }
    EXPECT_EQ(OpTable::instance().find("bad"), nullptr);
    EXPECT_THROW(OpTable::instance().add(nullptr), Error);
}

TEST(OpTable, ArgumentsAreUnderstood) {
    using Kind = CompiledArgument::Kind;
    const Op &gemm_batch = *OpTable::instance().find("gemm_batch");
    ASSERT_EQ(gemm_batch.arguments.size(), 17u);
    EXPECT_EQ(gemm_batch.arguments[0].kind, Kind::flag);
    EXPECT_EQ(gemm_batch.arguments[7].kind, Kind::leading_dimension);
    EXPECT_EQ(gemm_batch.arguments[7].name, "LDA");
    EXPECT_EQ(gemm_batch.arguments[15].kind, Kind::batch_stride);
    EXPECT_EQ(gemm_batch.arguments[15].index, 2u);
    EXPECT_EQ(gemm_batch.arguments[16].kind, Kind::batch);
    const Op &gesvd = *OpTable::instance().find("gesvd");
    EXPECT_EQ(gesvd.arguments[11].kind, Kind::other);
    EXPECT_EQ(gesvd.arguments[11].name, "WORK");
}

TEST(OpTable, ReadersRunWhileOpsAreAdded) {
    static Schema late("org.example.late/1");
    std::thread reader([] {
        while (OpTable::instance().find("late") == nullptr) std::this_thread::yield();
        EXPECT_EQ(OpTable::instance().find("late")->operands.size(), 1u);
    });
    OpTable::instance().add(&late.op);
    reader.join();
}

TEST(OpTable, TypesAndNames) {
    const OpTable &table = OpTable::instance();
    EXPECT_EQ(routine_name(*table.find("gesvd"), LAI_DTYPE_F64), "dgesvd");
    EXPECT_EQ(routine_name(*table.find("syev"), LAI_DTYPE_F32), "ssyev");
    EXPECT_EQ(routine_name(*table.find("syev"), LAI_DTYPE_C64), "zheev");
    EXPECT_EQ(routine_name(*table.find("orgqr"), LAI_DTYPE_C32), "cungqr");
    EXPECT_EQ(dtype_bytes(LAI_DTYPE_C64), 16u);
    EXPECT_EQ(dtype_bytes(77), 0u);
    const lai_operand_schema &s = *table.find("gesvd")->operands[1].schema;
    EXPECT_EQ(operand_dtype(s, LAI_DTYPE_C32), LAI_DTYPE_F32);
    const lai_operand_schema &w = *table.find("geev")->operands[1].schema;
    EXPECT_EQ(operand_dtype(w, LAI_DTYPE_F64), LAI_DTYPE_C64);
}

}  // namespace
}  // namespace lapack_ai::core

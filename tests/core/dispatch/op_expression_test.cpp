// The expression language of op schemas: every operator, precedence, and errors that name text and position.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "op_call.hpp"

namespace lapack_ai::core {
namespace {

// gemm with m = 7, n = 3, k = 5, trans_a = T, trans_b = N, alpha = 2, beta = 0 - 3i.
class OpExpression : public ::testing::Test {
  protected:
    double value(const char *text) { return Expression(*gemm_.op.schema, text).evaluate(gemm_.call); }
    std::int64_t size(const char *text) { return Expression(*gemm_.op.schema, text).size(gemm_.call); }
    std::string error(const char *text) {
        try {
            value(text);
        } catch (const Error &e) {
            EXPECT_EQ(e.kind(), ErrorKind::usage);
            return e.what();
        }
        return "no error";
    }
    test::OpCall gemm_{"gemm", LAI_DTYPE_C64, {7, 3, 5}, "TN", {{2, 0}, {0, -3}}};
};

TEST_F(OpExpression, Operators) {
    const struct {
        const char *text;
        double value;
    } cases[] = {
        {"42", 42},
        {"2.5", 2.5},
        {".5", 0.5},
        {"m", 7},
        {"'N'", 'N'},
        {"batch", 1},
        {"complex", 1},
        {"alpha", 2},
        {"beta", 3},
        {"m+n", 10},
        {"m-n-k", -1},
        {"m*n", 21},
        {"m/2", 3.5},
        {"-m", -7},
        {"- -m", 7},
        {"!m", 0},
        {"!0", 1},
        {"m==7", 1},
        {"m!=7", 0},
        {"n<k", 1},
        {"k<n", 0},
        {"n<=3", 1},
        {"n>=4", 0},
        {"m>n", 1},
        {"m>n && n>k", 0},
        {"m>n || n>k", 1},
        {"trans_a=='N' ? m : k", 5},
        {"trans_b=='N' ? m : k", 7},
        {"m<n ? 1 : n<k ? 2 : 3", 2},
        {"min(m,n)", 3},
        {"max(m,min(n,k))", 7},
        {"log2(8)", 3},
        {"2+3*4", 14},
        {"(2+3)*4", 20},
        {"12/3/2", 2},
        {"1+1==2", 1},
        {"1 || 0 && 0", 1},
        {"1==1 && 2<3", 1},
        {"  m  *  ( n + 1 )  ", 28},
    };
    for (const auto &c : cases) EXPECT_EQ(value(c.text), c.value) << c.text;
}

TEST_F(OpExpression, ExactTo53Bits) {
    gemm_.dims[0] = (std::int64_t{1} << 53) - 1;
    EXPECT_EQ(size("m"), (std::int64_t{1} << 53) - 1);
    EXPECT_EQ(size("m - 1"), (std::int64_t{1} << 53) - 2);
}

TEST_F(OpExpression, SizesRoundDownAndSaturate) {
    EXPECT_EQ(size("m/2"), 3);
    EXPECT_EQ(size("0-m/2"), -4);
    gemm_.dims = {INT64_C(1) << 40, INT64_C(1) << 40, 1};
    gemm_.call.dims = gemm_.dims.data();
    EXPECT_EQ(size("m*n"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(size("-(m*n)"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(size("0/0"), std::numeric_limits<std::int64_t>::max());
}

TEST_F(OpExpression, ShortFormsAgreeWithTheGeneralOne) {
    for (const char *text :
         {"m", "min(m,n)", "max(n,k)", "trans_a=='N' ? m : k", "trans_b=='N' ? k : n", "9"})
        EXPECT_EQ(static_cast<double>(size(text)), value(text)) << text;
}

TEST_F(OpExpression, NotANumberScalarsCountAsTrue) {
    gemm_.scalars[1] = {std::nan(""), 0};
    EXPECT_EQ(value("beta ? 1 : 0"), 1);
}

TEST_F(OpExpression, AbsentTextIsZero) {
    EXPECT_EQ(value(nullptr), 0);
    EXPECT_EQ(size(nullptr), 0);
    EXPECT_TRUE(Expression(*gemm_.op.schema, nullptr).empty());
}

TEST_F(OpExpression, NamesWhatItDependsOn) {
    EXPECT_EQ(Expression(*gemm_.op.schema, "k + (trans_b=='N') + beta").names(),
              UINT64_C(1) << 2 | UINT64_C(1) << 17 | UINT64_C(1) << 33);
}

TEST_F(OpExpression, ErrorsNameTextPositionAndReason) {
    const struct {
        const char *text, *position, *reason;
    } cases[] = {
        {"", "position 1:", "expected a value, found the end"},
        {"m+", "position 3:", "expected a value, found the end"},
        {"m n", "position 3:", "expected an operator"},
        {"q", "position 1:", "unknown name 'q'"},
        {"m + lda", "position 5:", "unknown name 'lda'"},
        {"(m", "position 3:", "expected ')'"},
        {"min(m)", "position 6:", "expected ','"},
        {"m ? n", "position 6:", "expected ':'"},
        {"'NT'", "position 1:", "expected one letter in quotes"},
        {"m # n", "position 3:", "expected an operator"},
        {"#", "position 1:", "expected a value, found '#'"},
        {"m = 3", "position 3:", "expected an operator"},
    };
    for (const auto &c : cases) {
        const std::string message = error(c.text);
        EXPECT_THAT(message, ::testing::HasSubstr("lai.gemm/1: expression \"" + std::string(c.text) + '"'));
        EXPECT_THAT(message, ::testing::HasSubstr(c.position));
        EXPECT_THAT(message, ::testing::HasSubstr(c.reason));
    }
}

TEST_F(OpExpression, HostileNestingIsRefused) {
    EXPECT_THAT(error((std::string(100000, '(') + "1").c_str()), ::testing::HasSubstr("too deeply nested"));
    EXPECT_THAT(error((std::string(100000, '-') + "1").c_str()), ::testing::HasSubstr("too deeply nested"));
    std::string right_leaning = "1";
    for (int i = 0; i < 50; ++i) right_leaning = "1+(" + right_leaning + ")";
    EXPECT_THAT(error(right_leaning.c_str()), ::testing::HasSubstr("too deeply nested"));
}

}  // namespace
}  // namespace lapack_ai::core

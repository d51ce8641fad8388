// The engine against long double sums: every type, shape, transposition, order and panel width, within the
// rigorous bound of the scheme; and what it promises about workspace, overflow, infinities and failing
// products.

#include "multiply.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "reference_gemm.hpp"

namespace lapack_ai::alpha_gemm::testing {
namespace {

struct Case {
    const char *scheme;
    char trans_a, trans_b;
    std::int64_t m, n, k;
    std::complex<double> alpha, beta;
    Order order;
    int panels, threads;
    Scaling scaling;
};

constexpr auto breadth = Order::breadth_first;
constexpr auto depth = Order::depth_first;

const Case cases[] = {
    {"2x2x2:7", 'N', 'N', 64, 64, 64, 1, 0, breadth, 1, 1, Scaling::none},
    {"2x2x2:7", 'N', 'N', 65, 63, 67, 1, 0, breadth, 1, 2, Scaling::none},
    {"2x2x2:7", 'T', 'N', 65, 63, 67, 1, 1, breadth, 2, 2, Scaling::none},
    {"2x2x2:7", 'N', 'T', 65, 63, 67, -1, 0.5, breadth, 3, 2, Scaling::none},
    {"2x2x2:7-strassen", 'T', 'T', 31, 40, 53, 2, -1, breadth, 1, 2, Scaling::none},
    {"2x2x2:7-accurate", 'C', 'N', 31, 40, 53, {2, 1}, {0.5, -0.25}, breadth, 1, 3, Scaling::none},
    {"2x2x2:7", 'C', 'C', 33, 34, 35, {0, 1}, {0, 1}, depth, 1, 2, Scaling::none},
    {"2x2x3:11", 'N', 'N', 50, 61, 40, 1, 1, breadth, 1, 2, Scaling::none},
    {"3x2x2:11", 'N', 'C', 61, 50, 40, 1, 1, breadth, 1, 2, Scaling::none},
    {"2x3x3:15", 'N', 'N', 20, 100, 30, 1, 0, breadth, 4, 2, Scaling::none},
    {"3x3x3:23", 'T', 'N', 100, 101, 102, 1, 0, breadth, 1, 2, Scaling::none},
    {"6x3x3:40", 'N', 'N', 97, 50, 51, 1, 2, breadth, 1, 2, Scaling::none},
    {"4x4x4:48", 'N', 'N', 97, 98, 99, 1, 0, breadth, 1, 1, Scaling::none},
    {"4x4x4:48", 'T', 'T', 97, 98, 99, 1.5, 0.5, breadth, 2, 2, Scaling::none},
    {"4x4x4:48", 'N', 'T', 41, 98, 77, 1, 0, depth, 1, 2, Scaling::none},
    {"4x4x4:48", 'T', 'N', 41, 98, 77, 1, -2, depth, 1, 2, Scaling::both},
    {"4x4x4:48", 'N', 'N', 70, 71, 72, 1, 1, breadth, 1, 2, Scaling::outside},
    {"4x4x4:48", 'C', 'T', 70, 71, 72, {1, 2}, {1, -1}, breadth, 3, 2, Scaling::both},
    {"4x4x4:49", 'N', 'N', 80, 80, 80, 1, 0, breadth, 1, 2, Scaling::inside},
    {"4x4x4:48*2x2x2:7", 'N', 'N', 129, 120, 127, 1, 0, breadth, 4, 2, Scaling::none},
    {"2x2x2:7*2x2x2:7", 'T', 'C', 60, 59, 58, 1, 1, breadth, 1, 2, Scaling::both},
    {"2x2x2:7", 'N', 'N', 1, 1, 1, 1, 1, breadth, 1, 2, Scaling::none},
    {"4x4x4:48", 'N', 'N', 3, 2, 1, 1, 1, breadth, 1, 2, Scaling::both},
    {"4x4x4:48", 'N', 'N', 5, 300, 7, 1, 0, breadth, 2, 2, Scaling::none},
    {"5x5x5:93", 'N', 'N', 52, 51, 53, 1, 0, breadth, 1, 2, Scaling::none},
};

template <typename E>
class Multiply : public ::testing::Test {};
using Elements = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Multiply, Elements);

std::string describe(const Case &c) {
    return std::string(c.scheme) + " " + c.trans_a + c.trans_b + " " + std::to_string(c.m) + "x" +
           std::to_string(c.n) + "x" + std::to_string(c.k) +
           (c.order == depth ? " depth first" : " breadth first") + " panels " + std::to_string(c.panels);
}

TYPED_TEST(Multiply, StaysWithinTheBoundOfItsSchemeOnEveryCase) {
    using E = TypeParam;
    using R = typename Element<E>::Real;
    for (const Case &c : cases) {
        SCOPED_TRACE(describe(c));
        const bool ta = c.trans_a != 'N', tb = c.trans_b != 'N';
        Matrix<E> A(ta ? c.k : c.m, ta ? c.m : c.k), B(tb ? c.n : c.k, tb ? c.k : c.n, 5), C(c.m, c.n, 1);
        A.fill(1);
        B.fill(2);
        C.fill(3);
        const auto scalar = [](std::complex<double> z) { return Element<E>::parts == 2 ? z : z.real(); };
        const Gemm g{c.trans_a,       c.trans_b,     c.m,  c.n,           c.k,
                     scalar(c.alpha), A.data.data(), A.ld, B.data.data(), B.ld,
                     scalar(c.beta),  C.data.data(), C.ld};
        const auto expected = product<typename Element<E>::Exact, E>(g);
        const double c_largest = C.largest();

        const CompiledScheme *compiled = compiled_scheme(c.scheme);
        ASSERT_NE(compiled, nullptr);
        const Plan plan =
            make_plan(*compiled, shape_of<E>(g), c.order, c.panels, c.threads, c.scaling != Scaling::none);
        GuardedWorkspace workspace(plan.workspace_bytes);
        PlainServices<E> services(c.threads);
        ASSERT_EQ(run_plan<R>(plan, g, c.scaling, workspace.data(), services), Outcome::fast);
        EXPECT_TRUE(workspace.intact()) << "wrote outside the stated workspace";

        const double u = std::numeric_limits<R>::epsilon() / 2;
        const double bound =
            u * (std::abs(g.alpha) * error_factor(*compiled, plan.block_k, Element<E>::parts == 2) *
                     A.largest() * B.largest() +
                 4 * std::abs(g.beta) * c_largest);
        double worst = 0;
        for (std::int64_t j = 0; j < c.n; ++j) {
            for (std::int64_t i = 0; i < c.m; ++i) {
                using Exact = typename Element<E>::Exact;
                const auto error = std::abs(Exact(C(i, j)) - expected[static_cast<std::size_t>(i + j * c.m)]);
                if (!(error <= worst)) worst = static_cast<double>(error);
            }
        }
        EXPECT_LE(worst, bound);
        for (std::int64_t j = 0; j < c.n; ++j) {
            EXPECT_TRUE(std::isnan(std::abs(C.data[static_cast<std::size_t>(c.m + j * C.ld)])))
                << "wrote into the padding of C, column " << j;
        }
    }
}

TYPED_TEST(Multiply, IntegersWithinTheExactRangeGiveTheExactProduct) {
    using E = TypeParam;
    using R = typename Element<E>::Real;
    for (const char *name : {"2x2x2:7", "3x3x6:40", "4x4x4:48", "4x4x4:49", "4x4x4:48*2x2x2:7"}) {
        const std::int64_t n = 70;
        Matrix<E> A(n, n), B(n, n), C(n, n);
        std::mt19937 generator(7);
        std::uniform_int_distribution<int> digit(-1, 1);
        for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t i = 0; i < n; ++i) {
                A(i, j) = Element<E>::make(digit(generator), digit(generator));
                B(i, j) = Element<E>::make(digit(generator), digit(generator));
            }
        }
        const Gemm g{'N', 'N',           n,   n, n, 1.0, A.data.data(), A.ld, B.data.data(), B.ld,
                     0.0, C.data.data(), C.ld};
        const auto expected = product<typename Element<E>::Exact, E>(g);
        const Plan plan = make_plan(*compiled_scheme(name), shape_of<E>(g), breadth, 1, 2, false);
        GuardedWorkspace workspace(plan.workspace_bytes);
        PlainServices<E> services(2);
        ASSERT_EQ(run_plan<R>(plan, g, Scaling::none, workspace.data(), services), Outcome::fast);
        for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t i = 0; i < n; ++i) {
                using Exact = typename Element<E>::Exact;
                ASSERT_EQ(Exact(C(i, j)), expected[static_cast<std::size_t>(i + j * n)])
                    << name << i << " " << j;
            }
        }
    }
}

TYPED_TEST(Multiply, PortableAndVectorPassesGiveTheSameBits) {
    using R = typename Element<TypeParam>::Real;
    const LinearProgram &program = compiled_scheme("3x3x6:40*2x2x2:7")->expand_b;
    const std::int64_t count = 4 * line<R>;
    const auto operands = static_cast<std::size_t>(program.inputs + program.outputs + program.temporaries);
    const auto run = [&](const PassKernels<R> &kernels) {
        GuardedWorkspace memory(static_cast<std::int64_t>(operands * sizeof(R)) * count);
        auto *x = static_cast<R *>(memory.data());
        std::mt19937 generator(11);
        std::uniform_real_distribution<R> uniform(-1, 1);
        std::vector<R *> operand(operands);
        for (std::size_t o = 0; o < operands; ++o) {
            operand[o] = x + static_cast<std::int64_t>(o) * count;
            for (std::int64_t i = 0; i < count; ++i) operand[o][i] = uniform(generator);
        }
        kernels.execute(program, operand.data(), count, true);
        return std::vector<R>(operand[static_cast<std::size_t>(program.inputs)],
                              operand[static_cast<std::size_t>(program.inputs)] + program.outputs * count);
    };
    EXPECT_EQ(run(pass_kernels<R>()), run(portable_pass_kernels<R>()));
}

struct NonFinite {
    const char *what;
    double value;
    bool in_a;
};

TEST(MultiplyNonFinite, ComesOutAsInTheConventionalProduct) {
    const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
    for (const Order order : {breadth, depth}) {
        for (const NonFinite &c : {NonFinite{"Inf in A", inf, true}, NonFinite{"-Inf in B", -inf, false},
                                   NonFinite{"NaN in A", nan, true}, NonFinite{"huge in B", 1e308, false}}) {
            SCOPED_TRACE(c.what);
            const std::int64_t n = 40;
            Matrix<double> A(n, n), B(n, n), C(n, n);
            A.fill(1);
            B.fill(2);
            C.fill(3);
            (c.in_a ? A : B)(5, 7) = c.value;
            const Gemm g{'N', 'N',           n,   n, n, 1.0, A.data.data(), A.ld, B.data.data(), B.ld,
                         0.5, C.data.data(), C.ld};
            const auto expected = product<double, double>(g);
            const Plan plan =
                make_plan(*compiled_scheme("4x4x4:48"), shape_of<double>(g), order, 1, 2, false);
            GuardedWorkspace workspace(plan.workspace_bytes);
            PlainServices<double> services(2);
            EXPECT_EQ(run_plan<double>(plan, g, Scaling::none, workspace.data(), services),
                      Outcome::conventional);
            for (std::int64_t j = 0; j < n; ++j) {
                for (std::int64_t i = 0; i < n; ++i) {
                    const double x = C(i, j), y = expected[static_cast<std::size_t>(i + j * n)];
                    ASSERT_TRUE(x == y || (std::isnan(x) && std::isnan(y)))
                        << i << " " << j << " " << x << " " << y;
                }
            }
        }
    }
}

TEST(MultiplyNonFinite, OnlyThePanelsThatHoldItAreRecomputed) {
    const std::int64_t n = 128;
    Matrix<double> A(n, n), B(n, n), C(n, n);
    A.fill(1);
    B.fill(2);
    B(3, 2) = std::numeric_limits<double>::infinity();
    const Gemm g{'N', 'N', n, n, n, 1.0, A.data.data(), A.ld, B.data.data(), B.ld, 0.0, C.data.data(), C.ld};
    const auto expected = product<double, double>(g);
    const Plan plan = make_plan(*compiled_scheme("2x2x2:7"), shape_of<double>(g), breadth, 4, 2, false);
    GuardedWorkspace workspace(plan.workspace_bytes);
    PlainServices<double> services(2);
    EXPECT_EQ(run_plan<double>(plan, g, Scaling::none, workspace.data(), services), Outcome::conventional);
    EXPECT_EQ(services.other_products, 2);  // columns 0-15 of both block columns
    for (std::int64_t j = 0; j < n; ++j) {
        for (std::int64_t i = 0; i < n; ++i) {
            const double y = expected[static_cast<std::size_t>(i + j * n)];
            if (j == 2) {
                EXPECT_EQ(C(i, j), y);
            } else {
                EXPECT_NEAR(C(i, j), y, 1e-11);
            }
        }
    }
}

TEST(MultiplyNonFinite, ValuesThatOverflowInTheSchemeOnlyAreComputedConventionally) {
    const std::int64_t n = 32;
    Matrix<double> A(n, n), B(n, n), C(n, n);
    A.fill(1, 0.5, 1.0);
    B.fill(2, 0.5, 1.0);
    for (double &x : A.data) x *= 5e307;
    for (double &x : B.data) x *= 1e-300;
    const Gemm g{'N', 'N', n, n, n, 1.0, A.data.data(), A.ld, B.data.data(), B.ld, 0.0, C.data.data(), C.ld};
    const auto expected = product<double, double>(g);
    const Plan plan = make_plan(*compiled_scheme("2x2x2:7"), shape_of<double>(g), breadth, 1, 1, false);
    GuardedWorkspace workspace(plan.workspace_bytes);
    PlainServices<double> services(1);
    EXPECT_EQ(run_plan<double>(plan, g, Scaling::none, workspace.data(), services), Outcome::conventional);
    for (std::int64_t j = 0; j < n; ++j) {
        for (std::int64_t i = 0; i < n; ++i)
            ASSERT_EQ(C(i, j), expected[static_cast<std::size_t>(i + j * n)]);
    }
}

TEST(MultiplyFailure, LeavesTheResultAsItWasUnlessItSaysOtherwise) {
    const std::int64_t n = 48;
    Matrix<double> A(n, n), B(n, n);
    A.fill(1);
    B.fill(2);
    for (const Order order : {breadth, depth}) {
        Matrix<double> C(n, n, 0);
        C.fill(3);
        const Matrix<double> before = C;
        const Gemm g{'N', 'N',           n,   n, n, 1.0, A.data.data(), A.ld, B.data.data(), B.ld,
                     2.0, C.data.data(), C.ld};
        const Plan plan = make_plan(*compiled_scheme("2x2x2:7"), shape_of<double>(g), order, 1, 1, false);
        GuardedWorkspace workspace(plan.workspace_bytes);
        PlainServices<double> services(1);
        services.refuse_after = 0;
        EXPECT_EQ(run_plan<double>(plan, g, Scaling::none, workspace.data(), services), Outcome::failed);
        EXPECT_EQ(C.data, before.data);
    }
}

TEST(Plan, StatesTheWorkspaceItsOrdersPromise) {
    const std::int64_t n = 4096;
    const Shape shape{n, n, n, false, false, 1, 8};
    const CompiledScheme &compiled = *compiled_scheme("4x4x4:48");
    const auto in_n2 = [&](Order order, int panels) {
        return static_cast<double>(make_plan(compiled, shape, order, panels, 2, false).workspace_bytes) /
               (8.0 * static_cast<double>(n * n));
    };
    EXPECT_LE(in_n2(breadth, 1), 9.5);
    EXPECT_LE(in_n2(breadth, 4), 4.6);
    EXPECT_LE(in_n2(depth, 1), 0.3);
}

TEST(Plan, OddSizesAreHardlyPadded) {
    for (const std::int64_t dim : {2047, 4099, 6001, 1023, 777, 12345}) {
        for (const int grid : {2, 3, 4, 6, 8}) {
            const std::int64_t padded = block_size(dim, grid) * grid;
            EXPECT_GE(padded, dim);
            EXPECT_LE(static_cast<double>(padded), 1.011 * static_cast<double>(dim)) << dim << " / " << grid;
        }
    }
}

}  // namespace
}  // namespace lapack_ai::alpha_gemm::testing

// Silent wrong results of every checked operation: found, blamed and computed anew from the original data.
// The honest backend knows diagonal matrices only, where all answers are plain; the liar spoils them.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "dispatch/certificate.hpp"
#include "fake_backend.hpp"
#include "lapack_ai/abi/ops.h"
#include "op_call.hpp"

namespace lapack_ai::core::test {
namespace {

constexpr std::int64_t n = 12;

double *data(const lai_call *call, std::uint32_t i) {
    return static_cast<double *>(LAI_OPERAND(call, i)->data);
}
double &at(const lai_call *call, std::uint32_t i, std::int64_t row, std::int64_t col) {
    return data(call, i)[col * LAI_OPERAND(call, i)->ld + row];
}

// X = B / diag(A); the factors of a diagonal matrix are itself.
void solve_lu(const lai_call *call) {
    for (std::int64_t i = 0; i < n; ++i) {
        static_cast<std::int64_t *>(LAI_OPERAND(call, LAI_GESV_IPIV)->data)[i] = i + 1;
        for (std::int64_t j = 0; j < call->dims[LAI_GESV_NRHS]; ++j)
            at(call, LAI_GESV_B, i, j) /= at(call, LAI_GESV_A, i, i);
    }
}
void solve_cholesky(const lai_call *call) {
    for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t j = 0; j < call->dims[LAI_POSV_NRHS]; ++j)
            at(call, LAI_POSV_B, i, j) /= at(call, LAI_POSV_A, i, i);
        at(call, LAI_POSV_A, i, i) = std::sqrt(at(call, LAI_POSV_A, i, i));
    }
}
// The diagonal descends already.
void decompose(const lai_call *call) {
    for (std::int64_t i = 0; i < n; ++i) {
        data(call, LAI_GESVD_S)[i] = at(call, LAI_GESVD_A, i, i);
        for (std::int64_t j = 0; j < n; ++j) {
            if (call->flags[LAI_GESVD_JOBU] == 'S') at(call, LAI_GESVD_U, i, j) = i == j;
            if (call->flags[LAI_GESVD_JOBVT] == 'S') at(call, LAI_GESVD_VT, i, j) = i == j;
            at(call, LAI_GESVD_A, i, j) = 99;  // destroyed, as LAPACK does
        }
    }
}
// Ascending: the columns of the vectors stand in reverse.
void eigen(const lai_call *call) {
    for (std::int64_t i = 0; i < n; ++i) data(call, LAI_SYEV_W)[n - 1 - i] = at(call, LAI_SYEV_A, i, i);
    for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < n; ++j) at(call, LAI_SYEV_A, i, j) = i == n - 1 - j;
}

struct Case {
    const char *name, *op, *letters;
    std::vector<std::int64_t> dims;
    void (*answer)(const lai_call *);
    void (*spoil)(const lai_call *);
};

class CertifiedOps : public testing::TestWithParam<Case> {
  protected:
    CertifiedOps() : call(GetParam().op, LAI_DTYPE_F64, GetParam().dims, GetParam().letters) {
        for (std::size_t i = 0; i < call.operands.size(); ++i) {
            lai_operand &operand = call.operands[i];
            memory.emplace_back(static_cast<std::size_t>(operand.rows * operand.cols + 1));
            operand.data = memory.back().data();
        }
        for (std::int64_t i = 0; i < n; ++i) at(&call.call, 0, i, i) = static_cast<double>(n - i) + 0.25;
        const bool solves = std::string(GetParam().op).ends_with("sv");
        if (solves) {
            lai_operand &b = call.operands[std::string(GetParam().op) == "gesv" ? LAI_GESV_B : LAI_POSV_B];
            for (std::int64_t k = 0; k < b.rows * b.cols; ++k)
                static_cast<double *>(b.data)[k] = 1 + std::sin(static_cast<double>(k));
        }
    }

    FakeVariant &add(FakeWorld &world, const char *id, double seconds, bool lies) {
        FakeVariant &v = world.add_plugin(id).add(seconds);
        v.op_id = std::string("lai.") + GetParam().op + "/1";
        v.behaviour = [lies](const lai_call *c, lai_result *) {
            GetParam().answer(c);
            if (lies) GetParam().spoil(c);
            return LAI_OK;
        };
        return v;
    }

    static CallOptions wanting(double error) {
        CallOptions options;
        options.backward_error = error;
        return options;
    }

    OpCall call;
    std::vector<std::vector<double>> memory;
};

TEST_P(CertifiedOps, HonestResultsAreCertified) {
    FakeWorld world;
    add(world, "honest", 1e-6, false);
    const Outcome outcome = world.dispatcher().run(call.call, wanting(1e-13));
    EXPECT_LE(outcome.certified_error, 1e-13);
    EXPECT_GE(outcome.certified_error, 0);
}

TEST_P(CertifiedOps, LiesAreFoundBlamedAndComputedAnew) {
    FakeWorld world;
    FakeVariant &liar = add(world, "liar", 1e-6, true);
    add(world, "honest", 1e-3, false);
    const auto before = memory;
    Outcome outcome = world.dispatcher().run(call.call, wanting(1e-13));
    EXPECT_STREQ(outcome.backend, "honest");
    EXPECT_EQ(outcome.fallbacks, 1u);
    EXPECT_EQ(thread_certificate().trials[0].verdict, TrialVerdict::wrong);
    ASSERT_NE(outcome.diagnosis, nullptr);
    // What the honest one gives from untouched data.
    const auto found = memory;
    for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = before[i];
    GetParam().answer(&call.call);
    EXPECT_EQ(found, memory);
    // The breaker is open for calls that are not checked too.
    for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = before[i];
    world.dispatcher().run(call.call, {});
    EXPECT_EQ(liar.executed, 1);
}

TEST_P(CertifiedOps, NobodyHonestIsAnErrorAndRestoresTheInput) {
    FakeWorld world;
    add(world, "liar", 1e-6, true);
    std::vector<std::vector<double>> inout;
    const auto kept = [&](std::uint32_t i) { return call.op.operands[i].reads.evaluate(call.call) != 0; };
    for (std::uint32_t i = 0; i < memory.size(); ++i)
        if (kept(i)) inout.push_back(memory[i]);
    EXPECT_ANY_THROW(world.dispatcher().run(call.call, wanting(1e-13)));
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < memory.size(); ++i)
        if (kept(i)) {
            EXPECT_EQ(memory[i], inout[next++]);
        }
}

// Spoilers: a result entry, a lost row, a wrong scale.
template <std::uint32_t operand>
void entry_off(const lai_call *c) {
    at(c, operand, 3, 0) += 1e-4;
}
template <std::uint32_t operand>
void row_lost(const lai_call *c) {
    for (std::int64_t j = 0; j < LAI_OPERAND(c, operand)->cols; ++j) at(c, operand, 2, j) = 0;
}
template <std::uint32_t operand>
void scaled(const lai_call *c) {
    const lai_operand &x = *LAI_OPERAND(c, operand);
    for (std::int64_t k = 0; k < x.rows * x.cols; ++k) static_cast<double *>(x.data)[k] *= 1.0001;
}
void values_swapped(const lai_call *c) {
    std::swap(data(c, LAI_GESVD_S)[4], data(c, LAI_GESVD_S)[5]);
}
void value_negative(const lai_call *c) {
    data(c, LAI_GESVD_S)[n - 1] *= -1;
}

INSTANTIATE_TEST_SUITE_P(
    Ops, CertifiedOps,
    testing::Values(Case{"SolveEntry", "gesv", "N", {n, 1}, solve_lu, entry_off<LAI_GESV_B>},
                    Case{"SolveTransposedEntry", "gesv", "T", {n, 3}, solve_lu, entry_off<LAI_GESV_B>},
                    Case{"SolveRow", "gesv", "N", {n, 3}, solve_lu, row_lost<LAI_GESV_B>},
                    Case{"SolveScale", "gesv", "N", {n, 8}, solve_lu, scaled<LAI_GESV_B>},
                    Case{"SolveManyEntry", "gesv", "N", {n, 40}, solve_lu, entry_off<LAI_GESV_B>},
                    Case{"SolveManyRow", "gesv", "N", {n, 40}, solve_lu, row_lost<LAI_GESV_B>},
                    Case{"CholeskyEntry", "posv", "U", {n, 1}, solve_cholesky, entry_off<LAI_POSV_B>},
                    Case{"CholeskyRow", "posv", "L", {n, 20}, solve_cholesky, row_lost<LAI_POSV_B>},
                    Case{"SvdVectorEntry", "gesvd", "SS", {n, n}, decompose, entry_off<LAI_GESVD_U>},
                    Case{"SvdVectorRow", "gesvd", "SS", {n, n}, decompose, row_lost<LAI_GESVD_VT>},
                    Case{"SvdValueScale", "gesvd", "SS", {n, n}, decompose, scaled<LAI_GESVD_S>},
                    Case{"SvdOrder", "gesvd", "SS", {n, n}, decompose, values_swapped},
                    Case{"SvdSign", "gesvd", "SS", {n, n}, decompose, value_negative},
                    Case{"SvdOneSide", "gesvd", "SN", {n, n}, decompose, entry_off<LAI_GESVD_U>},
                    Case{"SvdOtherSide", "gesvd", "NS", {n, n}, decompose, scaled<LAI_GESVD_S>},
                    Case{"SvdValuesScale", "gesvd", "NN", {n, n}, decompose, scaled<LAI_GESVD_S>},
                    Case{"SvdValuesOrder", "gesvd", "NN", {n, n}, decompose, values_swapped},
                    Case{"EigenEntry", "syev", "VU", {n}, eigen, entry_off<LAI_SYEV_A>},
                    Case{"EigenValue", "syev", "VL", {n}, eigen, scaled<LAI_SYEV_W>},
                    Case{"EigenValuesAlone", "syev", "NL", {n}, eigen, scaled<LAI_SYEV_W>}),
    [](const auto &each) { return std::string(each.param.name); });

}  // namespace
}  // namespace lapack_ai::core::test

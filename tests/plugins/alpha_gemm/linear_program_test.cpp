// Forms and programs must compute exactly the linear combinations they were made from, whatever was shared,
// composed or put into one buffer.

#include "linear_program.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "compiled_scheme.hpp"

namespace lapack_ai::alpha_gemm {
namespace {

/// Runs a program on scalars; temporaries and outputs start as garbage.
std::vector<double> run(const LinearProgram &program, const std::vector<double> &x) {
    std::vector<double> operand(
        static_cast<std::size_t>(program.inputs + program.outputs + program.temporaries), 1e300);
    std::copy(x.begin(), x.end(), operand.begin());
    for (const Instruction &i : program.instructions) {
        double sum = 0;
        for (int t = 0; t < i.terms; ++t) {
            const Term &term = program.terms[static_cast<std::size_t>(i.first_term + t)];
            sum += term.coefficient * operand[static_cast<std::size_t>(term.source)];
        }
        operand[static_cast<std::size_t>(i.destination)] = sum;
    }
    return {operand.begin() + program.inputs, operand.begin() + program.inputs + program.outputs};
}

/// The program applied to each unit vector gives the columns of `matrix`.
void expect_equal(const LinearProgram &program, const Coefficients &matrix, const std::string &what) {
    ASSERT_EQ(program.inputs, matrix.cols) << what;
    ASSERT_EQ(program.outputs, matrix.rows) << what;
    for (int c = 0; c < matrix.cols; ++c) {
        std::vector<double> unit(static_cast<std::size_t>(matrix.cols), 0.0);
        unit[static_cast<std::size_t>(c)] = 1.0;
        const auto y = run(program, unit);
        for (int r = 0; r < matrix.rows; ++r) {
            ASSERT_EQ(y[static_cast<std::size_t>(r)], matrix.value(r, c))
                << what << " row " << r << " column " << c;
        }
    }
}

TEST(LinearProgram, ComputesEveryScheme) {
    for (const std::string &name : scheme_names()) {
        const Scheme scheme = *find_scheme(name);
        expect_equal(compile(eliminate_common_subexpressions(scheme.u)), scheme.u, name + " u");
        expect_equal(compile(eliminate_common_subexpressions(scheme.v)), scheme.v, name + " v");
        const Coefficients w = scheme.w.transposed();
        expect_equal(compile(eliminate_common_subexpressions(w)), w, name + " w");
    }
}

TEST(LinearProgram, ComputesNestedSchemes) {
    for (const char *name : {"2x2x2:7*2x2x2:7", "2x2x3:11*3x2x2:11", "4x4x4:48*2x2x2:7"}) {
        const CompiledScheme *compiled = compiled_scheme(name);
        ASSERT_NE(compiled, nullptr);
        expect_equal(compiled->expand_a, compiled->scheme.u, name + std::string(" u"));
        expect_equal(compiled->expand_b, compiled->scheme.v, name + std::string(" v"));
        expect_equal(compiled->contract_c, compiled->scheme.w.transposed(), name + std::string(" w"));
    }
}

TEST(LinearProgram, SharedSubexpressionsSaveAdditions) {
    // The published counts: 15 for Winograd's form, 18 for Strassen's, 20 for <2,2,3;11>.
    EXPECT_EQ(compiled_scheme("2x2x2:7")->additions, 15);
    EXPECT_EQ(compiled_scheme("2x2x2:7-strassen")->additions, 18);
    EXPECT_EQ(compiled_scheme("2x2x3:11")->additions, 20);
    EXPECT_LE(compiled_scheme("4x4x4:48")->additions, 330);  // 760 without sharing
}

TEST(LinearProgram, SharingLeavesThePathSumsOfTheScheme) {
    // No cancellation is introduced, so the growth of each combination of A stays the 1-norm of its row.
    for (const char *name : {"2x2x2:7", "4x4x4:48", "4x4x4:49-alphatensor", "3x3x6:40"}) {
        const Scheme scheme = *find_scheme(name);
        const LinearForm form = eliminate_common_subexpressions(scheme.u);
        const FormBound bound =
            bound_form(form, std::vector<double>(static_cast<std::size_t>(form.inputs), 1.0),
                       std::vector<double>(static_cast<std::size_t>(form.inputs), 0.0));
        for (int r = 0; r < scheme.rank; ++r) {
            double norm = 0;
            for (int c = 0; c < scheme.u.cols; ++c) norm += std::abs(scheme.u.value(r, c));
            EXPECT_EQ(bound.magnitude[static_cast<std::size_t>(r)], norm) << name << " product " << r;
        }
    }
}

TEST(LinearProgram, ErrorConstantsReproducePublishedOnes) {
    // E of Ballard et al.: 12 for Strassen, 18 for Winograd; 148 for the accurate <4,4,4;48>, 134 for
    // <3,3,6;40>.
    const struct {
        const char *name;
        double growth;
    } cases[] = {{"2x2x2:7-strassen", 12}, {"2x2x2:7", 18}, {"4x4x4:48", 148}, {"3x3x6:40", 134}};
    for (const auto &c : cases) EXPECT_EQ(compiled_scheme(c.name)->constants.growth_c, c.growth) << c.name;
}

TEST(LinearProgram, AValueUsedAsResultAndAsOperandIsNotOverwritten) {
    LinearForm form;
    form.inputs = 2;
    form.nodes = {{{0, 1.0}, {1, 1.0}}, {{2, 1.0}, {0, -2.0}}, {{3, 1.0}, {2, 1.0}}};
    form.outputs = {4, 2, 0, 2};
    const auto y = run(compile(form), {3.0, 5.0});
    EXPECT_EQ(y, (std::vector<double>{10.0, 8.0, 3.0, 8.0}));
}

}  // namespace
}  // namespace lapack_ai::alpha_gemm

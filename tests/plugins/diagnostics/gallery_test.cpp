// Every matrix of the gallery through the operations, judged by the truth in long double: what the diagnosis
// must say, and what it must not, on OpenBLAS and on reference LAPACK.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "enhanced.hpp"
#include "gallery.hpp"
#include "oracle.hpp"

namespace lapack_ai::diagnostics::test {
namespace {

constexpr double eps = 0x1p-52;

// What holds of every message.
void expect_well_formed(const Verdict &v, int n, const std::string &name) {
    SCOPED_TRACE(name + ": " + v.text());
    if (v.d.severity == LAI_SEVERITY_NONE) return;
    EXPECT_EQ(std::string(v.d.code).substr(0, 2), "LA");
    const std::string first = v.d.semantic_message;
    EXPECT_FALSE(first.empty());
    EXPECT_LE(first.size(), 100u);
    EXPECT_EQ(first.find('\n'), std::string::npos);
    EXPECT_EQ(v.text().find("LAPACK error"), std::string::npos);
    EXPECT_EQ(v.text().find("nan"), std::string::npos);
    EXPECT_LE(v.d.action_count, 3u);
    EXPECT_GE(v.d.action_count, 1u);
    EXPECT_STREQ(v.d.diagnostic_hint, v.d.actions[0].text);
    EXPECT_STREQ(v.d.matrix, "A");
    EXPECT_LT(v.d.index_value, n);
    for (const std::int64_t index : v.named()) {
        EXPECT_GE(index, 0);
        EXPECT_LT(index, n);
    }
    if (v.result.info == 0) {
        EXPECT_EQ(v.text().find("is zero (INFO"), std::string::npos);
    }
}

// Whether a combination that was named holds: sum of coefficient * line - last line, against rounding.
bool combination_holds(const Specimen &s, const Verdict &v) {
    const auto named = v.named();
    const bool rows = v.d.names_kind != nullptr && std::string(v.d.names_kind) == "row";
    if (named.size() < 2 || std::isnan(v.d.named_coefficient[0])) return true;
    double worst = 0, scale = 0;
    for (int i = 0; i < s.n; ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < named.size(); ++k) {
            const auto line = static_cast<int>(named[k]);
            const double term = v.d.named_coefficient[k] * (rows ? s.A[i * s.n + line] : s.A[line * s.n + i]);
            sum += term;
            scale = std::max(scale, std::fabs(term));
        }
        worst = std::max(worst, std::fabs(sum));
    }
    return worst <= 1e-10 * scale;
}

class Gallery : public ::testing::TestWithParam<const char *> {
  protected:
    Enhanced lapack{GetParam(), R"({"log": false, "sample_percent": 100})"};
};
INSTANTIATE_TEST_SUITE_P(Backends, Gallery, ::testing::Values(CPU_LAPACK_PLUGIN, CPU_REFERENCE_PLUGIN),
                         [](const auto &which) { return which.index == 0 ? "openblas" : "reference"; });

TEST(GalleryItself, HasMatricesOfAllKinds) {
    std::set<std::string> names;
    for (const Specimen &s : gallery()) names.insert(s.name);
    EXPECT_EQ(names.size(), gallery().size());
    EXPECT_GE(names.size(), 55u);
}

TEST_P(Gallery, SolvesAreJudgedAsTheyDeserve) {
    for (const Specimen &s : gallery()) {
        Matrix A = s.A;
        std::vector<double> b(s.n);
        for (int i = 0; i < s.n; ++i) b[i] = std::cos(i);
        std::vector<double> x = b;
        const Verdict v = lapack.gesv(A, x);
        expect_well_formed(v, s.n, s.name);
        SCOPED_TRACE(s.name + ": " + v.text());
        const std::string category = v.category();
        EXPECT_TRUE(combination_holds(s, v));
        if (v.result.info > 0) {
            EXPECT_EQ(v.d.severity, LAI_SEVERITY_ERROR);
            EXPECT_TRUE(category == "ZERO_ROW" || category == "ZERO_COLUMN" ||
                        category == "SINGULAR_LU_PIVOT");
            EXPECT_GT(condition(s.A, s.n), 1e14);
            continue;
        }
        if (category ==
            "SOLUTION_OVERFLOW") {  // OpenBLAS scales by reciprocals, which overflow on subnormals
            EXPECT_TRUE(std::any_of(x.begin(), x.end(), [](double value) { return !std::isfinite(value); }));
            continue;
        }
        const double eta = backward_error(s.A, s.n, x, b);
        const double cond = condition(s.A, s.n), scaled = scaled_condition(s.A, s.n);
        if (eta > 1e-10) {
            EXPECT_EQ(category, "BACKWARD_ERROR_LARGE");
            continue;
        }
        if (eta < 1e-13) {
            EXPECT_NE(category, "BACKWARD_ERROR_LARGE");
        }
        if (cond < 1e14) {
            EXPECT_EQ(category, "");
        }
        if (scaled < 1e12) {
            EXPECT_LE(v.d.severity, LAI_SEVERITY_NOTE) << cond << " scaled " << scaled;
        }
        if (std::min(cond, scaled) > 1e18) {
            EXPECT_EQ(category, "SINGULAR_WORKING_PRECISION");
        }
        if (category == "BADLY_SCALED") {
            EXPECT_LT(scaled, 1e-2 * cond);
        }
        if (cond < 1e17 && !std::isnan(v.d.condition_number)) {
            EXPECT_LT(v.d.condition_number, 10 * cond);
            EXPECT_GT(v.d.condition_number, cond / 10);
        }
    }
}

TEST_P(Gallery, CholeskyIsJudgedByTheEigenvalues) {
    int definite = 0, indefinite = 0;
    for (const Specimen &s : gallery()) {
        bool symmetric = true;
        for (int j = 0; j < s.n; ++j)
            for (int i = 0; i < j; ++i) symmetric = symmetric && s.A[j * s.n + i] == s.A[i * s.n + j];
        if (!symmetric) continue;
        const auto lambda = eigenvalues(s.A, s.n);
        const double size = std::max(std::fabs(lambda.front()), std::fabs(lambda.back()));
        for (const char uplo : {'L', 'U'}) {
            Matrix A = s.A;
            const Verdict v = lapack.potrf(A, uplo);
            expect_well_formed(v, s.n, s.name);
            SCOPED_TRACE(s.name + ": " + v.text());
            const std::string category = v.category();
            if (category == "NOT_POSITIVE_DEFINITE") {
                EXPECT_LT(lambda.front(), 0) << "no false 'indefinite'";
                ++indefinite;
            }
            if (v.result.info == 0 && lambda.front() > 1e3 * s.n * eps * size) {
                EXPECT_EQ(category, "");
                ++definite;
            }
            if (v.result.info > 0) {
                EXPECT_TRUE(category == "NOT_POSITIVE_DEFINITE" || category == "SEMIDEFINITE");
                if (lambda.front() < -1e3 * s.n * s.n * eps * size) {
                    EXPECT_EQ(category, "NOT_POSITIVE_DEFINITE");
                }
                if (lambda.front() > -eps * size) {
                    EXPECT_EQ(category, "SEMIDEFINITE");
                }
            }
        }
    }
    EXPECT_GT(definite, 10);
    EXPECT_GT(indefinite, 10);
}

TEST_P(Gallery, LeastSquaresIsJudgedByTheSingularValues) {
    for (const Specimen &s : gallery()) {
        const auto values = singular_values(s.A, s.n, s.n);
        Matrix A = s.A;
        std::vector<double> b(s.n, 1.0);
        const Verdict v = lapack.gels(A, s.n, s.n, b);
        expect_well_formed(v, s.n, s.name);
        SCOPED_TRACE(s.name + ": " + v.text());
        EXPECT_TRUE(combination_holds(s, v));
        const double ratio = values.front() > 0 ? values.back() / values.front() : 0;
        if (ratio > 1e3 * s.n * eps) {
            EXPECT_EQ(v.category(), "");
        }
        if (ratio == 0 || v.result.info > 0) {
            EXPECT_EQ(v.category(), "RANK_DEFICIENT");
        }
        if (v.d.rank >= 0 && v.d.severity > 0) {
            const double cut = 1e3 * s.n * eps * values.front(), floor = 1e-3 * eps * values.front();
            const auto above = [&](double limit) {
                return std::count_if(values.begin(), values.end(), [=](double x) { return x > limit; });
            };
            EXPECT_GE(v.d.rank, above(cut));
            EXPECT_LE(v.d.rank, above(floor));
        }
    }
}

TEST_P(Gallery, NanAnywhereIsNamedAndNothingElse) {
    for (Specimen s : gallery()) {
        const int at = s.n * s.n / 3;
        s.A[at] = std::numeric_limits<double>::quiet_NaN();
        const std::string place =
            "(" + std::to_string(at % s.n + 1) + "," + std::to_string(at / s.n + 1) + ")";
        const auto check = [&](const Verdict &v) {
            expect_well_formed(v, s.n, s.name);
            EXPECT_EQ(v.category(), "NONFINITE_INPUT") << s.name;
            EXPECT_TRUE(v.says("A contains NaN at " + place)) << s.name << ": " << v.text();
            EXPECT_FALSE(v.says("singular"));
            EXPECT_FALSE(v.says("definite"));
            EXPECT_FALSE(v.says("converge"));
        };
        std::vector<double> b(s.n, 1.0);
        Matrix A = s.A, B = s.A, C = s.A;
        check(lapack.gesv(A, b));
        b.assign(s.n, 1.0);
        check(lapack.gels(B, s.n, s.n, b));
        check(lapack.gesvd(C, s.n, 'N'));
    }
}

// INFO may differ where a pivot is exactly zero in one library and rounding in the other; the verdict then
// still is that the matrix is singular.
TEST(GalleryOfBoth, BackendsLeadToTheSameVerdict) {
    Enhanced openblas(CPU_LAPACK_PLUGIN, R"({"log": false, "sample_percent": 100})"),
        reference(CPU_REFERENCE_PLUGIN, R"({"log": false, "sample_percent": 100})");
    const auto kind = [](const Verdict &v) -> std::string {
        const std::string category = v.category();
        for (const char *singular :
             {"ZERO_ROW", "ZERO_COLUMN", "SINGULAR_LU_PIVOT", "SINGULAR_WORKING_PRECISION"})
            if (category == singular) return "singular";
        return category;
    };
    for (const Specimen &s : gallery()) {
        Matrix A = s.A, B = s.A, C = s.A, D = s.A;
        std::vector<double> x(s.n, 1.0), y(s.n, 1.0);
        const Verdict a = openblas.gesv(A, x), b = reference.gesv(B, y);
        const auto overflows = [](const Verdict &v) { return v.category() == "SOLUTION_OVERFLOW"; };
        if (overflows(a) != overflows(b)) continue;  // subnormal pivots: reciprocals against divisions
        EXPECT_EQ(kind(a), kind(b)) << s.name << "\n" << a.text() << b.text();
        if ((a.result.info > 0) == (b.result.info > 0)) {
            EXPECT_EQ(a.category(), b.category()) << s.name;
        }
        EXPECT_EQ(openblas.potrf(C, 'L').category(), reference.potrf(D, 'L').category()) << s.name;
    }
}

}  // namespace
}  // namespace lapack_ai::diagnostics::test

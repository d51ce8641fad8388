// The routine table: every routine and every documented INFO value gets category, argument, matrix and a
// message of its own; wrong argument numbers are corrected; ambiguous codes say so.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "lapack_ai/abi/enhancer.h"
#include "report/finding.hpp"
#include "report/texts.hpp"
#include "table/explain.hpp"

namespace lapack_ai::diagnostics {
namespace {

Binding letter(std::string_view name, char c) {
    return {name, static_cast<double>(c)};
}

std::string text(const Finding &f) {
    std::string all = f.message;
    for (const std::string &fact : f.facts) all += "\n" + fact;
    return all;
}

TEST(Table, KnowsEveryRoutineThatReturnsInfo) {
    EXPECT_EQ(Routine::all_names().size(), 1644u + 4);
}  // and xGEMM

TEST(Table, EveryInjectedCodeIsExplained) {
    const std::vector<Binding> sizes{{"N", 10}, {"M", 12}, {"NRHS", 2}, {"MMAX", 10}};
    int explained = 0;
    for (const std::string &name : Routine::all_names()) {
        const auto routine = Routine::find(name);
        for (std::int64_t info = -routine->argument_count(); info <= 40; ++info) {
            if (routine->meanings(info, sizes).empty()) continue;
            const Finding f = explain(name, info, sizes);
            ++explained;
            ASSERT_NE(f.category, Category::none) << name << info;
            ASSERT_NE(f.category, Category::undocumented_value) << name << info;
            ASSERT_FALSE(f.argument_name.empty()) << name << " " << info;
            ASSERT_FALSE(f.matrix.empty()) << name << " " << info;
            ASSERT_LE(f.message.size(), 100u) << f.message;
            ASSERT_EQ(f.message.find("LAPACK error"), std::string::npos);
            ASSERT_GT(f.severity, 0u);
            ASSERT_EQ(f.category == Category::illegal_argument,
                      std::string_view(category_text(f.category).code) == "LA0101");
        }
    }
    EXPECT_GT(explained, 20000);
}

TEST(Table, WrongArgumentNumbersAreCorrected) {
    struct Case {
        const char *routine;
        std::int64_t info;
        const char *really;
        Binding cause;
    };
    for (const Case &c :
         {Case{"dgbsvxx", -15, "LDB", {"LDB", 3}}, Case{"zgbrfsx", -15, "LDX", {"LDX", 3}},
          Case{"chesvxx", -12, "LDB", {"LDB", 3}}, Case{"dstemr", -17, "LWORK", {"LWORK", 1}},
          Case{"zggsvp3", -24, "LWORK", {"LWORK", 0}}, Case{"claqz0", -15, "LDQ", {"LDQ", 0}}}) {
        const std::vector<Binding> known{{"N", 10}, c.cause};
        const Finding f = explain(c.routine, c.info, known);
        EXPECT_EQ(f.argument_name, c.really) << c.routine;
        EXPECT_NE(text(f).find("LAPACK reports argument"), std::string::npos) << c.routine;
    }
    int corrected = 0;
    for (const std::string &name : Routine::all_names()) {
        const auto routine = Routine::find(name);
        for (const auto &check : routine->checks()) corrected += check.reported != check.argument;
    }
    EXPECT_GE(corrected, 36);
}

TEST(Table, AmbiguousCodesSaySo) {
    for (const char *name : {"dsygvd", "zhegvd", "dsygvx", "chpgvd", "sspgvx"}) {
        const std::vector<Binding> known{{"N", 10}, letter("JOBZ", 'V')};
        const Finding f = explain(name, 13, known);
        EXPECT_TRUE(f.ambiguous) << name;
        EXPECT_NE(text(f).find("ambiguous"), std::string::npos) << name;
    }
    EXPECT_FALSE(explain("dgesv", 3, {}).ambiguous);
}

TEST(Table, NamesArgumentValueAndRequirement) {
    const Finding lda = explain("DGESV", -4, std::vector<Binding>{{"N", 4}, {"LDA", 3}});
    EXPECT_EQ(lda.argument_name, "LDA");
    EXPECT_EQ(lda.argument_index, 4);
    EXPECT_EQ(lda.argument_value, "3");
    EXPECT_EQ(lda.argument_requirement, "LDA >= max(1, N) = 4");
    EXPECT_EQ(lda.matrix, "A");
    const Finding work = explain("dgeqrf_", -7, std::vector<Binding>{{"M", 4}, {"N", 4}, {"LWORK", 0}});
    EXPECT_EQ(work.argument_name, "LWORK");
    EXPECT_NE(text(work).find("max(1, N) = 4"), std::string::npos);
    EXPECT_NE(text(work).find("query"), std::string::npos);
    EXPECT_EQ(text(work).find("WORK ="), text(work).find("LWORK =") + 1);
    const Finding svd = explain("dgesvd", -13, std::vector<Binding>{{"M", 4}, {"N", 4}, {"LWORK", 1}});
    EXPECT_NE(svd.message.find("LWORK >= 20"), std::string::npos) << svd.message;
    const Finding negative = explain("dgesvd", -4, std::vector<Binding>{{"N", -1}});
    EXPECT_NE(negative.message.find("N = -1, must satisfy N >= 0"), std::string::npos);
    const Finding uplo = explain("dpotrf", -1, std::vector<Binding>{letter("UPLO", 'X')});
    EXPECT_NE(uplo.message.find("UPLO = 'U' or 'L'"), std::string::npos);
}

TEST(Table, NanCodesAreNotIllegalArguments) {
    for (const auto &[name, info] :
         {std::pair{"dgesdd", -4}, {"dgeev", -4}, {"sgebal", -3}, {"zgesvj", -6}}) {
        const Finding f = explain(name, info, {});
        EXPECT_EQ(f.category, Category::nonfinite_input) << name;
        EXPECT_EQ(f.matrix, "A");
        EXPECT_EQ(f.message.find("illegal"), std::string::npos);
    }
}

TEST(Table, DecodesPackedCodes) {
    const std::vector<Binding> sizes{{"M", 5}, {"N", 5}};
    const Finding column = explain("dgeequ", 9, sizes);
    EXPECT_EQ(column.category, Category::zero_column);
    EXPECT_EQ(column.index_value, 3);
    EXPECT_EQ(column.message, "DGEEQU: column 4 of A is zero");
    EXPECT_EQ(explain("dgeequ", 3, sizes).category, Category::zero_row);
    const Finding dc = explain("dsyevd", 2 * 6 + 4, std::vector<Binding>{{"N", 5}, letter("JOBZ", 'V')});
    EXPECT_NE(dc.message.find("rows and columns 2 to 4"), std::string::npos) << dc.message;
    const Finding b = explain("dsygv", 8, std::vector<Binding>{{"N", 5}});
    EXPECT_EQ(b.category, Category::not_positive_definite);
    EXPECT_EQ(b.matrix, "B");
    EXPECT_EQ(explain("dgesvx", 6, std::vector<Binding>{{"N", 5}}).category,
              Category::singular_working_precision);
    EXPECT_EQ(explain("dgesvx", 5, std::vector<Binding>{{"N", 5}}).category, Category::singular_lu_pivot);
}

TEST(Table, ChecksArgumentsInTheRoutinesOrder) {
    const auto routine = Routine::find("dgesv");
    const Finding f =
        check_arguments(*routine, std::vector<Binding>{{"N", 4}, {"NRHS", -2}, {"LDA", 3}, {"LDB", 4}});
    EXPECT_EQ(f.argument_name, "NRHS");
    EXPECT_EQ(f.info, -2);
    EXPECT_TRUE(check_arguments(*routine, std::vector<Binding>{{"N", 0}, {"NRHS", 0}, {"LDA", 1}, {"LDB", 1}})
                    .empty());
}

TEST(Table, UnknownNamesAndNumbersGetAnHonestAnswer) {
    EXPECT_EQ(explain("dgesv", 0, {}).category, Category::none);
    EXPECT_EQ(explain("dfoo", 3, {}).category, Category::undocumented_value);
    EXPECT_EQ(explain("dgecon", 77, {}).category, Category::undocumented_value);
}

TEST(Categories, CodesAreUniqueAndHaveTexts) {
    std::set<std::string> codes, names;
    for (std::size_t i = 0; i < category_count(); ++i) {
        const CategoryText &c = category_at(i);
        EXPECT_TRUE(codes.insert(c.code).second) << c.code;
        EXPECT_TRUE(names.insert(c.name).second) << c.name;
        EXPECT_GT(std::string_view(c.meaning).size(), 40u) << c.code;
        EXPECT_NE(c.remedies[0].text, nullptr) << c.code;
        EXPECT_EQ(find_code(c.code), &c);
    }
    EXPECT_EQ(find_code("la0103"), &category_text(Category::integer_overflow));
    EXPECT_EQ(find_code("LA9999"), nullptr);
}

TEST(Categories, TheDocumentationHasASectionOfEachCode) {
    std::ifstream file(DIAGNOSTICS_PAGE);
    std::ostringstream page;
    page << file.rdbuf();
    const std::string sections = code_page();
    for (std::size_t at = 0; at < sections.size();) {
        const std::size_t end = std::min(sections.find("\n### ", at), sections.size());
        const std::string section = sections.substr(at, end - at);
        EXPECT_NE(page.str().find(section.substr(0, section.find_last_not_of('\n') + 1)), std::string::npos)
            << "docs/diagnostics.md lacks, or has otherwise:\n"
            << section;
        at = end + 1;
    }
}

TEST(Expression, UnknownIsNotFalse) {
    const std::vector<Binding> known{{"N", 5}, letter("JOBZ", 'V')};
    EXPECT_EQ(holds("LDZ >= 1, LDZ >= N if JOBZ in 'V'", known), std::nullopt);
    EXPECT_EQ(holds("N >= 6 or LDZ > 3", known), std::nullopt);
    EXPECT_EQ(holds("N >= 5 or LDZ > 3", known), true);
    EXPECT_EQ(holds("not (N = 5 and JOBZ in 'VN')", known), false);
    EXPECT_EQ(evaluate_number("div(17, N + 1)*100 + mod(17, N + 1)", known), 205);
    EXPECT_EQ(evaluate_number("pick(JOBZ in 'V', max(1, 2*N), K)", known), 10);
    EXPECT_EQ(evaluate_number("K", known), std::nullopt);
    EXPECT_TRUE(mentions("LDA >= max(1, N)", "LDA"));
    EXPECT_FALSE(mentions("LDA >= max(1, N)", "LD"));
}

}  // namespace
}  // namespace lapack_ai::diagnostics

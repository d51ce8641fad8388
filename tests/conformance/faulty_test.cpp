// The kit against plugins with one defect each: the first thing it finds must be the promise that was broken.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "lapack_ai/conformance/conformance.hpp"

namespace {

using namespace lapack_ai::conformance;

struct Defect {
    const char *name;      // the plugin's file, tests/conformance/faulty/NAME.cpp
    const char *expected;  // the check that must name it
};

void PrintTo(const Defect &defect, std::ostream *stream) {
    *stream << defect.name;
}

constexpr Defect defects[] = {{"wrong_manifest", "manifest"},
                              {"wrong_range", "tables"},
                              {"wrong_result", "results"},
                              {"hangs", "results"},
                              {"fails_at_zero", "empty"},
                              {"wrong_ld", "leading_dimensions"},
                              {"wrong_transpose", "flags"},
                              {"beta_zero", "scalars"},
                              {"alpha_zero", "scalars"},
                              {"batch_stride", "batch"},
                              {"ignores_batch", "batch"},
                              {"layout_row", "layout"},
                              {"aligned_only", "alignment"},
                              {"wrong_info", "info"},
                              {"nondeterministic", "determinism"},
                              {"overrun", "canaries"},
                              {"mutates_input", "inputs"},
                              {"retains_pointer", "retention"},
                              {"leaks", "leaks"},
                              {"leaks_file", "leaks"},
                              {"writes_on_failure", "untouched"},
                              {"unknown_status", "faults"},
                              {"throws", "exceptions"},
                              {"loses_nan", "nonfinite"},
                              {"races", "concurrency"},
                              {"impure_query", "query"},
                              {"late", "deadline"},
                              {"false_timeout", "deadline"},
                              {"dense_operands", "versions"},
                              {"writes_past_size", "versions"},
                              {"shutdown_crashes", "lifecycle"},
                              {"no_second_init", "lifecycle"},
                              {"cheap_price", "cost"},
                              {"small_error", "error"}};

Options options_for(const std::string &name) {
    Options options;
    options.file = std::string(DEFECTS) + "/defect_" + name + ".so";
    options.timeout = name == "hangs" ? 2 : 60;
    options.cost_limit = 4;  // on a busy machine; the one that lies does so by ten
    return options;
}

class FaultyPlugin : public testing::TestWithParam<Defect> {};

TEST_P(FaultyPlugin, IsNamedByTheRightCheck) {
    const Defect &defect = GetParam();
    Options options = options_for(defect.name);
    // A hang costs its time limit in every check that meets it.
    if (std::string(defect.name) == "hangs") options.only = {"manifest", "tables", "results"};
    const Report report = check_plugin(options);
    EXPECT_FALSE(report.passed());
    for (const CheckResult &check : report.checks)
        for (const Failure &failure : check.failures) {
            EXPECT_EQ(failure.check, defect.expected) << to_text(report);
            EXPECT_NE(failure.repeat.find("--seed 1"), std::string::npos);
            EXPECT_NE(failure.repeat.find("--only " + check.name), std::string::npos);
            return;
        }
}

INSTANTIATE_TEST_SUITE_P(All, FaultyPlugin, testing::ValuesIn(defects),
                         [](const testing::TestParamInfo<Defect> &tested) {
                             return std::string(tested.param.name);
                         });

TEST(Conformance, PassesThePluginWithoutADefect) {
    const Report report = check_plugin(options_for("nothing"));
    EXPECT_TRUE(report.passed()) << to_text(report);
}

TEST(Conformance, RepeatsAFailureFromItsSeedAndCase) {
    Options options = options_for("wrong_ld");
    options.only = {"leading_dimensions"};
    const Report whole = check_plugin(options);
    ASSERT_FALSE(whole.passed());
    const Failure &first = whole.checks.at(0).failures.at(0);
    const std::size_t at = first.repeat.find("--case ");
    ASSERT_NE(at, std::string::npos);
    options.only_case = std::stoi(first.repeat.substr(at + 7));
    options.dtype = first.repeat.substr(first.repeat.find("--dtype ") + 8, 1);
    const Report again = check_plugin(options);
    ASSERT_FALSE(again.passed());
    EXPECT_EQ(again.checks.at(0).failures.at(0).what, first.what);
    EXPECT_EQ(again.checks.at(0).failures.at(0).where, first.where);
}

TEST(Conformance, RefusesOptionsThatNobodyKnows) {
    Options options = options_for("nothing");
    options.only = {"no_such_check"};
    EXPECT_THROW(check_plugin(options), std::invalid_argument);
    options = options_for("there_is_no_such_file");
    EXPECT_THROW(check_plugin(options), std::invalid_argument);
}

TEST(Conformance, WritesJUnitAndJson) {
    Options options = options_for("fails_at_zero");
    options.only = {"results", "empty"};
    const Report report = check_plugin(options);
    const std::string junit = to_junit(report), json = to_json(report);
    EXPECT_NE(junit.find("tests=\"2\" failures=\"1\""), std::string::npos) << junit;
    EXPECT_NE(junit.find("<failure type=\"empty\""), std::string::npos);
    EXPECT_NE(json.find("\"passed\": false"), std::string::npos);
    EXPECT_NE(json.find("\"name\": \"results\""), std::string::npos);
}

}  // namespace

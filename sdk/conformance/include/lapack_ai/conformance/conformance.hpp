// The conformance kit: what `lapack-ai plugin check FILE.so` runs, as a library for a test of your own.
//
//     #include <lapack_ai/conformance/conformance.hpp>
//     int main(int argc, char **argv) { return lapack_ai::conformance::main(argc, argv); }
//
// in CMake: target_link_libraries(my_test PRIVATE lapack_ai::conformance)
//           add_test(NAME conformance COMMAND my_test $<TARGET_FILE:my_plugin>)
//
// The plugin is loaded into a small host of the kit's own, in a child process for each check, so that one
// which crashes or hangs is reported like any other. No LAPACK AI library is needed at run time. Everything
// random comes from the seed; each failure carries the command that repeats it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lapack_ai::conformance {

// What to check, and how thoroughly.
struct Options {
    std::string file;  // the plugin
    std::uint64_t seed = 1;
    int cases = 12;                   // random calls for each variant and element type, in each check
    double timeout = 120;             // seconds for one check; one that stands still for 30 is stopped too
    double cost_limit = 2;            // largest geometric mean of max(predicted/measured, measured/predicted)
    std::vector<std::string> only;    // checks to run; empty: all
    std::vector<std::string> skip;    // checks to leave out
    std::string op;                   // only variants of this op: "gemm" or "lai.gemm/1"; empty: all
    std::string variant;              // only the variant of this name
    std::string dtype;                // letters of element types, "sdcz"; empty: all
    int only_case = -1;               // only the case with this number; -1: all
    std::string options_json = "{}";  // the plugin's options (YAML plugins.<id>) as JSON
    std::string program = "lapack-ai plugin check";  // how the command that repeats a failure begins
};

// One finding. `check` names the promise that was broken, which is not always the check that met it: a crash
// while comparing results is reported under the check that was running.
struct Failure {
    std::string check;
    std::string where;  // "lai.gemm/1 blocked, d, case 7: m=3 n=0 k=2 trans_a=T ..."; empty: the whole plugin
    std::string what;   // what was found and what is required
    std::string repeat;  // a command that repeats it
};

// How one check went.
struct CheckResult {
    std::string name;
    std::string title;
    bool ran = true;         // false: there was nothing to check, `note` says why
    std::string note;        // a figure or a remark; may be empty
    std::int64_t calls = 0;  // calls of the plugin's execute
    double seconds = 0;
    std::vector<Failure> failures;  // at most a few of a kind; `suppressed` counts the others
    std::int64_t suppressed = 0;
};

struct Report {
    std::string file;
    std::string id, version;  // from the manifest; empty when there is none
    std::uint64_t seed = 0;
    std::vector<CheckResult> checks;
    bool passed() const;
};

// Name and title of every check, in the order in which they run.
struct CheckName {
    std::string name, title;
};
std::vector<CheckName> all_checks();

// Runs the checks, each in a child process of this one (fork). The calling process should have no threads of
// its own yet. Throws std::invalid_argument for an unknown check, op or letter in the options. [control]
Report check_plugin(const Options &options);

// The report for people, as one JSON object, and as JUnit's XML.
std::string to_text(const Report &report);
std::string to_json(const Report &report);
std::string to_junit(const Report &report);

// The body of a test program: `FILE.so [--seed N] [--cases N] [--only A,B] [--skip A,B] [--op OP] [--variant
// NAME] [--dtype LETTERS] [--case N] [--options JSON] [--cost-limit X] [--timeout S] [--format
// text|json|junit] [--output FILE] [--list]`. Prints the report; 0: all passed, 1: not, 2: wrong use.
int main(int argc, const char *const *argv);

}  // namespace lapack_ai::conformance

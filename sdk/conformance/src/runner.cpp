// check_plugin(): each check in a child process, and what came back as a report.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "checks/checks.hpp"
#include "manifest.hpp"

namespace lapack_ai::conformance {

namespace {

constexpr std::size_t shown = 5;  // failures of one check that are kept

std::string quoted(const std::string &word) {
    const bool plain = !word.empty() && word.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789_./-+=:,") == std::string::npos;
    if (plain) return word;
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

std::string repeat_command(const Options &options, const std::string &check, const std::string &place) {
    std::string text = options.program + " " + quoted(options.file) + " --only " + check + " --seed " +
                       std::to_string(options.seed);
    const Options plain;
    if (options.cases != plain.cases) text += " --cases " + std::to_string(options.cases);
    if (options.options_json != plain.options_json) text += " --options " + quoted(options.options_json);
    return text + place;
}

void add(CheckResult &result, Failure failure) {
    if (result.failures.size() < shown)
        result.failures.push_back(std::move(failure));
    else
        ++result.suppressed;
}

CheckResult run_check(const Check &check, const Options &options) {
    CheckResult result;
    result.name = check.name;
    result.title = check.title;
    const ChildEnd end = run_in_child(
        [&](Messages &messages) {
            Session session(options, check.name, messages);
            check.run(session);
        },
        options.timeout);
    result.calls = end.calls;
    result.seconds = end.seconds;
    for (const std::vector<std::string> &record : end.records) {
        const auto field = [&](std::size_t i) { return i < record.size() ? record[i] : std::string(); };
        if (field(0) == "fail") {
            const std::string name = field(1).empty() ? check.name : field(1);
            add(result, {name, field(2), field(3), repeat_command(options, check.name, field(4))});
        } else if (field(0) == "note") {
            result.note += (result.note.empty() ? "" : "; ") + field(1);
        } else if (field(0) == "skip") {
            result.ran = false;
            result.note = field(1);
        }
    }
    if (end.death.empty()) return result;
    std::string what = "the process " + end.death;
    if (end.finished) what += ", after the check itself was over (shutdown, or the end of the process)";
    if (!end.last_words.empty()) what += "; its last words: " + end.last_words;
    result.ran = true;
    const std::string broken = end.where == "shutdown" || end.finished ? "lifecycle" : check.name;
    add(result, {broken, end.where, what, repeat_command(options, check.name, end.repeat)});
    return result;
}

bool holds(const std::vector<std::string> &list, const char *word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

void require_valid(const Options &options) {
    const std::vector<Check> known = every_check();
    for (const auto *list : {&options.only, &options.skip})
        for (const std::string &name : *list)
            if (std::none_of(known.begin(), known.end(), [&](const Check &c) { return name == c.name; }))
                throw std::invalid_argument("check '" + name +
                                            "': there is no such check; --list names them");
    if (options.dtype.find_first_not_of("sdcz") != std::string::npos)
        throw std::invalid_argument("element types '" + options.dtype +
                                    "': must be letters out of s, d, c, z");
    if (options.cases < 1) throw std::invalid_argument("cases: must be >= 1");
}

}  // namespace

std::vector<Check> every_check() {
    std::vector<Check> all;
    for (const std::span<const Check> group :
         {checks::contract(), checks::values(), checks::memory(), checks::failures(), checks::concurrent(),
          checks::life(), checks::honesty(), checks::roles()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

std::vector<CheckName> all_checks() {
    std::vector<CheckName> names;
    for (const Check &check : every_check()) names.push_back({check.name, check.title});
    return names;
}

bool Report::passed() const {
    return std::all_of(checks.begin(), checks.end(),
                       [](const CheckResult &check) { return check.failures.empty(); });
}

Report check_plugin(const Options &given) {
    require_valid(given);
    Options options = given;
    std::error_code problem;
    const auto absolute = std::filesystem::canonical(given.file, problem);
    if (problem) throw std::invalid_argument("plugin file '" + given.file + "': " + problem.message());
    options.file = absolute.string();
    Report report;
    report.file = options.file;
    report.seed = options.seed;
    try {
        const ManifestFacts facts = read_manifest(options.file);
        report.id = facts.id;
        report.version = facts.version;
    } catch (const std::exception &) {
        // The check `manifest` says what is wrong with it.
    }
    for (const Check &check : every_check()) {
        if (!options.only.empty() && !holds(options.only, check.name)) continue;
        if (holds(options.skip, check.name)) continue;
        report.checks.push_back(run_check(check, options));
    }
    return report;
}

}  // namespace lapack_ai::conformance

// conformance::main(): the command line of a test program that links the kit.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "lapack_ai/conformance/conformance.hpp"

namespace lapack_ai::conformance {

namespace {

std::vector<std::string> words(const std::string &text) {
    std::vector<std::string> all;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) all.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return all;
}

double parse_number(const std::string &option, const std::string &text) {
    char *end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(value >= 0))
        throw std::invalid_argument(option + " '" + text + "': must be a number >= 0");
    return value;
}

struct CommandLine {
    Options options;
    std::string format = "text", output;
    bool list = false;
};

CommandLine parse(int argc, const char *const *argv) {
    CommandLine line;
    Options &o = line.options;
    o.program = argv[0];
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--list") {
            line.list = true;
            continue;
        }
        if (option.rfind("--", 0) != 0) {
            if (!o.file.empty()) throw std::invalid_argument("one plugin file at a time");
            o.file = option;
            continue;
        }
        if (i + 1 == argc) throw std::invalid_argument(option + ": needs a value");
        const std::string value = argv[++i];
        const auto whole = [&] { return static_cast<int>(parse_number(option, value)); };
        if (option == "--seed")
            o.seed = std::strtoull(value.c_str(), nullptr, 0);
        else if (option == "--cases")
            o.cases = whole();
        else if (option == "--case")
            o.only_case = whole();
        else if (option == "--only")
            o.only = words(value);
        else if (option == "--skip")
            o.skip = words(value);
        else if (option == "--op")
            o.op = value;
        else if (option == "--variant")
            o.variant = value;
        else if (option == "--dtype")
            o.dtype = value;
        else if (option == "--options")
            o.options_json = value;
        else if (option == "--cost-limit")
            o.cost_limit = parse_number(option, value);
        else if (option == "--timeout")
            o.timeout = parse_number(option, value);
        else if (option == "--format")
            line.format = value;
        else if (option == "--output")
            line.output = value;
        else
            throw std::invalid_argument(option + ": not known");
    }
    if (o.file.empty() && !line.list) throw std::invalid_argument("a plugin file must be given");
    if (line.format != "text" && line.format != "json" && line.format != "junit")
        throw std::invalid_argument("--format '" + line.format + "': must be text, json or junit");
    return line;
}

int run(const CommandLine &line) {
    if (line.list) {
        for (const CheckName &check : all_checks())
            std::printf("%-20s %s\n", check.name.c_str(), check.title.c_str());
        return 0;
    }
    const Report report = check_plugin(line.options);
    const std::string text = line.format == "json"    ? to_json(report)
                             : line.format == "junit" ? to_junit(report)
                                                      : to_text(report);
    if (line.output.empty()) {
        std::fputs(text.c_str(), stdout);
    } else {
        std::ofstream file(line.output);
        file << text;
        if (!file.flush()) throw std::invalid_argument("'" + line.output + "': cannot be written");
    }
    return report.passed() ? 0 : 1;
}

}  // namespace

int main(int argc, const char *const *argv) {
    try {
        return run(parse(argc, argv));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s: error: %s\n", argv[0], error.what());
        return 2;
    }
}

}  // namespace lapack_ai::conformance

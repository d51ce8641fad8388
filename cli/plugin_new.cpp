// The templates are the real files of sdk/template, embedded by the build; words between at-signs are
// replaced.
#include "plugin_new.hpp"

#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <vector>

#include "exit_code.hpp"
#include "lapack_ai/lapack_ai.h"
#include "plugin_templates.hpp"

namespace lapack_ai::cli {

namespace {

namespace fs = std::filesystem;
using Words = std::map<std::string, std::string>;

struct Choice {
    std::string name, ops = "gemm", language = "cpp";
};

std::string fill_in(std::string text, const Words &words) {
    for (const auto &[word, value] : words) {
        const std::string mark = "@" + word + "@";
        for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
            text.replace(at, mark.size(), value);
    }
    return text;
}

// "my_backend" to "MyBackend".
std::string class_name(const std::string &name) {
    std::string text;
    bool begin = true;
    for (const char c : name) {
        if (c != '_') text += begin ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        begin = c == '_';
    }
    return text;
}

std::vector<std::string> split(const std::string &text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

void require_name(const std::string &name) {
    bool good = !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z';
    for (const char c : name) good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    if (!good)
        throw Failure(ExitCode::usage,
                      "name '" + name + "': must be made of a-z, 0-9 and _, beginning with a letter");
}

// What the ops put into the source, in either language.
Words words_of(const Choice &choice) {
    const bool c = choice.language == "c";
    Words words{{"NAME", choice.name},
                {"CLASS", class_name(choice.name) + "Plugin"},
                {"SOURCE", choice.name + (c ? ".c" : ".cpp")},
                {"OPS", ""},
                {"OP_IDS", ""},
                {"VARIANTS", ""},
                {"ADDS", ""},
                {"STARTS", ""}};
    const auto append = [&](const char *word, const std::string &text, const char *between) {
        std::string &all = words[word];
        all += (all.empty() ? "" : between) + text;
    };
    for (const std::string &op : split(choice.ops)) {
        const lai_op_schema *schema = lai_op(op.c_str());
        if (!schema)
            throw Failure(ExitCode::usage, "operation '" + op + "': not known; `lapack-ai info` lists them");
        const bool gemm = std::strcmp(schema->id, "lai.gemm/1") == 0;
        const std::string id = schema->id, name = id.substr(4, id.find('/') - 4),
                          kind = gemm ? "Gemm" : class_name(name);
        const Words op_words{{"OP", name}, {"OP_ID", id}, {"OP_CLASS", kind}};
        append("OPS", name, ", ");
        append("OP_IDS", "\"" + id + "\"", ", ");
        append("VARIANTS",
               fill_in(c ? (gemm ? templates::c_gemm : templates::c_other)
                         : (gemm ? templates::cpp_gemm : templates::cpp_other),
                       op_words),
               "");
        if (c) append("ADDS", "&" + name + "_variant", ", ");
        if (c && gemm) append("STARTS", "    measure_speed();\n", "");
        if (!c)
            append("ADDS",
                   "        add<" + kind + ">({.op = \"" + id + "\", .name = \"" + (gemm ? "loops" : "") +
                       "\"});\n",
                   "");
    }
    if (words["OPS"].empty()) throw Failure(ExitCode::usage, "--ops: must name at least one operation");
    return words;
}

void write(const fs::path &path, const char *text, const Words &words) {
    std::ofstream file(path);
    file << fill_in(text, words);
    if (!file.flush()) throw Failure(ExitCode::usage, path.string() + ": cannot be written");
}

ExitCode create(const Choice &choice) {
    require_name(choice.name);
    const Words words = words_of(choice);
    const fs::path folder = choice.name;
    std::error_code problem;
    if (fs::exists(folder, problem))
        throw Failure(ExitCode::usage, "'" + choice.name + "': is there already; nothing was written");
    if (!fs::create_directory(folder, problem))
        throw Failure(ExitCode::usage, "'" + choice.name + "': " + problem.message());
    write(folder / words.at("SOURCE"), choice.language == "c" ? templates::c_plugin : templates::cpp_plugin,
          words);
    write(folder / "CMakeLists.txt", templates::common_CMakeLists, words);
    write(folder / "manifest.json", templates::common_manifest, words);
    write(folder / "conformance_test.cpp", templates::common_conformance_test, words);
    write(folder / "lapack_ai.yaml", templates::common_lapack_ai, words);
    write(folder / "README.md", templates::common_README, words);
    std::printf(
        "%s/: a plugin in %s for %s\n"
        "cmake -S %s -B %s/build -DCMAKE_PREFIX_PATH=<prefix> && cmake --build %s/build && ctest --test-dir "
        "%s/build\n",
        choice.name.c_str(), choice.language == "c" ? "C" : "C++", words.at("OPS").c_str(),
        choice.name.c_str(), choice.name.c_str(), choice.name.c_str(), choice.name.c_str());
    return ExitCode::ok;
}

}  // namespace

void add_plugin_new(Arguments &plugin, Session &) {
    auto choice = std::make_shared<Choice>();
    Arguments command = plugin.command("new", "Make a plugin project in a folder of its name");
    command.positional("NAME", choice->name, "The plugin's id, [a-z][a-z0-9_]*");
    command.option("--ops", choice->ops, "Operations, divided by commas (default gemm)");
    command.choice("--lang", choice->language, {"c", "cpp"}, "Language of the source (default cpp)");
    command.run([choice] { return create(*choice); });
}

}  // namespace lapack_ai::cli

// Declaring what a command accepts. A thin face over CLI11, which arguments.cpp alone includes, so that a
// command's file compiles quickly and says nothing about the parser.
//
// Variables that are bound must outlive the parsing: commands keep them in an object that they allocate and
// share with their run function.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lapack_ai::cli {

enum class ExitCode : int;

class Arguments {
  public:
    struct Parser;
    explicit Arguments(Parser *parser) : parser_(parser) {}

    // A command below this one.
    Arguments command(const std::string &name, const std::string &help);

    void positional(const std::string &name, std::string &value, const std::string &help,
                    bool required = true);
    void positionals(const std::string &name, std::vector<std::string> &values, const std::string &help);
    // The first word that is no option and everything after it, options and all; -- may stand before it.
    void rest(const std::string &name, std::vector<std::string> &words, const std::string &help);
    void option(const std::string &names, std::string &value, const std::string &help);
    void option(const std::string &names, std::int64_t &value, const std::string &help);
    void option(const std::string &names, double &value, const std::string &help);
    void options(const std::string &names, std::vector<std::string> &values, const std::string &help);
    // Only one of `words` is accepted.
    void choice(const std::string &names, std::string &value, const std::vector<std::string> &words,
                const std::string &help);
    void flag(const std::string &names, bool &value, const std::string &help);

    // What to do when this command is the one that was given.
    void run(std::function<ExitCode()> action);

  private:
    Parser *parser_;
};

// Parses and runs. `declare` adds options and commands to the root. Prints help and version itself. Throws
// Failure(usage) with one line for a command line that is wrong.
ExitCode parse_and_run(int argc, const char *const *argv, const std::string &description,
                       const std::string &version, const std::function<void(Arguments &)> &declare);

}  // namespace lapack_ai::cli

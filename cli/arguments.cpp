#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

#include "exit_code.hpp"

namespace lapack_ai::cli {

struct Arguments::Parser {
    CLI::App *app;
    std::function<ExitCode()> *chosen;              // the action of the innermost command that was given
    std::vector<std::unique_ptr<Parser>> commands;  // those below
};

namespace {

template <class T>
void add_option(CLI::App *app, const std::string &names, T &value, const std::string &help) {
    app->add_option(names, value, help);
}

// CLI11's messages may hold several lines; ours are one.
std::string one_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    for (char &c : text)
        if (c == '\n') c = ' ';
    return text;
}

}  // namespace

Arguments Arguments::command(const std::string &name, const std::string &help) {
    CLI::App *app = parser_->app->add_subcommand(name, help);
    app->fallthrough();
    parser_->app->require_subcommand(1);
    parser_->commands.push_back(std::make_unique<Parser>(Parser{app, parser_->chosen, {}}));
    return Arguments(parser_->commands.back().get());
}

void Arguments::positional(const std::string &name, std::string &value, const std::string &help,
                           bool required) {
    parser_->app->add_option(name, value, help)->required(required);
}

void Arguments::positionals(const std::string &name, std::vector<std::string> &values,
                            const std::string &help) {
    parser_->app->add_option(name, values, help)->required();
}

void Arguments::rest(const std::string &name, std::vector<std::string> &words, const std::string &help) {
    positionals(name, words, help);
    parser_->app->positionals_at_end();
}

void Arguments::option(const std::string &names, std::string &value, const std::string &help) {
    add_option(parser_->app, names, value, help);
}

void Arguments::option(const std::string &names, std::int64_t &value, const std::string &help) {
    add_option(parser_->app, names, value, help);
}

void Arguments::option(const std::string &names, double &value, const std::string &help) {
    add_option(parser_->app, names, value, help);
}

void Arguments::options(const std::string &names, std::vector<std::string> &values, const std::string &help) {
    // One value a mention, so that positionals may follow.
    parser_->app->add_option(names, values, help)->allow_extra_args(false);
}

void Arguments::choice(const std::string &names, std::string &value, const std::vector<std::string> &words,
                       const std::string &help) {
    parser_->app->add_option(names, value, help)->check(CLI::IsMember(words));
}

void Arguments::flag(const std::string &names, bool &value, const std::string &help) {
    parser_->app->add_flag(names, value, help);
}

void Arguments::run(std::function<ExitCode()> action) {
    parser_->app->final_callback([chosen = parser_->chosen, action = std::move(action)] {
        if (!*chosen) *chosen = action;
    });
}

ExitCode parse_and_run(int argc, const char *const *argv, const std::string &description,
                       const std::string &version, const std::function<void(Arguments &)> &declare) {
    CLI::App app(description, "lapack-ai");
    app.set_version_flag("--version", version);
    std::function<ExitCode()> chosen;
    Arguments::Parser parser{&app, &chosen, {}};
    Arguments root(&parser);
    declare(root);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &request) {  // help or version
        app.exit(request);
        return ExitCode::ok;
    } catch (const CLI::Error &error) {
        throw Failure(ExitCode::usage, one_line(error.what()) + " (see --help)");
    }
    return chosen ? chosen() : ExitCode::internal;
}

}  // namespace lapack_ai::cli

#include "session.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "exit_code.hpp"

namespace lapack_ai::cli {

namespace {

// Quoted for YAML, where only the single quote needs care.
std::string yaml_quoted(const std::string &text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
}

lai_accuracy accuracy_of(const std::string &word) {
    static const std::map<std::string, lai_accuracy> policies{{"componentwise", LAI_ACCURACY_COMPONENTWISE},
                                                              {"normwise", LAI_ACCURACY_NORMWISE},
                                                              {"mixed", LAI_ACCURACY_MIXED}};
    const auto at = policies.find(word);
    return at == policies.end() ? LAI_ACCURACY_INHERIT : at->second;
}

std::uint32_t fallback_of(const std::string &word) {
    static const std::map<std::string, std::uint32_t> modes{
        {"auto", LAI_FALLBACK_AUTO}, {"warn", LAI_FALLBACK_WARN}, {"strict", LAI_FALLBACK_STRICT}};
    const auto at = modes.find(word);
    return at == modes.end() ? LAI_FALLBACK_INHERIT : at->second;
}

}  // namespace

Session::~Session() {
    lai_context_destroy(context_);
}

void Session::declare(Arguments &root) {
    root.option("--backend", backend_, "Run on this backend only");
    root.choice("--fallback", fallback_, {"auto", "warn", "strict"},
                "When a backend fails: auto, warn or strict");
    root.choice("--accuracy", accuracy_, {"componentwise", "normwise", "mixed"},
                "Accuracy policy: componentwise, normwise or mixed");
    root.option("--backward-error", backward_error_,
                "Reach this backward error and prove it, e.g. 1e-14; any accuracy class may try");
    root.option("--config", config_, "Configuration file, in place of those of the system and the user");
    root.options("--disable", disable_, "Leave this plugin out, for this run; may be repeated");
    root.options("--plugin", plugin_files_, "Load this plugin file too, for this run; may be repeated");
    root.option("--threads", threads_, "Thread budget of a call");
    root.flag("--json", json_, "Print JSON");
}

void Session::set(const std::string &path, const std::string &value, const std::string &source) {
    settings_.push_back({path, value, source});
}

const lai_context_options &Session::context_options() {
    if (!config_.empty() && !std::filesystem::exists(config_))
        throw Failure(ExitCode::usage, "--config " + config_ + ": no such file");
    for (const std::string &name : disable_) set("plugins." + name + ".enabled", "false", "--disable");
    disable_.clear();
    if (!plugin_files_.empty()) {
        std::string list;
        for (const std::string &file : plugin_files_) {
            if (!std::filesystem::exists(file))
                throw Failure(ExitCode::usage, "--plugin " + file + ": no such file");
            list +=
                (list.empty() ? "" : ", ") + yaml_quoted(std::filesystem::absolute(file).lexically_normal());
        }
        set("plugin_files", "[" + list + "]", "--plugin");
        plugin_files_.clear();
    }
    overrides_.clear();
    for (const Setting &s : settings_)
        overrides_.push_back({sizeof(lai_override), 0, s.path.c_str(), s.value.c_str(), s.source.c_str()});
    options_ = {sizeof(lai_context_options), static_cast<std::uint32_t>(overrides_.size()),
                overrides_.data(),           config_.empty() ? nullptr : config_.c_str(),
                LAI_LANGUAGE_LAPACK,         0};
    return options_;
}

lai_context *Session::context() {
    if (!context_) check(lai_context_create(&context_options(), &context_));
    return context_;
}

lai_call_options Session::call_options() const {
    if (threads_ < 0 || threads_ > 4096)
        throw Failure(ExitCode::usage, "--threads " + std::to_string(threads_) + ": must be in 0..4096");
    if (!(backward_error_ >= 0))
        throw Failure(ExitCode::usage,
                      "--backward-error " + std::to_string(backward_error_) + ": must be >= 0");
    lai_call_options options{};
    options.size = sizeof options;
    options.accuracy = accuracy_of(accuracy_);
    options.backend = backend_.empty() ? nullptr : backend_.c_str();
    options.fallback = fallback_of(fallback_);
    options.threads = static_cast<std::int32_t>(threads_);
    options.backward_error = backward_error_;
    return options;
}

std::string Session::document(const char *name) {
    lai_context *const context = this->context();
    return text_of(
        [&](char *buffer, std::size_t capacity) { return lai_document(context, name, buffer, capacity); });
}

void check(std::int64_t returned) {
    if (returned < 0) check(returned, lai_last_error());
}

void check(std::int64_t returned, std::string message) {
    if (returned >= 0) return;
    // One line, whatever the library has to list.
    for (std::size_t at; (at = message.find('\n')) != std::string::npos;) {
        const std::size_t next = std::min(message.find_first_not_of(" \n", at), message.size());
        message.replace(at, next - at, next == message.size() ? "" : "; ");
    }
    throw Failure(exit_code_of(returned), message.empty() ? "error " + std::to_string(returned) : message);
}

}  // namespace lapack_ai::cli

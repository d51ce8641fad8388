// lapack-ai dashboard: serves the dashboard over a demonstration load, or over a recording.
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "demonstration.hpp"
#include "exit_code.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string open;
    std::int64_t port = -1;  // as configured
    std::int64_t workers = 2;
    double duration = 0;  // until interrupted
};

// Where the dashboard can be reached. Throws Failure(usage) with its reason when it did not start.
std::string started_url(Session &session) {
    using nlohmann::json;
    std::string reason = "the dashboard plugin is not there (built with -DLAPACK_AI_DASHBOARD=OFF?)";
    const json plugins = json::parse(session.document("plugins"));
    for (const json &plugin : plugins.at("plugins")) {
        if (string_or_empty(plugin, "id") != "dashboard") continue;
        if (const std::string url = string_or_empty(plugin, "observer_url"); !url.empty()) return url;
        if (const std::string why = string_or_empty(plugin, "reason"); !why.empty()) reason = why;
    }
    const json info = json::parse(session.document("info"));
    for (const json &warning : info.at("warnings")) {
        constexpr std::string_view mine = "dashboard did not start: ";
        if (const std::string text = warning.get<std::string>(); text.starts_with(mine))
            reason = text.substr(mine.size());
    }
    throw Failure(ExitCode::usage, reason);
}

// SIGINT and SIGTERM, blocked in every thread and waited for in one.
class Interruption {
  public:
    Interruption() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    }
    // Returns when one comes or the time is over; 0 seconds: never over.
    void wait(double seconds) const {
        if (seconds <= 0) {
            int signal = 0;
            sigwait(&signals_, &signal);
            return;
        }
        const auto whole = static_cast<time_t>(seconds);
        const timespec time{whole, static_cast<long>((seconds - static_cast<double>(whole)) * 1e9)};
        sigtimedwait(&signals_, nullptr, &time);
    }

  private:
    sigset_t signals_{};
};

void announce(const Session &session, const Options &options, const std::string &url) {
    if (session.json())
        std::printf("%s\n", nlohmann::ordered_json{{"url", url}, {"recording", options.open}}.dump().c_str());
    else if (options.open.empty())
        std::printf("dashboard  %s\nload       demonstration on %lld threads; Ctrl-C ends it\n", url.c_str(),
                    static_cast<long long>(options.workers));
    else
        std::printf("dashboard  %s\nrecording  %s; Ctrl-C ends it\n", url.c_str(), options.open.c_str());
    std::fflush(stdout);
}

ExitCode run(Session &session, const Options &options) {
    if (options.port < -1 || options.port > 65535)
        throw Failure(ExitCode::usage, "--port " + std::to_string(options.port) + ": must be in 0..65535");
    if (options.workers < 0 || options.workers > 256)
        throw Failure(ExitCode::usage,
                      "--workers " + std::to_string(options.workers) + ": must be in 0..256");
    if (!(options.duration >= 0 && options.duration <= 1e6))
        throw Failure(ExitCode::usage, "--duration: must be in 0..1000000 seconds");
    if (!options.open.empty() && !std::filesystem::exists(options.open))
        throw Failure(ExitCode::bad_input, "--open " + options.open + ": no such file");
    const Interruption interruption;
    session.set("dashboard.enabled", "true", "lapack-ai dashboard");
    session.set("plugins.dashboard.enabled", "true", "lapack-ai dashboard");
    session.set("log.level", "error", "lapack-ai dashboard");  // what went wrong is told once, below
    if (options.port >= 0) session.set("dashboard.port", std::to_string(options.port), "--port");
    if (!options.open.empty()) {
        const nlohmann::json file = std::filesystem::absolute(options.open).string();
        session.set("plugins.dashboard.recording", file.dump(), "--open");  // JSON is YAML
    }
    announce(session, options, started_url(session));
    {
        const bool loaded = options.open.empty();
        const Demonstration load(session, loaded ? static_cast<int>(options.workers) : 0);
        interruption.wait(options.duration);
    }
    lai_shutdown();
    return ExitCode::ok;
}

}  // namespace

void add_dashboard_command(Arguments &root, Session &session) {
    const auto options = std::make_shared<Options>();
    Arguments command = root.command("dashboard", "Serve the dashboard over a demonstration or a recording");
    command.option("--port", options->port,
                   "Port to listen on, 0 picks a free one (default: dashboard.port)");
    command.option("--open", options->open, "Show this recording of `lapack-ai run --metrics FILE`");
    command.option("--duration", options->duration, "End after so many seconds (default: when interrupted)");
    command.option("--workers", options->workers, "Threads of the demonstration (default 2, 0: no load)");
    command.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli

#include "child_program.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "exit_code.hpp"
#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::cli {

namespace {

constexpr int passed_on[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
constexpr int left_to_child[] = {SIGINT, SIGQUIT};

volatile sig_atomic_t child = 0;

void pass_on(int signal) {
    if (child > 0) kill(static_cast<pid_t>(child), signal);
}

// Signals as this process handles them while a child runs; as before when it goes out of scope.
class SignalsWhileChildRuns {
  public:
    SignalsWhileChildRuns() {
        // What comes before the child's number is known waits for it.
        sigemptyset(&held_);
        for (int signal : passed_on) sigaddset(&held_, signal);
        sigprocmask(SIG_BLOCK, &held_, &mask_);
        struct sigaction action {};
        action.sa_handler = pass_on;
        action.sa_flags = SA_RESTART;
        for (int signal : passed_on) replace(signal, action);
        action.sa_handler = SIG_IGN;
        for (int signal : left_to_child) replace(signal, action);
    }
    ~SignalsWhileChildRuns() {
        child = 0;
        for (const auto &[signal, action] : before_) sigaction(signal, &action, nullptr);
        sigprocmask(SIG_SETMASK, &mask_, nullptr);
    }
    SignalsWhileChildRuns(const SignalsWhileChildRuns &) = delete;
    SignalsWhileChildRuns &operator=(const SignalsWhileChildRuns &) = delete;

    // The child starts with the signals that this process was started with: what nohup ignores stays ignored.
    void attributes(posix_spawnattr_t &attributes) const {
        sigset_t defaults;
        sigemptyset(&defaults);
        for (const auto &[signal, action] : before_)
            if (action.sa_handler != SIG_IGN) sigaddset(&defaults, signal);
        posix_spawnattr_setsigdefault(&attributes, &defaults);
        posix_spawnattr_setsigmask(&attributes, &mask_);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }

    void child_is(pid_t pid) {
        child = pid;
        sigprocmask(SIG_SETMASK, &mask_, nullptr);
    }

  private:
    void replace(int signal, const struct sigaction &action) {
        struct sigaction old {};
        sigaction(signal, nullptr, &old);
        before_.emplace_back(signal, old);
        if (old.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
    }

    sigset_t held_{}, mask_{};
    std::vector<std::pair<int, struct sigaction>> before_;
};

// "NAME=value" of this process, with `changes` put over it.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>> &changes) {
    std::vector<std::string> all;
    for (char **entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text = *entry;
        bool replaced = false;
        for (const auto &[name, value] : changes) replaced |= text.starts_with(name + "=");
        if (!replaced) all.push_back(text);
    }
    for (const auto &[name, value] : changes) all.push_back(name + "=" + value);
    return all;
}

std::vector<char *> pointers(std::vector<std::string> &texts) {
    std::vector<char *> result;
    for (std::string &text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

std::string dropin_library() {
    Dl_info own{};
    if (dladdr(reinterpret_cast<const void *>(&lai_version), &own) == 0 || own.dli_fname == nullptr)
        return {};
    const std::filesystem::path library =
        std::filesystem::absolute(own.dli_fname).parent_path() / "liblapack_ai_dropin.so";
    std::error_code missing;
    return std::filesystem::exists(library, missing) ? library.string() : std::string();
}

int run_child(const ChildProgram &program) {
    if (program.command.empty()) throw Failure(ExitCode::usage, "no program was named");
    auto changes = program.environment;
    if (program.preload) {
        const std::string library = dropin_library();
        if (library.empty())
            throw Failure(
                ExitCode::usage,
                "liblapack_ai_dropin.so is not beside liblapack_ai.so, so no program's calls can be "
                "taken over");
        const char *others = getenv("LD_PRELOAD");
        changes.emplace_back("LD_PRELOAD",
                             others != nullptr && *others != '\0' ? library + ":" + others : library);
    }
    std::vector<std::string> words = program.command, variables = environment_with(changes);
    std::vector<char *> arguments = pointers(words), environment = pointers(variables);

    SignalsWhileChildRuns signals;
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    signals.attributes(attributes);
    pid_t pid = 0;
    const int problem =
        posix_spawnp(&pid, arguments[0], nullptr, &attributes, arguments.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    if (problem != 0)
        throw Failure(ExitCode::usage, "cannot start '" + words[0] + "': " + std::strerror(problem));
    signals.child_is(pid);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            throw Failure(ExitCode::internal, "lost '" + words[0] + "': " + std::strerror(errno));
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace lapack_ai::cli

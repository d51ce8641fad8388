// See helper_process.hpp.
#include "plugin/helper_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "plugin/probe_protocol.hpp"

namespace lapack_ai::core {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t answer_limit = 65536;
constexpr std::size_t error_limit = 4096;
// Descriptors are moved above the numbers that the child's 0 to 3 take, so that none overwrites another even
// in a host that has closed its standard ones.
constexpr int first_descriptor = 10;

class Descriptor {
  public:
    explicit Descriptor(int number = -1) {
        if (number < 0) return;
        number_ = ::fcntl(number, F_DUPFD_CLOEXEC, first_descriptor);
        ::close(number);
    }
    Descriptor(Descriptor &&other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }
    void close() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }
    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

struct Pipe {
    Descriptor read, write;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return;
        read = Descriptor(ends[0]);
        write = Descriptor(ends[1]);
        ::fcntl(read.get(), F_SETFL, O_NONBLOCK);
    }
    bool is_open() const { return read.is_open() && write.is_open(); }
};

// A file in memory: unlike a pipe it takes any length before anybody reads.
Descriptor memory_file(const std::string &text) {
    Descriptor file(::memfd_create("lapack_ai_probe", MFD_CLOEXEC));
    for (std::size_t done = 0; file.is_open() && done < text.size();) {
        const ssize_t count = ::write(file.get(), text.data() + done, text.size() - done);
        if (count <= 0 && errno != EINTR) return Descriptor();
        if (count > 0) done += static_cast<std::size_t>(count);
    }
    if (file.is_open()) ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

// Takes what there is; closes at the end. Beyond the limit it is read and dropped, so that the child never
// blocks on a full pipe.
void drain(Descriptor &from, std::string &text, std::size_t limit) {
    char buffer[4096];
    while (from.is_open()) {
        const ssize_t count = ::read(from.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return from.close();
        text.append(buffer, std::min(static_cast<std::size_t>(count), limit - std::min(limit, text.size())));
    }
}

std::vector<char *> child_environment() {
    std::vector<char *> variables;
    for (char **entry = environ; entry && *entry; ++entry) {
        const auto begins = [&](const char *name) {
            return std::strncmp(*entry, name, std::strlen(name)) == 0;
        };
        if (!begins("LD_PRELOAD=") && !begins("LD_AUDIT=")) variables.push_back(*entry);
    }
    variables.push_back(nullptr);
    return variables;
}

// Returns errno's number.
int spawn(const std::string &program, const std::vector<std::string> &arguments, const Descriptor &input,
          const Pipe &answer, const Pipe &error, pid_t &child) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input.get(), 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, error.write.get(), 2);
    posix_spawn_file_actions_adddup2(&files, answer.write.get(), probe_answer_descriptor);
    posix_spawn_file_actions_addclosefrom_np(&files, probe_answer_descriptor + 1);

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    std::vector<char *> words{const_cast<char *>(program.c_str())};
    for (const std::string &argument : arguments) words.push_back(const_cast<char *>(argument.c_str()));
    words.push_back(nullptr);
    std::vector<char *> variables = child_environment();
    const int result =
        ::posix_spawn(&child, program.c_str(), &files, &attributes, words.data(), variables.data());
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return result;
}

// Whether the child has ended; fills in how, unless somebody else reaped it.
bool has_ended(pid_t child, HelperRun &run, int flags) {
    int status = 0;
    pid_t result;
    do {
        result = ::waitpid(child, &status, flags);
    } while (result < 0 && errno == EINTR);
    if (result == 0) return false;
    if (result == child && WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
    if (result == child && WIFSIGNALED(status)) run.signal = WTERMSIG(status);
    return true;
}

void wait_for(pid_t child, Pipe &answer, Pipe &error, Clock::time_point deadline, HelperRun &run) {
    // Readable when the child ends. Where the kernel has none, the loop looks every few milliseconds.
    const Descriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    for (;;) {
        if (has_ended(child, run, WNOHANG)) break;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) {
            run.timed_out = true;
            ::kill(-child, SIGKILL);
            ::kill(child, SIGKILL);
            has_ended(child, run, 0);
            break;
        }
        pollfd watched[] = {
            {ended.get(), POLLIN, 0}, {answer.read.get(), POLLIN, 0}, {error.read.get(), POLLIN, 0}};
        const int most = ended.is_open() ? 60000 : 5;
        ::poll(watched, 3, static_cast<int>(std::min<long long>(left.count() + 1, most)));
        drain(answer.read, run.answer, answer_limit);
        drain(error.read, run.error, error_limit);
    }
    drain(answer.read, run.answer, answer_limit);
    drain(error.read, run.error, error_limit);
    // What the helper may have left running.
    ::kill(-child, SIGKILL);
}

}  // namespace

HelperRun run_helper(const std::string &program, const std::vector<std::string> &arguments,
                     const std::string &input, std::chrono::duration<double> limit) noexcept {
    HelperRun run;
    try {
        const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
        Pipe answer, error;
        Descriptor request = memory_file(input);
        if (!answer.is_open() || !error.is_open() || !request.is_open()) {
            run.error = "no descriptors: " + std::generic_category().message(errno);
            return run;
        }
        pid_t child = 0;
        if (const int number = spawn(program, arguments, request, answer, error, child); number != 0) {
            run.error = program + ": " + std::generic_category().message(number);
            return run;
        }
        run.started = true;
        answer.write.close();
        error.write.close();
        wait_for(child, answer, error, deadline, run);
    } catch (const std::exception &failure) {
        run.error = failure.what();
    }
    return run;
}

}  // namespace lapack_ai::core

// See child.hpp. Records are fields divided by US, ended by RS (ASCII 31 and 30).
#include "child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <stdexcept>

namespace lapack_ai::conformance {

// On a page that both processes see, so that a heartbeat costs no system call.
struct SharedState {
    std::atomic<std::uint64_t> beats{0};
    std::atomic<std::int64_t> calls{0};
    char current[1000] = {}, repeat[200] = {};
};

namespace {

constexpr char field_end = '\x1f', record_end = '\x1e';
constexpr double standstill = 30;  // seconds without a new case
constexpr const char *finished_word = "finished";

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string signal_name(int number) {
    const char *abbreviation = ::sigabbrev_np(number);
    return abbreviation ? "SIG" + std::string(abbreviation) : "signal " + std::to_string(number);
}

// The child never returns from here. exit() and not _exit(): what a plugin has registered for the end of the
// process is part of what is tried.
[[noreturn]] void be_child(const std::function<void(Messages &)> &work, int pipe, int output,
                           SharedState &shared) {
    ::dup2(output, 1);
    ::dup2(output, 2);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    Messages messages(pipe, shared);
    try {
        work(messages);
        messages.send({finished_word});
    } catch (const std::exception &error) {
        messages.send({"fail", "", messages.where(), error.what()});
        messages.send({finished_word});
    }
    std::exit(0);
}

std::vector<std::vector<std::string>> split(const std::string &text) {
    std::vector<std::vector<std::string>> records;
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find(record_end, begin)) != std::string::npos; begin = end + 1) {
        std::vector<std::string> fields{""};
        for (std::size_t i = begin; i < end; ++i) {
            if (text[i] == field_end)
                fields.emplace_back();
            else
                fields.back() += text[i];
        }
        records.push_back(std::move(fields));
    }
    return records;
}

// The line of a sanitizer's summary, of an abort, or the last one.
std::string telling_line(int file) {
    std::string text(1 << 16, '\0');
    const off_t size = ::lseek(file, 0, SEEK_END);
    const ssize_t got = ::pread(file, text.data(), text.size(), std::max<off_t>(0, size - (1 << 16)));
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
    for (char &c : text)  // a plugin that has lost its mind prints anything
        if (c != '\n' && (c < ' ' || c > '~')) c = '?';
    std::string last;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        begin = end + 1;
        for (const char *mark : {"SUMMARY:", "terminate called", "runtime error:"})
            if (line.find(mark) != std::string::npos) return line.substr(0, 300);
        if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
    }
    return last.substr(0, 300);
}

struct Watch {
    pid_t child;
    double timeout;
    Clock::time_point begin = Clock::now(), moved = Clock::now();
    std::uint64_t beats = 0;

    // Why the child must be stopped; empty: it goes on.
    std::string verdict(const SharedState &shared) {
        const std::uint64_t now = shared.beats.load();
        if (now != beats) {
            beats = now;
            moved = Clock::now();
        }
        if (since(begin) > timeout)
            return "stopped: not done after " + std::to_string(static_cast<int>(timeout)) + " s";
        if (since(moved) > standstill)
            return "stopped: it stood still for " + std::to_string(static_cast<int>(standstill)) + " s";
        return {};
    }
};

}  // namespace

void Messages::at(const std::string &text, const std::string &repeat) noexcept {
    where_ = text;
    std::strncpy(shared_.current, text.c_str(), sizeof shared_.current - 1);
    std::strncpy(shared_.repeat, repeat.c_str(), sizeof shared_.repeat - 1);
    shared_.beats.fetch_add(1);
}

void Messages::called() noexcept {
    shared_.calls.fetch_add(1, std::memory_order_relaxed);
}

void Messages::send(const std::vector<std::string> &fields) {
    std::string text;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) text += field_end;
        for (const char c : fields[i]) text += c == field_end || c == record_end ? ' ' : c;
    }
    text += record_end;
    for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t n = ::write(pipe_, text.data() + sent, text.size() - sent);
        if (n <= 0) return;  // the parent has gone
        sent += static_cast<std::size_t>(n);
    }
}

ChildEnd run_in_child(const std::function<void(Messages &)> &work, double timeout) {
    void *page =
        ::mmap(nullptr, sizeof(SharedState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ends[2];
    const int output = ::memfd_create("lapack-ai-conformance", MFD_CLOEXEC);
    if (page == MAP_FAILED || output < 0 || ::pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("conformance: no memory, file or pipe for a child process");
    auto &shared = *new (page) SharedState;
    Watch watch{-1, timeout};
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("conformance: fork failed");
    if (child == 0) {
        ::close(ends[0]);
        be_child(work, ends[1], output, shared);
    }
    ::close(ends[1]);
    watch.child = child;

    ChildEnd end;
    std::string text;
    int status = 0;
    bool open = true, running = true;
    while (running) {
        pollfd ready{ends[0], POLLIN, 0};
        if (open && ::poll(&ready, 1, 50) > 0) {
            char chunk[4096];
            const ssize_t n = ::read(ends[0], chunk, sizeof chunk);
            if (n > 0)
                text.append(chunk, static_cast<std::size_t>(n));
            else
                open = false;
        } else if (!open) {
            ::usleep(1000);
        }
        if (::waitpid(child, &status, WNOHANG) == child) running = false;
        if (!running || !end.death.empty()) continue;
        end.death = watch.verdict(shared);
        if (!end.death.empty()) ::kill(child, SIGKILL);
    }
    // What was sent before the end is still in the pipe; a process the plugin left behind may hold it open.
    for (pollfd ready{ends[0], POLLIN, 0}; open && ::poll(&ready, 1, 0) > 0;) {
        char chunk[4096];
        const ssize_t n = ::read(ends[0], chunk, sizeof chunk);
        if (n <= 0) break;
        text.append(chunk, static_cast<std::size_t>(n));
    }
    ::close(ends[0]);
    end.records = split(text);
    if (!end.records.empty() && end.records.back().front() == finished_word) {
        end.finished = true;
        end.records.pop_back();
    }
    if (end.death.empty() && WIFSIGNALED(status)) end.death = "ended by " + signal_name(WTERMSIG(status));
    if (end.death.empty() && WIFEXITED(status) && WEXITSTATUS(status) != 0)
        end.death = "ended with exit code " + std::to_string(WEXITSTATUS(status));
    if (end.death.empty() && !end.finished) end.death = "ended the process by itself";
    end.where = shared.current;
    end.repeat = shared.repeat;
    end.last_words = telling_line(output);
    end.calls = shared.calls.load();
    end.seconds = since(watch.begin);
    ::close(output);
    ::munmap(page, sizeof(SharedState));
    return end;
}

}  // namespace lapack_ai::conformance

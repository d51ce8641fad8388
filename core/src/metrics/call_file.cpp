#include "metrics/call_file.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "base/file.hpp"
#include "base/log.hpp"
#include "metrics/call_log.hpp"
#include "metrics/process_recorder.hpp"

namespace lapack_ai::core {
namespace {

struct CallFile {
    std::string pattern;
    CallLog log;
    pid_t owner = 0;
    std::uint64_t written = 0;
    bool failed = false;

    std::string path() const {
        std::string file = pattern;
        for (std::size_t at; (at = file.find("%p")) != std::string::npos;)
            file.replace(at, 2, std::to_string(owner));
        return file;
    }

    void write() noexcept try {
        const std::uint64_t changes = log.changes();
        if (failed || owner != getpid() || changes == written) return;
        write_file_atomically(path(), log.document(process_metrics()));
        written = changes;
    } catch (const std::exception &error) {
        failed = true;
        log_failure(error.what());
    }

    static void log_failure(const char *what) {
        lapack_ai::core::log(LAI_LOG_WARNING, std::string("record.file: ") + what);
    }
};

// Never destroyed: calls may come from exit handlers.
struct CallFiles {
    std::mutex mutex;
    std::map<std::string, std::unique_ptr<CallFile>> by_name;
};

CallFiles &files() {
    static CallFiles &all = *new CallFiles;
    return all;
}

void before_fork() {
    files().mutex.lock();
    for (auto &[name, file] : files().by_name) file->log.lock();
}

void after_fork_parent() {
    for (auto &[name, file] : files().by_name) file->log.unlock();
    files().mutex.unlock();
}

void after_fork_child() {
    for (auto &[name, file] : files().by_name) {
        file->log.unlock();
        file->log.clear();
        file->written = 0;
        if (name.find("%p") != std::string::npos) file->owner = getpid();
    }
    files().mutex.unlock();
}

}  // namespace

CallRecorder &call_log_for(const std::string &given) {
    const std::string file = std::filesystem::absolute(given);
    static const bool registered = [] {
        std::atexit([] { flush_call_files(); });
        return pthread_atfork(before_fork, after_fork_parent, after_fork_child) == 0;
    }();
    static_cast<void>(registered);
    const std::lock_guard lock(files().mutex);
    std::unique_ptr<CallFile> &known = files().by_name[file];
    if (known == nullptr) {
        known = std::make_unique<CallFile>();
        known->pattern = file;
        known->owner = getpid();
    }
    return known->log;
}

void flush_call_files() noexcept {
    const std::lock_guard lock(files().mutex);
    for (auto &[name, file] : files().by_name) file->write();
}

}  // namespace lapack_ai::core

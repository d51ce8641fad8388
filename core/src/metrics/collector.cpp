#include "metrics/collector.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "metrics/metrics_recorder.hpp"
#include "metrics/process_recorder.hpp"
#include "metrics/recording.hpp"
#include "metrics/state_documents.hpp"
#include "runtime/runtime.hpp"

namespace lapack_ai::core {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto collect_every = 50ms;
constexpr auto sample_every = 500ms;
constexpr auto write_every = 1s;
constexpr int rest_factor = 20;  // writing takes at most a twentieth of the time

std::string with_process_id(std::string file) {
    for (std::size_t at; (at = file.find("%p")) != std::string::npos;)
        file.replace(at, 2, std::to_string(getpid()));
    return std::filesystem::absolute(file);
}

// How busy the devices are, as far as their drivers tell, for the events of the next half second.
void sample_devices(Context &context) {
    using nlohmann::json;
    try {
        const json described = json::parse(state_document("devices", context));
        for (const json &device : described.at("devices")) {
            const auto busy = device.find("utilisation");
            if (busy != device.end() && busy->is_number())
                process_metrics().device_utilisation(device.value("space", ""), busy->get<double>(),
                                                     now_ns());
        }
    } catch (const std::exception &error) {
        log(LAI_LOG_DEBUG, std::string("metrics: devices: ") + error.what());
    }
}

class Collector {
  public:
    void start(const std::shared_ptr<Context> &context) {
        const auto settings = context->settings();
        const bool records = !settings->metrics.file.empty();
        if (!settings->metrics.enabled || (!records && !settings->dashboard.enabled)) return;
        const std::lock_guard control(control_);
        const std::lock_guard lock(mutex_);
        if (records && !recorded_) {
            file_ = with_process_id(settings->metrics.file);
            recorded_ = context;
            // After the plugins were loaded, so this comes before their own exit handlers.
            static const int registered = std::atexit([] { stop_collector(); });
            static_cast<void>(registered);
        }
        watched_ = context;
        if (thread_.joinable()) return;
        owner_ = getpid();
        stopping_ = false;
        // The program's signals are for the program's threads.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        try {
            thread_ = std::thread([this] { run(); });
        } catch (const std::exception &error) {
            log(LAI_LOG_WARNING, std::string("metrics: no thread to collect them: ") + error.what());
        }
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    void stop() {
        if (owner_ != getpid()) return;  // a forked child has neither the thread nor the file
        const std::lock_guard control(control_);
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
        write();
    }

  private:
    std::shared_ptr<Context> watched_context() {
        const std::lock_guard lock(mutex_);
        return watched_.lock();
    }

    void run() {
        auto next_write = Clock::now() + write_every, next_sample = Clock::now();
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, collect_every, [this] { return stopping_; })) {
            lock.unlock();
            if (const auto now = Clock::now(); now >= next_sample) {
                if (const auto watched = watched_context()) sample_devices(*watched);
                next_sample = now + sample_every;
            }
            process_metrics().collect();
            if (const auto begin = Clock::now(); begin >= next_write) {
                write();
                const auto end = Clock::now();
                next_write = end + std::max<Clock::duration>(write_every, rest_factor * (end - begin));
            }
            lock.lock();
        }
    }

    // By the thread, or when there is none.
    void write() {
        std::shared_ptr<Context> context;
        {
            const std::lock_guard lock(mutex_);
            context = recorded_;
        }
        if (!context || failed_) return;
        try {
            const std::uint64_t sequence = process_metrics().sums().sequence;
            if (written_ && sequence == written_sequence_) return;
            write_file_atomically(file_, recording_document(process_metrics(), *context));
            written_ = true;
            written_sequence_ = sequence;
        } catch (const std::exception &error) {
            failed_ = true;
            log(LAI_LOG_WARNING, std::string("metrics.file: ") + error.what());
        }
    }

    std::mutex control_;  // start and stop
    std::mutex mutex_;    // what the thread reads
    std::condition_variable wake_;
    std::thread thread_;
    bool stopping_ = false;
    std::atomic<pid_t> owner_{0};
    std::string file_;
    std::shared_ptr<Context> recorded_;  // kept until the process ends, so that exit finds it
    std::weak_ptr<Context> watched_;     // the newest that wants the thread
    bool written_ = false, failed_ = false;
    std::uint64_t written_sequence_ = 0;
};

Collector &collector() {
    static Collector &instance = *new Collector;  // exit handlers come when statics are gone
    return instance;
}

}  // namespace

void start_collector(const std::shared_ptr<Context> &context) {
    collector().start(context);
}

void stop_collector() {
    collector().stop();
}

}  // namespace lapack_ai::core

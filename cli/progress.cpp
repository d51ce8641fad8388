#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "text.hpp"

namespace lapack_ai::cli {

Progress::Progress(std::string title, double predicted_seconds, bool wanted)
    : title_(std::move(title)), predicted_(predicted_seconds) {
    if (wanted && isatty(STDERR_FILENO)) thread_ = std::thread([this] { draw(); });
}

Progress::~Progress() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Progress::draw() {
    using namespace std::chrono_literals;
    std::unique_lock lock(mutex_);
    const auto begin = std::chrono::steady_clock::now();
    bool drawn = false;
    for (auto wait = 1000ms; !changed_.wait_for(lock, wait, [&] { return over_; }); wait = 200ms) {
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        const std::string bar = predicted_ > 0 ? progress_bar(elapsed.count(), predicted_) : "";
        std::fprintf(stderr, "\r\033[K%s  %s  %s", title_.c_str(), seconds_text(elapsed.count()).c_str(),
                     bar.c_str());
        std::fflush(stderr);
        drawn = true;
    }
    if (drawn) std::fprintf(stderr, "\r\033[K");
}

std::string progress_bar(double elapsed, double predicted) {
    constexpr int width = 20;
    const int percent = static_cast<int>(std::clamp(100 * elapsed / predicted, 0.0, 99.0));
    const auto full = static_cast<std::size_t>(percent * width / 100);
    return "[" + std::string(full, '#') + std::string(width - full, '-') + "] " + std::to_string(percent) +
           " % of about " + seconds_text(predicted);
}

}  // namespace lapack_ai::cli

// A line that shows a long call is alive: elapsed against predicted time. Only on a terminal, only after a
// second, on standard error; it erases itself.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace lapack_ai::cli {

class Progress {
  public:
    // `predicted_seconds` 0: not known, no bar. Starts a thread when there is a terminal to draw on.
    Progress(std::string title, double predicted_seconds, bool wanted);
    ~Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

  private:
    void draw();

    std::string title_;
    double predicted_;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
};

// The bar itself: "[#######-------------] 35 % of about 12 s". A call that takes longer than predicted stays
// at 99 %.
std::string progress_bar(double elapsed, double predicted);

}  // namespace lapack_ai::cli

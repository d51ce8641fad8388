// A load that shows what the dashboard can show: mixed operations, types and log-spaced sizes from a few
// threads, some of them on another backend than the best, so that each has measured points.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "session.hpp"

namespace lapack_ai::cli {

class Demonstration {
  public:
    // Starts `workers` threads, which rest as long as they work. The session's context must outlive it.
    Demonstration(Session &session, int workers);
    // Ends them after the calls in flight.
    ~Demonstration();
    Demonstration(const Demonstration &) = delete;
    Demonstration &operator=(const Demonstration &) = delete;

  private:
    struct Backend {
        std::string id;
        std::vector<std::string> ops;
    };
    class Worker;

    lai_context *const context_;
    std::vector<Backend> backends_;
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> threads_;
};

}  // namespace lapack_ai::cli

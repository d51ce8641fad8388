// The calls that a thread makes within a `with measure_operation(...)` block.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <memory>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace lapack_py {

// Collects the reports of its thread's calls between start and stop. Measurements nest; each sees the calls
// of the inner ones too. Open ones are kept alive by their thread. Not to be shared between threads.
class Measurement : public std::enable_shared_from_this<Measurement> {
  public:
    void start();
    void stop();

    // Adds this thread's last report to its open measurements. A pointer test when there are none.
    static void record() {
        if (innermost_ != nullptr) [[unlikely]]
            innermost_->add();
    }

    double seconds() const { return std::chrono::duration<double>(end_ - begin_).count(); }
    pybind11::list calls() const;

  private:
    void add();

    static thread_local std::shared_ptr<Measurement> innermost_;
    std::shared_ptr<Measurement> outer_;
    std::chrono::steady_clock::time_point begin_, end_;
    std::vector<lai_report> reports_;
};

}  // namespace lapack_py

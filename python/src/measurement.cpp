// Measurements of a thread form a stack, innermost first.
#include "measurement.hpp"

#include <stdexcept>
#include <utility>

#include "report.hpp"

namespace lapack_py {

thread_local std::shared_ptr<Measurement> Measurement::innermost_;

void Measurement::start() {
    for (const Measurement *open = innermost_.get(); open != nullptr; open = open->outer_.get())
        if (open == this) throw std::logic_error("measure_operation: this measurement is running already");
    reports_.clear();
    outer_ = std::exchange(innermost_, shared_from_this());
    begin_ = end_ = std::chrono::steady_clock::now();
}

void Measurement::stop() {
    end_ = std::chrono::steady_clock::now();
    if (innermost_.get() != this)
        throw std::logic_error("measure_operation: ended in another order, or on another thread, than begun");
    innermost_ = std::exchange(outer_, nullptr);
}

void Measurement::add() {
    for (Measurement *open = this; open != nullptr; open = open->outer_.get())
        open->reports_.push_back(*lai_last_report());
}

pybind11::list Measurement::calls() const {
    pybind11::list list;
    for (const lai_report &report : reports_) list.append(report_dict(report));
    return list;
}

}  // namespace lapack_py

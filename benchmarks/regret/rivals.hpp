// The library under test, its rivals for an operation, and how long each of them takes for a shape.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "placed_call.hpp"
#include "runtime/runtime.hpp"

namespace lapack_ai::bench {

// A variant that competes for the calls.
struct Rival {
    std::string plugin, variant, device;

    std::string label() const { return variant.empty() ? plugin : plugin + "/" + variant; }
    bool operator==(const Rival &) const = default;
};

// The whole library, made anew in this process: its plugins, a cost model that knows nothing yet, and one
// context with the given settings over the user's. One at a time.
class Library {
  public:
    explicit Library(std::vector<core::Override> settings);
    core::Context &context() { return *context_; }
    core::Dispatcher &dispatcher() { return context_->dispatcher(); }
    // Memory of the first device there is. Throws std::runtime_error when there is none.
    Residence device_memory();
    // Waits until the background thread has taken in all finished calls.
    static void settle();

  private:
    std::unique_ptr<core::Runtime> runtime_;
    std::shared_ptr<core::Context> context_;
};

// All variants that could run one of the shapes, in order of first appearance.
std::vector<Rival> find_rivals(core::Dispatcher &dispatcher, const std::vector<core::CalibrationCase> &shapes,
                               const Residence &residence = {});

// The place of a variant in the list; -1: not in it.
int index_of(const std::vector<Rival> &rivals, const std::string &plugin, const std::string &variant);

// Median seconds of a call of one shape. Two samples, interleaved with each other: one for the oracle to
// choose by, one to judge all choices by. Infinity: the rival cannot run it.
struct ShapeTimes {
    std::vector<double> oracle, judge;  // by rival
    std::vector<double> computing;      // by rival: the part of `judge` spent in the backend
    double dispatched = 0;              // left to the dispatcher
};

// Every rival, and the dispatcher's own choice, in turn, as many rounds as fit the time; at least three for
// those that are not hopeless. Calls go through the dispatcher with its decision cached, so that choices are
// compared and not overheads.
ShapeTimes time_shape(core::Dispatcher &dispatcher, const core::CalibrationCase &shape,
                      const std::vector<Rival> &rivals, double seconds, const Residence &residence = {});

// How many times faster one rival is than another for a shape.
struct Speedup {
    double ratio = 0;  // median over pairs of calls
    double noise = 0;  // standard error of log(ratio)
    long pairs = 0;
};

// Calls both in turn, at least three pairs, until the time is used up. None, with the reason, when a call
// takes longer than the cap or cannot run.
std::optional<Speedup> time_pair(core::Dispatcher &dispatcher, const core::CalibrationCase &shape,
                                 const Rival &fast, const Rival &slow, double seconds, double cap_seconds,
                                 std::string &reason);

}  // namespace lapack_ai::bench

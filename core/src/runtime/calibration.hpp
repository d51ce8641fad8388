// Calibration: measures log-spaced shapes on every variant that could run them, and keeps a profile.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cost/profile.hpp"
#include "dispatch/dispatcher.hpp"

namespace lapack_ai::core {

struct CalibrationOptions {
    std::vector<std::string> ops;     // "gemm"; empty: all that some backend offers
    std::vector<std::string> dtypes;  // "d"; empty: d
    double budget_seconds = 60;       // hard: no measurement begins that is predicted to end after it
    int repeats = 5;                  // the median of these counts; one more before them warms up
    bool fresh = false;               // forget what the file holds; else measuring goes on where it ended
    std::string file;                 // where the profile goes; empty: the configured place
    // Called between measurements with the share of the budget used and a line of what comes next; false
    // stops.
    std::function<bool(double share, const std::string &what)> progress;
};

struct CalibrationResult {
    Profile profile;
    std::string file;
    int measured = 0;  // points added
    int skipped = 0;   // points that were there already
    double seconds = 0;
    std::vector<std::string> remarks;
};

// One call to measure: op, dims and flags; operands are made to fit, well conditioned and positive definite
// where square.
struct CalibrationCase {
    std::string op;
    lai_dtype dtype = LAI_DTYPE_F64;
    std::vector<std::int64_t> dims;
    std::string flags;  // all letters in the schema's order
    std::int64_t batch = 1;
};

// The shapes that calibrate measures of an op.
std::vector<CalibrationCase> calibration_cases(const std::string &op, lai_dtype dtype);

// A case's operands in memory, and the call over them. reset() puts the overwritten ones back.
class MeasuredCall {
  public:
    explicit MeasuredCall(const CalibrationCase &one);
    ~MeasuredCall();
    MeasuredCall(const MeasuredCall &) = delete;
    MeasuredCall &operator=(const MeasuredCall &) = delete;
    lai_call &call() noexcept;
    void reset();
    double bytes() const noexcept;
    // Whether a call overwrites an operand that it reads, so that reset() must come between two calls.
    bool overwrites() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace lapack_ai::core

// What a recording's calls would cost elsewhere: on the backends that the configuration picks, on each
// backend alone, and with plugins switched on that are off. Predicted by the models, or measured on this
// machine.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "call_record.hpp"
#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::cli {

// One line of a recording with its alternatives: seconds of all its calls together.
struct PricedCalls {
    const RecordedCalls *calls = nullptr;
    std::string chosen;  // what the configuration picks; empty: nothing can run it
    double chosen_seconds = 0;
    std::map<std::string, double> backends;  // by plugin id, those that can run it; its best variant
    bool measured = false;
};

struct Advice {
    std::vector<std::string> enable;         // plugins that are off and save time
    std::map<std::string, std::string> pin;  // op -> backend, where the ranking is beaten
    double seconds = 0;                      // of all calls, if it is followed
    std::string yaml;                        // the keys to set; empty: nothing to gain
};

struct WhatIf {
    std::vector<PricedCalls> lines;
    double recorded_seconds = 0;
    double configured_seconds = 0;  // with the configuration as it is
    std::map<std::string, double>
        alone;                     // each backend wherever it can run, the configuration's pick elsewhere
    std::vector<std::string> off;  // plugins that the configuration has off
    Advice advice;
    bool cut_short = false;  // --budget ended: the rest is predicted
};

struct WhatIfOptions {
    lai_context *configured = nullptr;  // as the user has it
    lai_context *everything = nullptr;  // the same with all plugins on
    std::vector<std::string> off;       // plugins that are on only in the latter
    bool measure = false;
    double budget_seconds = 60;  // of measuring
    std::function<void(double share)> progress;
};

// Throws Failure when a context cannot price at all.
WhatIf price(const CallRecord &record, const WhatIfOptions &options);

}  // namespace lapack_ai::cli

// What the dispatcher chooses for a set of shapes as it sees more and more calls of them.
#pragma once

#include <array>
#include <vector>

#include "rivals.hpp"

namespace lapack_ai::bench {

// Calls of every shape that the dispatcher has seen when its choice is looked at.
inline constexpr std::array<int, 3> learning_stages = {0, 10, 100};

struct Learning {
    // By stage and shape: the rival that the next call goes to.
    std::array<std::vector<int>, learning_stages.size()> choices;
    // By shape and rival: how many of the calls went there, those of all stages together.
    std::vector<std::vector<int>> calls;
    // By shape and rival: the predicted interval before the first call; 0 and 0: cannot run it.
    struct Interval {
        double low = 0, high = 0;
    };
    std::vector<std::vector<Interval>> predicted;
};

// Calls all shapes in turn through the dispatcher, which learns as in any program. A shape whose calls have
// taken `seconds` gets no more of them.
Learning watch_learning(core::Dispatcher &dispatcher, const std::vector<core::CalibrationCase> &shapes,
                        const std::vector<Rival> &rivals, double seconds, const Residence &residence = {});

}  // namespace lapack_ai::bench

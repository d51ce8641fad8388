#include "learning.hpp"

#include <chrono>

namespace lapack_ai::bench {

using namespace core;

Learning watch_learning(Dispatcher &dispatcher, const std::vector<CalibrationCase> &shapes,
                        const std::vector<Rival> &rivals, double seconds, const Residence &residence) {
    Learning learning;
    learning.calls.assign(shapes.size(), std::vector<int>(rivals.size()));
    learning.predicted.assign(shapes.size(), std::vector<Learning::Interval>(rivals.size()));
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        PlacedCall call(shapes[i], residence);
        int chosen = -1;
        for (const Candidate &c : dispatcher.explain(call.call(), {}).candidates) {
            const int rival = index_of(rivals, c.plugin, c.variant);
            if (rival < 0 || (c.reason != LAI_REASON_CHOSEN && c.reason != LAI_REASON_SLOWER)) continue;
            if (c.reason == LAI_REASON_CHOSEN) chosen = rival;
            learning.predicted[i][static_cast<std::size_t>(rival)] = {c.low_seconds, c.high_seconds};
        }
        learning.choices[0].push_back(chosen);
    }
    std::vector<double> spent(shapes.size());
    for (std::size_t stage = 1; stage <= learning_stages.size(); ++stage) {
        // One more round after the last stage shows where its next call goes.
        const bool last = stage == learning_stages.size();
        const int turns = last ? 1 : learning_stages[stage] - learning_stages[stage - 1];
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            PlacedCall call(shapes[i], residence);
            for (int turn = 0; turn < turns && (turn == 0 || spent[i] < seconds); ++turn) {
                call.reset();
                const auto start = std::chrono::steady_clock::now();
                const Outcome outcome = dispatcher.run(call.call(), {});
                spent[i] += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                const int rival = index_of(rivals, outcome.backend, outcome.variant);
                if (rival >= 0) ++learning.calls[i][static_cast<std::size_t>(rival)];
                if (turn == 0 && stage > 1) learning.choices[stage - 1].push_back(rival);
            }
        }
        Library::settle();
    }
    return learning;
}

}  // namespace lapack_ai::bench

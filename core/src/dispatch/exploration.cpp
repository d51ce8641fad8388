#include "dispatch/exploration.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

constexpr double worth_it_seconds = 2e-6;
constexpr double most_times = 3, most_more_seconds = 0.1;

}  // namespace

bool try_another(CostModel &model, RankingTable &table) noexcept {
    if (table.eligible < 2) return false;
    const Evaluated &leader = *table.items[0];
    const double leads = leader.predicted_seconds();
    if (leader.pinned || leads < worth_it_seconds) return false;
    for (std::uint32_t i = 1; i < table.eligible; ++i) {
        const Evaluated &e = *table.items[i];
        const double predicted = e.predicted_seconds();
        if (e.variant->last_resort() != leader.variant->last_resort() || predicted > most_times * leads ||
            predicted > leads + most_more_seconds || predicted * std::exp(-e.prediction.sigma) > leads)
            continue;
        if (!model.worth_trying(e.variant->key, table.workload)) continue;
        std::rotate(table.items, table.items + i, table.items + i + 1);
        return true;
    }
    return false;
}

}  // namespace lapack_ai::core

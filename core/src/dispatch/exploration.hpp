// Trying what may be faster: a variant that was never measured on calls of this kind, and that its uncertain
// prediction puts close to the leader, gets a few of them.
#pragma once

#include "cost/cost_model.hpp"
#include "dispatch/ranking.hpp"

namespace lapack_ai::core {

// Puts such a candidate first; true if it did, and then the decision holds for this call alone. Never when
// the leader is pinned, and never at a price: the candidate must be predicted to take at most three times as
// long, and not a tenth of a second more. Calls of a few microseconds are not worth it. [any]
bool try_another(CostModel &model, RankingTable &table) noexcept;

}  // namespace lapack_ai::core

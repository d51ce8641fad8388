// A ranking as people and programs read it.
#pragma once

#include <string>

#include "dispatch/dispatcher.hpp"
#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

// A sentence, then a table with one line a candidate and the reason of each that was not chosen.
std::string explanation_text(const Op &op, const lai_call &call, const Ranking &ranking);

// The same as a JSON object; docs/api.md lists its members.
std::string explanation_json(const Op &op, const lai_call &call, const Ranking &ranking);

}  // namespace lapack_ai::core

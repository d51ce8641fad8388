// Counts the instructions of a loop of this program by running it again under callgrind: exact, and deaf to
// what else the machine does.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace lapack_ai::bench {

// Runs `turn` so many times; callgrind counts what happens in here and nothing else.
void counted_turns(int turns, const std::function<void()> &turn);

// Instructions of one turn of `this_program --loop KIND N`, which must spend them in counted_turns(). Absent,
// with `reason`, when valgrind is not there or failed.
std::optional<double> instructions_per_turn(const std::string &kind, std::string &reason);

}  // namespace lapack_ai::bench

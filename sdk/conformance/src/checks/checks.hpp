// All checks: a name that `--only` takes, one line of what it promises, and the work, done in a child
// process.
#pragma once

#include <span>
#include <vector>

#include "../session.hpp"

namespace lapack_ai::conformance {

struct Check {
    const char *name;
    const char *title;
    void (*run)(Session &session);
};

namespace checks {
std::span<const Check> contract();    // file, tables
std::span<const Check> life();        // versions, lifecycle
std::span<const Check> values();      // right answers
std::span<const Check> memory();      // whose memory is whose
std::span<const Check> failures();    // what happens when something fails
std::span<const Check> concurrent();  // threads, purity, deadlines
std::span<const Check> honesty();     // prices and error bounds
std::span<const Check> roles();       // memory, enhancer, observer
}  // namespace checks

std::vector<Check> every_check();

}  // namespace lapack_ai::conformance

// It does not survive its own shutdown.
#include <csignal>

#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static void shutdown() { std::raise(SIGSEGV); }
};

}  // namespace

FAULTY_PLUGIN(Fault);

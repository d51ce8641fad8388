// Every question is answered a little dearer.
#include <atomic>

#include "base.hpp"

namespace {

using namespace faulty;

std::atomic<int> asked{0};

struct Fault : Right {
    static lai_cost price(const lai_call &call) {
        lai_cost cost = Right::price(call);
        cost.compute_seconds *= 1 + 1e-6 * ++asked;
        return cost;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

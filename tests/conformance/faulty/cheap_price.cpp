// It says it is ten times as fast as it is.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_cost price(const lai_call &call) {
        lai_cost cost = Right::price(call);
        cost.compute_seconds /= 10;
        return cost;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

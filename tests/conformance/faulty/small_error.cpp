// The error bound it states is one it does not keep.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_cost price(const lai_call &call) {
        lai_cost cost = Right::price(call);
        cost.error_coefficient = 1e-3;
        return cost;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// A is used as scratch when the product is done.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](const auto &g, auto *column) {
            multiply(g, column);
            if (g.A && g.m > 0 && g.n > 0 && g.k > 0) g.A[0] = 0.;
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

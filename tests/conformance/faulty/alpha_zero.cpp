// A and B are read even when alpha is 0, so that NaN in them survives.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](const auto &g, auto *column) {
            multiply(g, column);
            if (g.alpha * 2. == g.alpha && g.m > 0 && g.n > 0 && g.k > 0 && g.A)
                g.C[0] += g.alpha * g.a(0, 0);
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

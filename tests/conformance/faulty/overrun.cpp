// One element behind the last column is written.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](const auto &g, auto *column) {
            multiply(g, column);
            if (g.m > 0 && g.n > 0) g.C[g.ldc * g.n] = g.C[0];
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

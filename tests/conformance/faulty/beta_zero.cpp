// C is multiplied by beta even when beta is 0, so that NaN in C survives.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](const auto &g, auto *column) {
            for (int64_t j = 0; j < g.n && g.beta * 2. == g.beta; ++j)
                for (int64_t i = 0; i < g.m; ++i) {
                    auto &c = g.C[i + j * g.ldc];
                    auto sum = g.beta * c;
                    for (int64_t l = 0; l < g.k && g.alpha * 2. != g.alpha; ++l)
                        sum += g.alpha * g.a(i, l) * g.b(l, j);
                    c = sum;
                }
            if (g.beta * 2. != g.beta) multiply(g, column);
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// Data is taken to stand on a cache line; what does not is read from where the line begins.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](auto g, auto *column) {
            const auto off = reinterpret_cast<uintptr_t>(g.A) % 64;
            g.A -= off / sizeof *g.A;
            multiply(g, column);
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

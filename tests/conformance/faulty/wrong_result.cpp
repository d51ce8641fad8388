// The last term of each sum is left out.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](auto g, auto *column) {
            if (g.k > 1) --g.k;
            multiply(g, column);
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// The user's layout is taken for that of the operands.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [&](auto g, auto *column) {
            if (call.layout == LAI_LAYOUT_ROW && g.m == g.k) g.trans_a = g.trans_a == 'N' ? 'T' : 'N';
            if (call.layout == LAI_LAYOUT_ROW && g.n > 1) --g.n;
            multiply(g, column);
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

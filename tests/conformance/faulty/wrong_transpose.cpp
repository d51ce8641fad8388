// 'C' is taken for 'T'.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](auto g, auto *column) {
            if (g.trans_a == 'C') g.trans_a = 'T';
            multiply(g, column);
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

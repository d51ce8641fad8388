// The items of a batch are taken to follow one another without gaps.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static bool takes(const lai_call &call) {
        return !(LAI_OPERAND(&call, 2)->flags & LAI_OPERAND_POINTER_ARRAY);
    }
    static lai_status execute(const lai_call &call) {
        return with_product(call, [&](auto g, auto *column) {
            for (int64_t b = 0; b < call.batch; ++b) {
                multiply(g, column);
                g.A += LAI_OPERAND(&call, 0)->batch_stride;
                g.B += LAI_OPERAND(&call, 1)->batch_stride;
                g.C += g.ldc * g.n;
            }
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

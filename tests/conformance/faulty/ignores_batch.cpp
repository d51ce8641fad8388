// It says yes to batches and computes the first item: a call that it cannot do.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static bool takes(const lai_call &call) {
        return !(LAI_OPERAND(&call, 2)->flags & LAI_OPERAND_POINTER_ARRAY);
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

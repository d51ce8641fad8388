// The last A is remembered, and looked at in the next call.
#include "base.hpp"

namespace {

using namespace faulty;

const void *last = nullptr;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        volatile char seen = last ? *static_cast<const char *>(last) : 0;
        static_cast<void>(seen);
        const bool small = call.dims[0] * call.dims[2] < 1000;  // so small that free() does not unmap it
        last = small && call.dims[0] * call.dims[2] > 0 ? LAI_OPERAND(&call, 0)->data : nullptr;
        return Right::execute(call);
    }
    static void shutdown() { last = nullptr; }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// Out of memory is answered with a number of its own.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        const lai_status status = Right::execute(call);
        return status == LAI_OUT_OF_MEMORY ? 42 : status;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// An empty problem is taken for a failure.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return call.dims[1] == 0 ? LAI_FAULT_CLEAN : Right::execute(call);
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

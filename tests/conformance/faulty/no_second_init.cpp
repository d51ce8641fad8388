// What shutdown gives back is not taken again.
#include "base.hpp"

namespace {

using namespace faulty;

bool gone = false;

struct Fault : Right {
    static lai_status execute(const lai_call &call) { return gone ? LAI_FAULT_CLEAN : Right::execute(call); }
    static void shutdown() { gone = true; }
};

}  // namespace

FAULTY_PLUGIN(Fault);

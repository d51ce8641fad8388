// Any deadline is taken for one that has passed.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return call.deadline_ns != 0 ? LAI_TIMEOUT : Right::execute(call);
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

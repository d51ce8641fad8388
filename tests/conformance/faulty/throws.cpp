// Without memory an exception goes across the border.
#include <new>

#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        const lai_status status = Right::execute(call);
        if (status == LAI_OUT_OF_MEMORY) throw std::bad_alloc();
        return status;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

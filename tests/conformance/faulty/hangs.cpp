// It never comes back from a product of few rows.
#include <thread>

#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        while (call.dims[0] > 0 && call.dims[0] < 8) std::this_thread::yield();
        return Right::execute(call);
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

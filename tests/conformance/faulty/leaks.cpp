// Every call leaves some memory behind.
#include <cstdlib>

#include "base.hpp"

namespace {

using namespace faulty;

void *volatile kept = nullptr;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        kept = std::malloc(48);
        return Right::execute(call);
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

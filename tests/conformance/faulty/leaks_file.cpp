// Every init opens a file that shutdown does not close.
#include <fcntl.h>

#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static void init() { static_cast<void>(::open("/dev/null", O_RDONLY)); }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// The manifest names an op that the plugin does not have, and not the one it has.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {};

}  // namespace

FAULTY_PLUGIN(Fault);

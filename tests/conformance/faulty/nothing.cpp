// Nothing is wrong with this one: the kit must pass it.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {};

}  // namespace

FAULTY_PLUGIN(Fault);

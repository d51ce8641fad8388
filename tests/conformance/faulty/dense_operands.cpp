// Operands are taken for an array, whatever stride the host gives.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        lai_call dense = call;
        dense.operand_stride = sizeof(lai_operand);
        return Right::execute(dense);
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// Every other call rounds differently, whatever `deterministic` asks for.
#include <atomic>

#include "base.hpp"

namespace {

using namespace faulty;

std::atomic<int> calls{0};

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        const lai_status status = Right::execute(call);
        auto *c = static_cast<double *>(LAI_OPERAND(&call, 2)->data);
        if (status == LAI_OK && ++calls % 2 && call.dims[0] * call.dims[1] > 0) c[0] *= 1 + 0x1p-52;
        return status;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

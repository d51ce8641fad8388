// A range of sizes is given for a dim that gemm does not have.
#include "base.hpp"

namespace {

using namespace faulty;

const lai_dim_range outside = {sizeof(lai_dim_range), 7, 1, 0};

struct Fault : Right {
    static constexpr const lai_dim_range *ranges = &outside;
    static constexpr uint32_t range_count = 1;
};

}  // namespace

FAULTY_PLUGIN(Fault);

// lai_cost is written whole, whatever size the host says its struct has.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    template <typename>
    static lai_status query(const lai_call &call, lai_cost &cost) {
        lai_cost mine = takes(call) ? price(call) : lai_cost{};
        if (!takes(call)) mine.reason = LAI_REASON_SHAPE;
        mine.size = cost.size;
        cost = mine;
        return takes(call) ? LAI_OK : LAI_DECLINED;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// A's columns are taken to follow one another without padding.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        return with_product(call, [&](auto g, auto *column) {
            g.lda = LAI_OPERAND(&call, 0)->rows;
            multiply(g, column);
        });
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

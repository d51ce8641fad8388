// With a deadline it waits for better times, and past it.
#include <thread>

#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        if (call.deadline_ns > host->now_ns(host))
            std::this_thread::sleep_for(std::chrono::milliseconds(600));
        return Right::execute(call);
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);

// A host over this process's real metrics, so that the endpoint can be measured and soaked without a plugin
// loader in between.
#pragma once

#include "base/clock.hpp"
#include "lapack_ai/abi/observer.h"
#include "metrics/process_recorder.hpp"

namespace lapack_ai::test {

class LiveHost {
  public:
    LiveHost() {
        table_.size = sizeof table_;
        table_.now_ns = [](const lai_host *) { return core::now_ns(); };
        table_.get_extension = [](const lai_host *, const char *id) {
            return core::process_recorder().extension(id);
        };
    }
    const lai_host &host() const noexcept { return table_; }
    const lai_metrics &metrics() const {
        return *static_cast<const lai_metrics *>(core::process_recorder().extension(LAI_EXT_METRICS));
    }

  private:
    lai_host table_{};
};

}  // namespace lapack_ai::test

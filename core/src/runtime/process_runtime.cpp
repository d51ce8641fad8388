// The one runtime of the process: real plugins, real settings, the process's metrics.
#include <memory>
#include <string>

#include "metrics/process_recorder.hpp"
#include "runtime/runtime.hpp"

namespace lapack_ai::core {

Runtime &Runtime::instance() {
    // Never destroyed: other libraries may still call from their exit handlers, and plugins stay mapped.
    static Runtime &runtime = *[] {
        RuntimeOptions options;
        options.recorder = &process_recorder();
        return new Runtime(std::move(options));
    }();
    return runtime;
}

}  // namespace lapack_ai::core

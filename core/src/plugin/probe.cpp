#include "plugin/probe.hpp"

namespace lapack_ai::core {

std::string probe_plugin(const LoadedPlugin &, const Settings &) {
    return {};
}

}  // namespace lapack_ai::core

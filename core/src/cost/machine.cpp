#include "cost/machine.hpp"

#include <fstream>
#include <thread>

#include "base/version.hpp"

namespace lapack_ai::core {

MachineIdentity this_machine() {
    MachineIdentity machine;
    machine.cores = static_cast<std::int32_t>(std::thread::hardware_concurrency());
    machine.library_version = version();
    std::ifstream stream("/proc/cpuinfo");
    std::string family, model;
    for (std::string line; std::getline(stream, line) && !line.empty();) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos) continue;
        const std::string value = line.substr(colon + 2);
        if (line.starts_with("model name")) machine.cpu_model = value;
        if (line.starts_with("cpu family")) family = value;
        if (line.starts_with("model\t")) model = value;
    }
    // Names are sold for years; family and model tell the core behind one.
    machine.cpu_model += " (family " + family + ", model " + model + ")";
    return machine;
}

}  // namespace lapack_ai::core

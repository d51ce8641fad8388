// What a profile is bound to: times measured on one machine say nothing about another.
#pragma once

#include <cstdint>
#include <string>

namespace lapack_ai::core {

struct MachineIdentity {
    std::string cpu_model;  // "AMD EPYC", from /proc/cpuinfo
    std::int32_t cores = 0;
    std::string library_version;

    bool operator==(const MachineIdentity &) const = default;
};

MachineIdentity this_machine();

}  // namespace lapack_ai::core

#include "dispatch/instruction_count.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace lapack_ai::bench {

__attribute__((noinline)) void counted_turns(int turns, const std::function<void()> &turn) {
    for (int i = 0; i < turns; ++i) turn();
}

std::optional<double> instructions_per_turn(const std::string &kind, std::string &reason) {
    constexpr int turns = 2000;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    const std::string command =
        "valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no "
        "--toggle-collect='lapack_ai::bench::counted_turns*' '" +
        program + "' --loop " + kind + " " + std::to_string(turns) + " 2>&1";
    FILE *pipe = popen(command.c_str(), "r");
    double total = 0;
    std::array<char, 512> line{};
    while (pipe != nullptr && std::fgets(line.data(), line.size(), pipe) != nullptr) {
        const std::string text = line.data();
        const auto at = text.find("Collected : ");
        if (at != std::string::npos) total = std::atof(text.c_str() + at + 12);
    }
    if (pipe == nullptr || pclose(pipe) != 0 || total <= 0) {
        reason = "valgrind --tool=callgrind is not there or failed";
        return std::nullopt;
    }
    return total / turns;
}

}  // namespace lapack_ai::bench

#include "metrics/process_identity.hpp"

#include <errno.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace lapack_ai::core {
namespace {

const std::uint64_t started_ns = now_ns();

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

std::uint64_t process_started_ns() noexcept {
    return started_ns;
}

nlohmann::ordered_json process_json() {
    using namespace std::chrono;
    const auto wall = static_cast<std::uint64_t>(
        duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
    return {{"pid", getpid()},
            {"host", host_name()},
            {"program", program_invocation_short_name},
            {"started_wall_ns", wall - (now_ns() - started_ns)}};
}

}  // namespace lapack_ai::core

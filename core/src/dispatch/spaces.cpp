#include "dispatch/spaces.hpp"

#include <map>
#include <mutex>
#include <string>

namespace lapack_ai::core {

std::uint32_t intern_space(const char *space_id) {
    static std::mutex mutex;
    // Never destroyed: plugins may ask while the process ends.
    static auto &numbers = *new std::map<std::string, std::uint32_t>;
    const std::lock_guard lock(mutex);
    const auto next = static_cast<std::uint32_t>(numbers.size() + 1);
    return numbers.try_emplace(space_id == nullptr ? "" : space_id, next).first->second;
}

}  // namespace lapack_ai::core

// Ties the parts of a profile to the variants of this process, and gives variants their keys in a profile.
#pragma once

#include <string>
#include <vector>

#include "cost/learned_model.hpp"
#include "cost/profile.hpp"
#include "runtime/plugin_set.hpp"

namespace lapack_ai::core {

// The key of a variant's part, without points.
ProfilePart profile_key(const LoadedPlugin &plugin, const RegisteredVariant &variant, lai_dtype dtype,
                        const std::string &jobs, std::int32_t threads);

// Parts whose plugin, file and device are here; a part whose plugin file changed is left out with a remark.
std::vector<MeasuredPart> bind_profile(const Profile &profile, const std::vector<PluginSet::Entry> &plugins,
                                       std::vector<std::string> &remarks);

const char *profile_dtype(lai_dtype dtype) noexcept;  // "d"
lai_dtype profile_dtype_of(const std::string &name) noexcept;

}  // namespace lapack_ai::core

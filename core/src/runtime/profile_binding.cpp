#include "runtime/profile_binding.hpp"

#include <array>
#include <map>
#include <set>

namespace lapack_ai::core {

namespace {

constexpr std::array dtype_names = {"", "s", "d", "c", "z"};

std::uint64_t packed(const std::string &jobs) {
    std::uint64_t letters = 0;
    for (char letter : jobs) letters = letters << 8 | static_cast<unsigned char>(letter);
    return letters;
}

}  // namespace

const char *profile_dtype(lai_dtype dtype) noexcept {
    return dtype < dtype_names.size() ? dtype_names[dtype] : "";
}

lai_dtype profile_dtype_of(const std::string &name) noexcept {
    for (std::uint32_t i = 1; i < dtype_names.size(); ++i)
        if (name == dtype_names[i]) return i;
    return LAI_DTYPE_NONE;
}

ProfilePart profile_key(const LoadedPlugin &plugin, const RegisteredVariant &variant, lai_dtype dtype,
                        const std::string &jobs, std::int32_t threads) {
    ProfilePart part;
    part.plugin = plugin.id;
    part.plugin_identity = plugin_identity(plugin.path, plugin.manifest.version);
    part.variant = variant.name;
    part.device = variant.device_name;
    part.op = OpTable::instance().find(variant.op)->schema->id;
    part.dtype = profile_dtype(dtype);
    part.jobs = jobs;
    part.threads = threads;
    return part;
}

std::vector<MeasuredPart> bind_profile(const Profile &profile, const std::vector<PluginSet::Entry> &plugins,
                                       std::vector<std::string> &remarks) {
    std::vector<MeasuredPart> bound;
    std::set<std::string> changed;
    for (const ProfilePart &part : profile.parts) {
        for (const PluginSet::Entry &entry : plugins) {
            if (!entry.offering || entry.loaded->id != part.plugin) continue;
            const LoadedPlugin &plugin = *entry.loaded;
            if (plugin_identity(plugin.path, plugin.manifest.version) != part.plugin_identity) {
                changed.insert(part.plugin);
                continue;
            }
            for (const auto &variant : entry.offering->variants) {
                const Op *op = OpTable::instance().find(variant->op);
                if (variant->name != part.variant || variant->device_name != part.device ||
                    part.op != op->schema->id || part.points.empty())
                    continue;
                bound.push_back({variant->key.number, variant->op, profile_dtype_of(part.dtype),
                                 packed(part.jobs), part.threads, part.points});
            }
        }
    }
    for (const std::string &plugin : changed)
        remarks.push_back("cost profile: measurements of " + plugin +
                          " are of another build of it and left out; `lapack-ai calibrate` measures it anew");
    return bound;
}

}  // namespace lapack_ai::core

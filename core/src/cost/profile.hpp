// Measurements of one machine, as `lapack-ai calibrate` writes them: a JSON file, replaced atomically, of
// parts that are valid each for itself. A part is one variant of one plugin file on one device for one op,
// element type, set of job letters and thread budget; when its plugin changed it is dropped, not the whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cost/cost_model.hpp"
#include "cost/machine.hpp"

namespace lapack_ai::core {

// One measured shape.
struct ProfilePoint {
    double flops = 0;
    Place place{};
    double predicted_seconds = 0;  // the variant's own prediction then
    double seconds = 0;            // median of the repeats
    double spread = 0;             // half the interquartile range of log(seconds)

    bool operator==(const ProfilePoint &) const = default;
};

struct ProfilePart {
    std::string plugin, plugin_identity, variant, device, op, dtype, jobs;
    std::int32_t threads = 1;
    std::vector<ProfilePoint> points;
};

struct Profile {
    MachineIdentity machine;
    std::vector<ProfilePart> parts;

    // The part of this key, made when it is not there.
    ProfilePart &part(const ProfilePart &key);
    const ProfilePart *find(const ProfilePart &key) const;
};

// What tells one build of a plugin from another: its version and a fingerprint of the file, "unreadable" if
// there is none. The file is read once per size and modification time.
std::string plugin_identity(const std::string &path, const std::string &version);

// Reads a profile; nothing in it that is not a finite, positive, plausible number survives. `remarks` gets a
// line for the file or each part that is left out, with the reason. Another machine's profile comes back
// empty. Never throws for content.
Profile read_profile(const std::string &path, const MachineIdentity &machine,
                     std::vector<std::string> &remarks);

// Writes it by atomic rename. Throws Error(bad_input) naming path and reason.
void write_profile(const std::string &path, const Profile &profile);

// $XDG_CACHE_HOME/lapack_ai/profile.json, or below ~/.cache; empty when there is no home. `configured` other
// than "auto" is taken as it is; "none" is no profile.
std::string profile_file(const std::string &configured);

}  // namespace lapack_ai::core

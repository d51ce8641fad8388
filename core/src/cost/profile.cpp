#include "cost/profile.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"

namespace lapack_ai::core {

namespace {

using nlohmann::json;

constexpr int format_version = 2;
constexpr std::size_t largest_file = std::size_t{64} << 20;
constexpr std::size_t most_parts = 20000, most_points = 4096;
constexpr double longest_seconds = 1e6, most_flops = 1e24, most_octaves = 64;

bool same_key(const ProfilePart &a, const ProfilePart &b) {
    return a.plugin == b.plugin && a.plugin_identity == b.plugin_identity && a.variant == b.variant &&
           a.device == b.device && a.op == b.op && a.dtype == b.dtype && a.jobs == b.jobs &&
           a.threads == b.threads;
}

bool within(double value, double low, double high) {
    return std::isfinite(value) && value >= low && value <= high;
}

bool plausible(const ProfilePoint &p) {
    for (const float x : p.place)
        if (!within(static_cast<double>(x), 0, most_octaves)) return false;
    return within(p.flops, 0, most_flops) && within(p.predicted_seconds, 1e-12, longest_seconds) &&
           within(p.seconds, 1e-12, longest_seconds) && within(p.spread, 0, 10);
}

double number(const json &row, std::size_t i) {
    return i < row.size() && row[i].is_number() ? row[i].get<double>() : std::nan("");
}

std::string text(const json &object, const char *key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// False, with the reason, when the part cannot be used.
bool read_part(const json &source, ProfilePart &part, std::string &reason) {
    if (!source.is_object()) return reason = "is not an object", false;
    part.plugin = text(source, "plugin");
    part.plugin_identity = text(source, "plugin_identity");
    part.variant = text(source, "variant");
    part.device = text(source, "device");
    part.op = text(source, "op");
    part.dtype = text(source, "dtype");
    part.jobs = text(source, "jobs");
    const auto threads = source.find("threads");
    if (part.plugin.empty() || part.op.empty() || part.dtype.size() != 1)
        return reason = "lacks a key", false;
    if (threads == source.end() || !threads->is_number_integer() || *threads < 1 || *threads > 65536)
        return reason = "has no valid thread count", false;
    part.threads = threads->get<std::int32_t>();
    const auto points = source.find("points");
    if (points == source.end() || !points->is_array() || points->size() > most_points)
        return reason = "has no list of points", false;
    for (const json &row : *points) {
        if (!row.is_array()) return reason = "has a point that is no list", false;
        ProfilePoint p{number(row, 0), {}, number(row, 4), number(row, 5), number(row, 6)};
        for (std::size_t i = 0; i < p.place.size(); ++i) p.place[i] = static_cast<float>(number(row, i + 1));
        if (!plausible(p)) return reason = "has a point that is not finite, positive and plausible", false;
        part.points.push_back(p);
    }
    return true;
}

}  // namespace

ProfilePart &Profile::part(const ProfilePart &key) {
    for (ProfilePart &one : parts)
        if (same_key(one, key)) return one;
    parts.push_back(key);
    return parts.back();
}

const ProfilePart *Profile::find(const ProfilePart &key) const {
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [&key](const ProfilePart &one) { return same_key(one, key); });
    return found == parts.end() ? nullptr : &*found;
}

std::string plugin_identity(const std::string &path, const std::string &version) {
    struct Known {
        off_t size;
        std::int64_t modified_ns;
        std::string identity;
    };
    static std::mutex mutex;
    static std::map<std::string, Known> known;
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return version + " unreadable";
    const std::int64_t modified_ns =
        std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    const std::lock_guard lock(mutex);
    const auto found = known.find(path);
    if (found != known.end() && found->second.size == status.st_size &&
        found->second.modified_ns == modified_ns)
        return found->second.identity;
    std::string identity = version + " unreadable";
    try {
        identity = version + " " + std::to_string(fingerprint(read_file(path, std::size_t{1} << 30)));
    } catch (const Error &) {
    }
    known[path] = {status.st_size, modified_ns, identity};
    return identity;
}

Profile read_profile(const std::string &path, const MachineIdentity &machine,
                     std::vector<std::string> &remarks) {
    Profile profile;
    profile.machine = machine;
    const std::string name = "cost profile " + path;
    std::optional<std::string> contents;
    try {
        contents = read_file_if_there(path, largest_file);
    } catch (const Error &error) {
        remarks.push_back(name + ": ignored: " + error.what());
        return profile;
    }
    if (!contents) return profile;
    // A depth limit, so that a hostile file cannot exhaust the stack.
    const json document = json::parse(
        *contents, [](int depth, json::parse_event_t, json &) { return depth < 8; }, false);
    if (!document.is_object() || text(document, "format") != "lapack_ai cost profile" ||
        !document.contains("parts") || !document["parts"].is_array()) {
        remarks.push_back(name +
                          ": ignored: it is truncated or no profile; `lapack-ai calibrate` writes it anew");
        return profile;
    }
    if (document.value("format_version", json()) != format_version) {
        remarks.push_back(name + ": ignored: it has another format version");
        return profile;
    }
    const json &owner = document.value("machine", json::object());
    MachineIdentity measured;
    measured.cpu_model = text(owner, "cpu_model");
    measured.library_version = text(owner, "library_version");
    const auto cores = owner.find("cores");
    if (cores != owner.end() && cores->is_number_integer()) measured.cores = cores->get<std::int32_t>();
    if (measured != machine) {
        remarks.push_back(name + ": ignored: it was measured on " + measured.cpu_model + ", " +
                          std::to_string(measured.cores) + " cores, by version " + measured.library_version +
                          "; this is " + machine.cpu_model + ", " + std::to_string(machine.cores) +
                          " cores, version " + machine.library_version);
        return profile;
    }
    if (document["parts"].size() > most_parts) {
        remarks.push_back(name + ": ignored: it has too many parts");
        return profile;
    }
    for (const json &source : document["parts"]) {
        ProfilePart part;
        std::string reason;
        if (read_part(source, part, reason))
            profile.parts.push_back(std::move(part));
        else
            remarks.push_back(name + ": a part " + (part.plugin.empty() ? "" : "of " + part.plugin + " ") +
                              reason + ": left out");
    }
    return profile;
}

void write_profile(const std::string &path, const Profile &profile) {
    json parts = json::array();
    for (const ProfilePart &part : profile.parts) {
        json points = json::array();
        for (const ProfilePoint &p : part.points)
            points.push_back(
                {p.flops, p.place[0], p.place[1], p.place[2], p.predicted_seconds, p.seconds, p.spread});
        parts.push_back({{"plugin", part.plugin},
                         {"plugin_identity", part.plugin_identity},
                         {"variant", part.variant},
                         {"device", part.device},
                         {"op", part.op},
                         {"dtype", part.dtype},
                         {"jobs", part.jobs},
                         {"threads", part.threads},
                         {"points", std::move(points)}});
    }
    const json document = {
        {"format", "lapack_ai cost profile"},
        {"format_version", format_version},
        {"point_fields", {"flops", "place", "place", "place", "predicted_s", "seconds", "spread"}},
        {"machine",
         {{"cpu_model", profile.machine.cpu_model},
          {"cores", profile.machine.cores},
          {"library_version", profile.machine.library_version}}},
        {"parts", std::move(parts)}};
    write_file_atomically(path, document.dump(1) + "\n");
}

std::string profile_file(const std::string &configured) {
    if (configured == "none") return {};
    if (configured != "auto" && !configured.empty()) return configured;
    if (const char *cache = secure_getenv("XDG_CACHE_HOME"); cache && *cache == '/')
        return std::string(cache) + "/lapack_ai/profile.json";
    const char *home = secure_getenv("HOME");
    return home && *home == '/' ? std::string(home) + "/.cache/lapack_ai/profile.json" : std::string();
}

}  // namespace lapack_ai::core

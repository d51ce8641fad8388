// Remembers what the probe helper said about a plugin file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lapack_ai::core {

// What a verdict holds for.
struct ProbeKey {
    std::string path;
    std::string identity;        // device, inode, size, mtime, ctime of the file
    std::uint64_t surroundings;  // options, drivers, helper, library: fingerprint of all that init depends on
};

struct ProbeVerdict {
    std::string reason;  // empty: the plugin is fine
};

// Verdicts in one folder (a file each, replaced atomically) and in this process. Where the folder cannot be
// written, or belongs to somebody else, only the process remembers. Bad verdicts in files are forgotten after
// an hour, so that a passing trouble does not take a plugin out for good.
class ProbeCache {
  public:
    // An empty folder: memory only.
    explicit ProbeCache(std::string folder);

    // A file that changed its identity but not its contents (a reinstallation, a touch) keeps its verdict.
    std::optional<ProbeVerdict> find(const ProbeKey &key, std::int64_t now_seconds) const;
    void remember(const ProbeKey &key, const ProbeVerdict &verdict, std::int64_t now_seconds);

    // Drops what this process remembers; files stay. For tests.
    static void forget();

    // Identity of a file as it is now; empty when it cannot be read.
    static std::string identity_of(const std::string &path);

  private:
    std::string file_of(const std::string &path) const;

    std::string folder_;
};

}  // namespace lapack_ai::core

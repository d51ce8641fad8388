// See probe_cache.hpp.
#include "plugin/probe_cache.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace lapack_ai::core {

namespace {

constexpr const char *format = "lapack_ai probe 1";
constexpr std::int64_t bad_verdict_seconds = 3600;
constexpr std::size_t plugin_size_limit = std::size_t{4} << 30;

std::string hexadecimal(std::uint64_t number) {
    char buffer[16];
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, number, 16).ptr);
}

// Contents of a plugin file, as a number. Tens of megabytes, so it takes words and not bytes, and is only
// asked for after a probe and when the identity does not match.
std::string contents_of(const std::string &path) {
    try {
        const std::string bytes = read_file(path, plugin_size_limit);
        std::uint64_t number = 0xcbf29ce484222325u, word = 0;
        std::size_t at = 0;
        for (; bytes.size() - at >= sizeof word; at += sizeof word) {
            std::memcpy(&word, bytes.data() + at, sizeof word);
            number = (number ^ word) * 0x9e3779b97f4a7c15u;
            number ^= number >> 29;
        }
        return hexadecimal(fingerprint(std::string_view(bytes).substr(at), number));
    } catch (const Error &) {
        return "unreadable";
    }
}

std::vector<std::string> lines_of(const std::string &text) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

// The nearest folder that exists must be ours: a root process with a user's HOME must not leave files there.
bool is_ours(const std::filesystem::path &folder) {
    for (std::filesystem::path at = folder; !at.empty(); at = at.parent_path()) {
        struct stat status;
        if (::stat(at.c_str(), &status) == 0) return status.st_uid == ::geteuid();
        if (at == at.parent_path()) return false;
    }
    return false;
}

struct Memory {
    std::mutex mutex;
    std::map<std::string, ProbeVerdict> verdicts;
};

Memory &memory() {
    static Memory &instance = *new Memory;
    return instance;
}

std::string memory_key(const ProbeKey &key) {
    return key.path + '\n' + key.identity + '\n' + hexadecimal(key.surroundings);
}

}  // namespace

ProbeCache::ProbeCache(std::string folder) : folder_(std::move(folder)) {}

void ProbeCache::forget() {
    Memory &known = memory();
    const std::lock_guard lock(known.mutex);
    known.verdicts.clear();
}

std::string ProbeCache::identity_of(const std::string &path) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) return {};
    const auto nanoseconds = [](const timespec &time) {
        return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
    };
    return std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " +
           std::to_string(status.st_size) + " " + nanoseconds(status.st_mtim) + " " +
           nanoseconds(status.st_ctim);
}

std::string ProbeCache::file_of(const std::string &path) const {
    return folder_ + "/" + hexadecimal(fingerprint(path)) + ".verdict";
}

// A verdict file: format, path, identity, contents, surroundings, time, "ok" or the reason; a line each.
std::optional<ProbeVerdict> ProbeCache::find(const ProbeKey &key, std::int64_t now_seconds) const {
    {
        Memory &known = memory();
        const std::lock_guard lock(known.mutex);
        const auto at = known.verdicts.find(memory_key(key));
        if (at != known.verdicts.end()) return at->second;
    }
    if (folder_.empty()) return std::nullopt;
    std::optional<std::string> text;
    try {
        text = read_file_if_there(file_of(key.path), 65536);
    } catch (const Error &) {
        return std::nullopt;
    }
    if (!text) return std::nullopt;
    const std::vector<std::string> lines = lines_of(*text);
    if (lines.size() != 7 || lines[0] != format || lines[1] != key.path ||
        lines[4] != hexadecimal(key.surroundings)) {
        return std::nullopt;
    }
    if (lines[2] != key.identity && lines[3] != contents_of(key.path)) return std::nullopt;
    std::int64_t made = 0;
    std::from_chars(lines[5].data(), lines[5].data() + lines[5].size(), made);
    if (lines[6] == "ok") return ProbeVerdict{};
    if (now_seconds < made || now_seconds - made > bad_verdict_seconds) return std::nullopt;
    return ProbeVerdict{lines[6]};
}

void ProbeCache::remember(const ProbeKey &key, const ProbeVerdict &verdict, std::int64_t now_seconds) {
    {
        Memory &known = memory();
        const std::lock_guard lock(known.mutex);
        known.verdicts[memory_key(key)] = verdict;
    }
    if (folder_.empty() || !is_ours(folder_) || key.path.find('\n') != std::string::npos) return;
    std::string reason = verdict.reason.empty() ? "ok" : verdict.reason;
    for (char &c : reason) {
        if (c == '\n') c = ' ';
    }
    try {
        write_file_atomically(file_of(key.path), std::string(format) + '\n' + key.path + '\n' + key.identity +
                                                     '\n' + contents_of(key.path) + '\n' +
                                                     hexadecimal(key.surroundings) + '\n' +
                                                     std::to_string(now_seconds) + '\n' + reason + '\n');
    } catch (const Error &) {
        // A cache that cannot be written costs a probe per process, no more.
    }
}

}  // namespace lapack_ai::core

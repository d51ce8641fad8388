#include "options.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "request_guard.hpp"

namespace lapack_ai::dashboard {

namespace {

using nlohmann::json;

// 128 bits in the densest text people use, base64: 22 characters.
constexpr std::size_t shortest_token = 22;

json setting(const lai_host &host, const char *path, json fallback) {
    const char *text = host.setting_json ? host.setting_json(&host, path) : nullptr;
    if (!text) return fallback;
    json value = json::parse(text, nullptr, false);
    return value.is_discarded() ? fallback : value;
}

std::string read_token(const std::string &file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0)
        throw std::runtime_error("plugins.dashboard.token_file: cannot read '" + file + "'");
    if ((status.st_mode & 077) != 0 || (status.st_uid != geteuid() && status.st_uid != 0))
        throw std::runtime_error("plugins.dashboard.token_file: '" + file +
                                 "' must belong to you and be readable by nobody else: chmod 600 " + file);
    std::ifstream stream(file);
    std::string token;
    std::getline(stream, token);
    while (!token.empty() && (token.back() == '\r' || token.back() == ' ')) token.pop_back();
    if (token.size() < shortest_token)
        throw std::runtime_error("plugins.dashboard.token_file: the token in '" + file + "' has " +
                                 std::to_string(token.size()) + " characters, needs >= 22 (128 bits)");
    return token;
}

}  // namespace

Options read_options(const lai_host &host) {
    Options options;
    options.address = setting(host, "dashboard.address", options.address).get<std::string>();
    options.port = setting(host, "dashboard.port", options.port).get<int>();
    options.interval_ms = setting(host, "dashboard.interval_ms", options.interval_ms).get<int>();
    const char *text = host.options_json ? host.options_json(&host) : nullptr;
    const json own = text ? json::parse(text, nullptr, false) : json::object();
    if (own.is_object()) {
        options.max_clients = own.value("max_clients", options.max_clients);
        options.allowed_hosts = own.value("allowed_hosts", options.allowed_hosts);
        options.recording = own.value("recording", options.recording);
        if (const std::string file = own.value("token_file", std::string()); !file.empty())
            options.token = read_token(file);
    }
    if (options.port < 0 || options.port > 65535)
        throw std::runtime_error("dashboard.port: " + std::to_string(options.port) + " must be 0..65535");
    if (options.interval_ms < 100 || options.interval_ms > 60000)
        throw std::runtime_error("dashboard.interval_ms: " + std::to_string(options.interval_ms) +
                                 " must be 100..60000");
    if (options.max_clients < 1 || options.max_clients > 256)
        throw std::runtime_error("plugins.dashboard.max_clients: " + std::to_string(options.max_clients) +
                                 " must be 1..256");
    if (options.address.find_first_not_of("0123456789.") != std::string::npos &&
        options.address != "localhost")
        throw std::runtime_error("dashboard.address: '" + options.address + "' must be an IPv4 address");
    if (!is_loopback(options.address) && (options.token.empty() || options.allowed_hosts.empty()))
        throw std::runtime_error(
            "dashboard.address: " + options.address +
            " is reachable from other machines and needs plugins.dashboard.token_file and "
            "plugins.dashboard.allowed_hosts; or keep 127.0.0.1 and use an SSH tunnel");
    if (options.address == "localhost") options.address = "127.0.0.1";
    return options;
}

}  // namespace lapack_ai::dashboard

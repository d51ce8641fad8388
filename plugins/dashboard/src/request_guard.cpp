#include "request_guard.hpp"

#include <algorithm>

namespace lapack_ai::dashboard {

namespace {

constexpr long long largest_body = 4096;  // a session request is a token of some dozen bytes

bool host_allowed(const GuardOptions &options, std::string_view host) noexcept {
    return std::find(options.allowed_hosts.begin(), options.allowed_hosts.end(), host) !=
           options.allowed_hosts.end();
}

// A browser sends the scheme and the host it loaded the page from.
bool same_origin(const GuardOptions &options, std::string_view origin) noexcept {
    for (std::string_view scheme : {"http://", "https://"})
        if (origin.starts_with(scheme) && host_allowed(options, origin.substr(scheme.size()))) return true;
    return false;
}

// No path of ours needs an escape, a dot segment or a backslash, so none is decoded and all are refused.
bool hostile_path(std::string_view path) noexcept {
    return path.empty() || path.front() != '/' || path.find("..") != std::string_view::npos ||
           std::any_of(path.begin(), path.end(),
                       [](char c) { return c == '%' || c == '\\' || static_cast<unsigned char>(c) <= 0x20; });
}

bool open_to_all(std::string_view path) noexcept {
    // The page itself holds no data; it asks for the token and posts it to the session endpoint.
    return path == "/" || path.starts_with("/assets/") || path == "/healthz" || path == "/readyz" ||
           path == "/api/v1/session";
}

}  // namespace

Verdict judge(const GuardOptions &options, const RequestFacts &request) noexcept {
    if (request.transfer_encoding) return {400, "Transfer-Encoding is not accepted"};
    if (hostile_path(request.path)) return {400, "malformed path"};
    if (!request.host || !host_allowed(options, request.host)) return {421, "Host is not in the allowlist"};
    const bool session = request.path == "/api/v1/session";
    if (session ? request.method != "POST" : request.method != "GET" && request.method != "HEAD")
        return {405, "method not allowed"};
    if (request.content_length > (session ? largest_body : 0)) return {413, "body too large"};
    if (request.path == "/ws") {
        if (!request.websocket) return {426, "this path speaks WebSocket"};
        if (!request.origin) return {403, "Origin is required"};
    } else if (request.websocket) {
        return {404, "no WebSocket here"};
    }
    if (request.origin && !same_origin(options, request.origin)) return {403, "foreign Origin"};
    if (options.token_required && !request.authenticated && !open_to_all(request.path))
        return {401, "token required"};
    return {};
}

bool is_loopback(std::string_view address) noexcept {
    return address == "localhost" || (address.starts_with("127.") &&
                                      address.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool equal_secret(std::string_view a, std::string_view b) noexcept {
    unsigned char difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i] ^ (b.empty() ? char{1} : b[i % b.size()]));
    return difference == 0;
}

std::string_view cookie(std::string_view header, std::string_view name) noexcept {
    while (!header.empty()) {
        const std::size_t end = header.find(';');
        std::string_view pair = header.substr(0, end);
        header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
        while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
    }
    return {};
}

}  // namespace lapack_ai::dashboard

// Who may talk to the endpoint: pure checks on a request's method, path, headers and addresses. The server
// asks here before it does anything with a request, the WebSocket upgrade included.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lapack_ai::dashboard {

struct GuardOptions {
    std::vector<std::string> allowed_hosts;  // exact Host values, with port: "127.0.0.1:8080"
    bool token_required = false;
};

// The parts of a request that decide. A header that was not sent is null; one sent twice must be reported as
// doubled.
struct RequestFacts {
    std::string_view method;
    std::string_view path;  // as it stood in the request line, neither decoded nor cleaned, without the query
    const char *host = nullptr;
    const char *origin = nullptr;
    const char *transfer_encoding = nullptr;
    long long content_length = -1;
    bool websocket = false;
    bool authenticated = false;  // by session cookie or bearer token
};

// 0: go on; else the HTTP status to answer with, and why.
struct Verdict {
    int status = 0;
    const char *reason = "";
};

Verdict judge(const GuardOptions &options, const RequestFacts &request) noexcept;

// True for 127.0.0.0/8 and "localhost": addresses that need no token.
bool is_loopback(std::string_view address) noexcept;

// Compares without leaving early, so that timing tells nothing about a secret.
bool equal_secret(std::string_view a, std::string_view b) noexcept;

// Value of `name` in a Cookie header, empty if it is not there.
std::string_view cookie(std::string_view header, std::string_view name) noexcept;

}  // namespace lapack_ai::dashboard

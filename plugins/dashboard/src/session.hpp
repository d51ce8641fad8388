// Sessions: who has shown the token. A session is a random name in an HttpOnly cookie.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lapack_ai::dashboard {

class Sessions {
  public:
    explicit Sessions(std::string token) : token_(std::move(token)) {}
    bool required() const noexcept { return !token_.empty(); }
    // A new session's name if `token` is right, else empty.
    std::string open(std::string_view token);
    // True if the cookie names a session, or the Authorization header bears the token (for scrapers).
    bool valid(const char *cookie_header, const char *authorization) const;

  private:
    const std::string token_;
    mutable std::mutex mutex_;
    std::vector<std::string> names_;
};

}  // namespace lapack_ai::dashboard

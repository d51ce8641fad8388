// The HTTP endpoint: civetweb's life, the guard in front of every request, the routes. The one module that
// includes civetweb beside the stream. civetweb makes the process ignore SIGPIPE.
#pragma once

#include <memory>
#include <string>

#include "options.hpp"
#include "source.hpp"

namespace lapack_ai::dashboard {

class Server {
  public:
    // Starts serving. Throws std::runtime_error naming address and port when they cannot be had.
    Server(const Options &options, Source &source, const lai_host &host);
    // Says bye to all clients and joins all threads within a second.
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;
    const std::string &url() const noexcept;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace lapack_ai::dashboard

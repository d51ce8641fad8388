// A client that can be as rude as a test needs: bytes in, bytes out, over one TCP connection, and WebSocket
// frames.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace lapack_ai::test {

class RawClient {
  public:
    explicit RawClient(int port, int receive_buffer = 0);  // throws std::runtime_error if it cannot connect
    ~RawClient();
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    void send(std::string_view bytes);
    // Everything until the peer closes, `enough` appears, or the time is over.
    std::string receive(std::string_view enough, std::chrono::milliseconds limit);
    // True if the peer closes within the time.
    bool closed_within(std::chrono::milliseconds limit);

    // Upgrades; returns the status of the answer (101 on success).
    int upgrade(std::string_view host, std::string_view origin, std::string_view more_headers = "");
    // The next text frame, answering pings on the way; empty when closed or late.
    std::string text_frame(std::chrono::milliseconds limit);
    void send_frame(int opcode, std::string_view payload);

  private:
    bool fill(std::size_t bytes, std::chrono::steady_clock::time_point deadline);
    int socket_ = -1;
    std::string buffer_;
};

// Status of the answer to one request given as raw bytes; 0 when there is none.
int status_of(int port, std::string_view request);

}  // namespace lapack_ai::test

// One WebSocket client: its rate, its place in the event sequence, and the thread that writes to it.
//
// Frames are JSON objects with a "type": hello, snapshot, events, in_flight, error, bye. Sequence numbers are
// core's; a hole is told as "missed", and the client refills it from /api/v1/decisions.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>

#include "source.hpp"

struct mg_connection;

namespace lapack_ai::dashboard {

class StreamClient {
  public:
    StreamClient(mg_connection *connection, Source &source, const lai_host &host, int interval_ms);
    ~StreamClient();
    StreamClient(const StreamClient &) = delete;
    StreamClient &operator=(const StreamClient &) = delete;

    // A text frame of the client: {"type":"interval","interval_ms":100..1000}. False: it broke the protocol.
    bool command(std::string_view text);
    // A frame of any kind came: the client is alive.
    void heard() noexcept;
    // Ends the connection when nothing came for too long, which also ends a write that is stuck. The
    // connection must not be closing.
    void drop_if_silent();
    // Ends the sender after a "bye" and joins it; a write that is stuck ends with the connection.
    void stop(const char *reason);

  private:
    void run();
    bool send(std::string_view text);

    mg_connection *const connection_;
    Source &source_;
    const lai_host &host_;
    std::atomic<int> interval_ms_;
    std::atomic<std::uint64_t> heard_ns_;
    std::uint64_t last_ = 0;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    const char *reason_ = "";
    std::mutex joining_;
    std::thread sender_;
};

}  // namespace lapack_ai::dashboard

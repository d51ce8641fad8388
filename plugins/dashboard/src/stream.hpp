// The WebSocket stream: each client has a sender thread of its own, so that one that stalls hurts no other. A
// client is dropped when it answers no ping for four seconds or a write to it blocks that long.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "source.hpp"

struct mg_connection;

namespace lapack_ai::dashboard {

class StreamClient;

class Stream {
  public:
    Stream(Source &source, const lai_host &host, int interval_ms, int max_clients);
    ~Stream();
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    // True if there is room for one more; takes the place, which opened() fills or closed() gives back.
    bool reserve() noexcept;
    void opened(mg_connection *connection);
    // False: close the connection.
    bool received(mg_connection *connection, int opcode, std::string_view payload);
    void closed(mg_connection *connection);
    // Says goodbye to every client and ends the senders.
    void stop();
    int clients() const noexcept { return places_.load(std::memory_order_relaxed); }

  private:
    std::shared_ptr<StreamClient> find(mg_connection *connection);
    void watch();

    Source &source_;
    const lai_host &host_;
    const int interval_ms_;
    const int max_clients_;
    std::atomic<int> places_{0};
    std::mutex mutex_;
    std::unordered_map<mg_connection *, std::shared_ptr<StreamClient>> clients_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread watcher_;  // drops the silent: their own senders may be stuck in a write
};

}  // namespace lapack_ai::dashboard

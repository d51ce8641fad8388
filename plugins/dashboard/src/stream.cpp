#include "stream.hpp"

#include <civetweb.h>

#include <chrono>
#include <vector>

#include "stream_client.hpp"

namespace lapack_ai::dashboard {

namespace {

constexpr std::size_t longest_command = 256;
constexpr const char *stopping_reason = "the process is stopping its dashboard";
constexpr std::chrono::milliseconds watch_every{250};

}  // namespace

Stream::Stream(Source &source, const lai_host &host, int interval_ms, int max_clients)
    : source_(source), host_(host), interval_ms_(interval_ms), max_clients_(max_clients) {
    watcher_ = std::thread([this] { watch(); });
}

Stream::~Stream() {
    stop();
}

void Stream::watch() {
    std::unique_lock lock(mutex_);
    // closed() waits for the lock, so every connection in the list is still there.
    while (!wake_.wait_for(lock, watch_every, [this] { return stopping_; }))
        for (const auto &entry : clients_) entry.second->drop_if_silent();
}

bool Stream::reserve() noexcept {
    int taken = places_.load(std::memory_order_relaxed);
    while (taken < max_clients_)
        if (places_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed)) return true;
    return false;
}

void Stream::opened(mg_connection *connection) {
    std::shared_ptr<StreamClient> client;
    bool late = false;
    {
        // Under the lock: its first frame may go out before it stands in the list, where stop() looks.
        const std::lock_guard lock(mutex_);
        client = std::make_shared<StreamClient>(connection, source_, host_, interval_ms_);
        clients_.emplace(connection, client);
        late = stopping_;
    }
    if (late) client->stop(stopping_reason);
}

std::shared_ptr<StreamClient> Stream::find(mg_connection *connection) {
    const std::lock_guard lock(mutex_);
    const auto found = clients_.find(connection);
    return found == clients_.end() ? nullptr : found->second;
}

bool Stream::received(mg_connection *connection, int opcode, std::string_view payload) {
    const auto client = find(connection);
    if (!client) return false;
    client->heard();
    switch (opcode & 0xf) {
        case MG_WEBSOCKET_OPCODE_PONG:
            return true;
        case MG_WEBSOCKET_OPCODE_PING:
            return mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_PONG, payload.data(), payload.size()) >
                   0;
        case MG_WEBSOCKET_OPCODE_TEXT:
            return payload.size() <= longest_command && client->command(payload);
        default:
            return false;
    }
}

void Stream::closed(mg_connection *connection) {
    std::shared_ptr<StreamClient> client;
    {
        const std::lock_guard lock(mutex_);
        const auto found = clients_.find(connection);
        if (found != clients_.end()) {
            client = std::move(found->second);
            clients_.erase(found);
        }
    }
    if (client) client->stop("");
    places_.fetch_sub(1, std::memory_order_relaxed);
}

void Stream::stop() {
    std::vector<std::shared_ptr<StreamClient>> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto &entry : clients_) all.push_back(entry.second);
        stopping_ = true;
    }
    wake_.notify_all();
    if (watcher_.joinable()) watcher_.join();
    for (const auto &client : all) client->stop(stopping_reason);
}

}  // namespace lapack_ai::dashboard

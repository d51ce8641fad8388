#include "stream_client.hpp"

#include <arpa/inet.h>
#include <civetweb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace lapack_ai::dashboard {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Enough for 40,000 calls a second at 10 Hz; what exceeds it is told as missed and stays in the totals.
constexpr std::uint32_t events_a_frame = 512;
constexpr int events_frames_a_turn = 8;
constexpr milliseconds snapshot_every{1000};
constexpr milliseconds ping_every{1000};
constexpr std::uint64_t patience_ns = 4'000'000'000;  // pings that stay without any frame in return

bool is_ours(int descriptor, const mg_connection *connection) {
    mg_server_port port{};
    sockaddr_in own{};
    socklen_t length = sizeof own;
    return mg_get_server_ports(mg_get_context(connection), 1, &port) == 1 &&
           getsockname(descriptor, reinterpret_cast<sockaddr *>(&own), &length) == 0 &&
           ntohs(own.sin_port) == port.port;
}

// civetweb keeps its sockets to itself and looks at its stop flag only every two seconds while it reads; so
// the socket is found by the port at its other end.
void end_connection(const mg_connection *connection) {
    const int remote_port = mg_get_request_info(connection)->remote_port;
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int descriptor = std::atoi(entry.path().filename().c_str());
        sockaddr_in peer{};
        socklen_t length = sizeof peer;
        if (getpeername(descriptor, reinterpret_cast<sockaddr *>(&peer), &length) == 0 &&
            peer.sin_family == AF_INET && ntohs(peer.sin_port) == remote_port &&
            is_ours(descriptor, connection))
            shutdown(descriptor, SHUT_RDWR);
    }
}

// The calls that run now, as a JSON array; of a recording none.
std::string calls_in_flight(Source &source) {
    if (source.recorded()) return "[]";
    const json document = json::parse(source.document("in_flight"), nullptr, false);
    return document.is_object() ? document.value("in_flight", json::array()).dump() : "[]";
}

}  // namespace

StreamClient::StreamClient(mg_connection *connection, Source &source, const lai_host &host, int interval_ms)
    : connection_(connection),
      source_(source),
      host_(host),
      interval_ms_(interval_ms),
      heard_ns_(host.now_ns(&host)) {
    sender_ = std::thread([this] { run(); });
}

StreamClient::~StreamClient() {
    stop("");
}

bool StreamClient::send(std::string_view text) {
    return mg_websocket_write(connection_, MG_WEBSOCKET_OPCODE_TEXT, text.data(), text.size()) > 0;
}

void StreamClient::heard() noexcept {
    heard_ns_.store(host_.now_ns(&host_), std::memory_order_relaxed);
}

void StreamClient::drop_if_silent() {
    if (host_.now_ns(&host_) - heard_ns_.load(std::memory_order_relaxed) > patience_ns)
        end_connection(connection_);
}

bool StreamClient::command(std::string_view text) {
    const json message = json::parse(text, nullptr, false);
    if (!message.is_object() || message.value("type", "") != "interval" ||
        !message.value("interval_ms", json()).is_number_integer()) {
        send(R"({"type":"error","message":"expected {\"type\":\"interval\",\"interval_ms\":100..1000}"})");
        return false;
    }
    const auto interval_ms = message["interval_ms"].get<std::int64_t>();
    if (interval_ms < 100 || interval_ms > 1000) {
        send(R"({"type":"error","message":"interval_ms must be 100..1000"})");
        return true;
    }
    interval_ms_.store(static_cast<int>(interval_ms), std::memory_order_relaxed);
    wake_.notify_all();
    return true;
}

void StreamClient::run() {
    std::uint64_t sent = 0;
    const auto number = [&sent] { return "\"frame\":" + std::to_string(sent++); };
    bool alive = send(R"({"type":"hello","protocol":1,)" + number() +
                      ",\"recorded\":" + (source_.recorded() ? "true" : "false") +
                      ",\"interval_ms\":" + std::to_string(interval_ms_.load()) +
                      ",\"time_ns\":" + std::to_string(source_.now_ns()) + "}");
    if (!source_.recorded()) {
        // History comes by REST; the stream begins with what happens from here on.
        const json first = json::parse(source_.document("snapshot"), nullptr, false);
        if (first.is_object()) last_ = first.value("sequence", std::uint64_t{0});
    }
    std::string last_running = "[]";
    auto next_snapshot = steady_clock::now();
    auto next_ping = next_snapshot + ping_every;
    std::unique_lock lock(mutex_);
    while (alive && !stopping_) {
        lock.unlock();
        const auto turn = steady_clock::now();
        for (int i = 0; alive && i < events_frames_a_turn; ++i) {
            std::uint64_t last = 0, missed = 0;
            const std::uint64_t after = last_;
            const std::string events = source_.events(after, events_a_frame, last, missed);
            if (last == after) break;
            last_ = last;
            alive = send("{\"type\":\"events\"," + number() + ",\"after\":" + std::to_string(after) +
                         ",\"last\":" + std::to_string(last) + ",\"missed\":" + std::to_string(missed) +
                         ",\"time_ns\":" + std::to_string(source_.now_ns()) + ",\"events\":" + events + "}");
            if (last - after - missed < events_a_frame) break;
        }
        // What runs, when that has changed: a long call shows from its beginning.
        if (const std::string running = calls_in_flight(source_); alive && running != last_running) {
            alive = send("{\"type\":\"in_flight\"," + number() + ",\"in_flight\":" + running + "}");
            last_running = running;
        }
        if (alive && turn >= next_snapshot) {
            alive = send("{\"type\":\"snapshot\"," + number() + ",\"data\":" + source_.document("snapshot") +
                         "}");
            next_snapshot = turn + snapshot_every;
        }
        if (alive && turn >= next_ping) {
            alive = mg_websocket_write(connection_, MG_WEBSOCKET_OPCODE_PING, "", 0) > 0;
            next_ping = turn + ping_every;
        }
        lock.lock();
        wake_.wait_until(lock, turn + milliseconds(interval_ms_.load(std::memory_order_relaxed)),
                         [this] { return stopping_; });
    }
    const bool goodbye = alive && *reason_ != '\0';
    lock.unlock();
    if (!alive) end_connection(connection_);  // its reader would notice much later
    if (goodbye) {
        send(std::string(R"({"type":"bye","reason":")") + reason_ + "\"}");
        mg_websocket_write(connection_, MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE, "\x03\xe9", 2);
        end_connection(connection_);
    }
}

void StreamClient::stop(const char *reason) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) reason_ = reason;
        stopping_ = true;
    }
    wake_.notify_all();
    const std::lock_guard joining(joining_);  // the stream's end and the connection's may come together
    if (sender_.joinable()) sender_.join();
}

}  // namespace lapack_ai::dashboard

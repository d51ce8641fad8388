// The endpoint over real sockets: routes, hostile requests, the stream, its capacity, stalled clients, a
// quick stop.
#include "server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "fake_metrics.hpp"
#include "raw_client.hpp"

namespace lapack_ai::dashboard {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::RawClient;
using test::status_of;

class ServerTest : public ::testing::Test {
  protected:
    ServerTest() : source_(live_source(*metrics_.host(), metrics_.metrics())) {
        metrics_.documents["prometheus"] = "# TYPE lapack_ai_calls_total counter\n";
        options_.port = 0;
    }
    void start() {
        server_ = std::make_unique<Server>(options_, *source_, *metrics_.host());
        const std::string url = server_->url();
        port_ = std::stoi(url.substr(url.rfind(':') + 1));
        host_ = "127.0.0.1:" + std::to_string(port_);
    }
    std::string get(const std::string &path, const std::string &headers = "") {
        RawClient client(port_);
        client.send("GET " + path + " HTTP/1.1\r\nHost: " + host_ + "\r\nConnection: close\r\n" + headers +
                    "\r\n");
        return client.receive("", 5s);
    }
    static int status(const std::string &answer) {
        return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
    }
    static json body(const std::string &answer) {
        return json::parse(answer.substr(answer.find("\r\n\r\n") + 4), nullptr, false);
    }
    // The first frame of a type; empty object when none comes.
    static json frame(RawClient &client, const std::string &type, std::chrono::milliseconds limit = 3s) {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while (std::chrono::steady_clock::now() < deadline) {
            const std::string text = client.text_frame(limit);
            if (text.empty()) return json::object();
            json message = json::parse(text, nullptr, false);
            if (message.value("type", "") == type) return message;
        }
        return json::object();
    }

    test::FakeMetrics metrics_;
    std::unique_ptr<Source> source_;
    Options options_;
    std::unique_ptr<Server> server_;
    int port_ = 0;
    std::string host_;
};

TEST_F(ServerTest, Routes) {
    metrics_.call(0, 0, 100, 1e-3);
    start();
    const std::string page = get("/");
    EXPECT_EQ(status(page), 200);
    for (const char *header :
         {"Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
          "Referrer-Policy: no-referrer", "Content-Encoding: gzip"})
        EXPECT_NE(page.find(header), std::string::npos) << header;
    EXPECT_EQ(page.find("Access-Control"), std::string::npos);
    EXPECT_EQ(status(get("/assets/main.js")), 200);
    EXPECT_EQ(status(get("/assets/uPlot.esm.js")), 200);
    EXPECT_EQ(status(get("/healthz")), 200);
    EXPECT_EQ(status(get("/readyz")), 200);
    EXPECT_EQ(status(get("/nothing")), 404);
    EXPECT_EQ(body(get("/api/v1/snapshot")).value("calls", 0), 1);
    EXPECT_EQ(body(get("/api/v1/decisions"))["decisions"].size(), 1u);
    EXPECT_NE(get("/metrics").find("version=0.0.4"), std::string::npos);
    const json trace = body(get("/api/v1/trace.json"));
    ASSERT_EQ(trace["traceEvents"].size(), 1u);
    EXPECT_EQ(trace["traceEvents"][0]["ph"], "X");
    EXPECT_NEAR(trace["traceEvents"][0]["dur"].get<double>(), 1000.0, 1e-6);
    const std::string csv = get("/api/v1/export.csv");
    EXPECT_NE(csv.find("\r\nsequence,wall_ns,kind,op,"), std::string::npos);
    EXPECT_NE(csv.find("\"gemm\""), std::string::npos);
}

// A file in the temporary folder with this text.
std::string file_of(const std::string &text) {
    const std::string file = ::testing::TempDir() + "lapack_ai_recording.json";
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

TEST_F(ServerTest, ARecordingShowsTheSame) {
    for (int i = 0; i < 3000; ++i) metrics_.call(1, 0, 50, 2e-3);
    std::uint64_t last = 0, missed = 0;
    const json recording = {{"format", "lapack_ai recording"},
                            {"format_version", 1},
                            {"snapshot", json::parse(source_->document("snapshot"))},
                            {"decisions", json::parse(source_->document("decisions"))},
                            {"events", json::parse(source_->events(0, 3000, last, missed))}};
    metrics_.documents["recording"] = recording.dump();
    start();
    EXPECT_EQ(body(get("/api/v1/export.json")), recording);

    const auto recorded = recorded_source(file_of(recording.dump()));
    EXPECT_TRUE(recorded->recorded());
    EXPECT_EQ(recorded->now_ns(), recording["snapshot"]["time_ns"]);
    EXPECT_EQ(json::parse(recorded->document("recording")), recording);
    EXPECT_EQ(json::parse(recorded->document("decisions")), recording["decisions"]);
    EXPECT_EQ(export_csv(*recorded), export_csv(*source_));
    EXPECT_EQ(export_trace(*recorded), export_trace(*source_));
    EXPECT_EQ(json::parse(recorded->events(2990, 100, last, missed)).size(), 10u);
    EXPECT_EQ(last, 3000u);

    // Its stream begins with the first event, on the recording's own clock.
    Options options;
    options.port = 0;
    Server server(options, *recorded, *metrics_.host());
    const int port = std::stoi(server.url().substr(server.url().rfind(':') + 1));
    RawClient client(port);
    const std::string host = "127.0.0.1:" + std::to_string(port);
    ASSERT_EQ(client.upgrade(host, "http://" + host), 101);
    const json hello = frame(client, "hello");
    EXPECT_EQ(hello["recorded"], true);
    EXPECT_EQ(hello["time_ns"], recorded->now_ns());
    EXPECT_EQ(frame(client, "events")["events"][0], recording["events"][0]);
}

TEST_F(ServerTest, ABrokenRecordingIsRefused) {
    const json snapshot = {{"time_ns", 5}};
    const json whole = {{"format", "lapack_ai recording"},
                        {"format_version", 1},
                        {"snapshot", snapshot},
                        {"events", {{{"sequence", 1}}, {{"sequence", 2}}}}};
    EXPECT_NO_THROW(recorded_source(file_of(whole.dump())));
    const auto refused = [&](const char *key, const json &value) {
        json broken = whole;
        broken[key] = value;
        EXPECT_THROW(recorded_source(file_of(broken.dump())), std::runtime_error) << key << value;
    };
    refused("format", "another");
    refused("format_version", 2);
    refused("snapshot", json::array());
    refused("events", 7);
    refused("events", {{{"sequence", 2}}, {{"sequence", 1}}});
    refused("events", {{{"sequence", -1}}});
    refused("events", {1, 2});
    for (const char *text : {"", "{", "[]", "null"})
        EXPECT_THROW(recorded_source(file_of(text)), std::runtime_error) << text;
    EXPECT_THROW(recorded_source("/nonexistent"), std::runtime_error);
}

TEST_F(ServerTest, HostileRequests) {
    start();
    const std::string host = "Host: " + host_ + "\r\n";
    constexpr int refused = 0;  // closed, or any answer that is an error: civetweb's own, before us
    const struct {
        const char *name;
        int status;
        std::string request;
    } cases[] = {
        {"foreign host", 421, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
        {"rebinding", 421, "GET / HTTP/1.1\r\nHost: " + host_ + ".evil.example\r\n\r\n"},
        {"no host", 421, "GET / HTTP/1.0\r\n\r\n"},
        {"two hosts", 421, "GET / HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n"},
        {"encoded traversal", 400, "GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + host + "\r\n"},
        {"plain traversal", 400, "GET /assets/../../etc/passwd HTTP/1.1\r\n" + host + "\r\n"},
        {"backslashes", 400, "GET /assets\\..\\main.js HTTP/1.1\r\n" + host + "\r\n"},
        {"nul", 400, "GET /assets/main.js%00 HTTP/1.1\r\n" + host + "\r\n"},
        {"chunked", 400, "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"any transfer encoding", 400, "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\n\r\n"},
        {"chunked session", refused,
         "POST /api/v1/session HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"body on get", 413, "GET / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello"},
        {"huge token", 413, "POST /api/v1/session HTTP/1.1\r\n" + host + "Content-Length: 99999999\r\n\r\n"},
        {"negative length", refused,
         "POST /api/v1/session HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n"},
        {"delete", 405, "DELETE /api/v1/snapshot HTTP/1.1\r\n" + host + "\r\n"},
        {"put", 405, "PUT /assets/main.js HTTP/1.1\r\n" + host + "\r\n"},
        {"options", 405, "OPTIONS / HTTP/1.1\r\n" + host + "\r\n"},
        {"post to a document", 405,
         "POST /api/v1/snapshot HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n"},
        {"unknown method", refused, "STEAL / HTTP/1.1\r\n" + host + "\r\n"},
        {"connect", refused, "CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n"},
        {"foreign origin on a document", 403,
         "GET /api/v1/snapshot HTTP/1.1\r\n" + host + "Origin: http://evil.example\r\n\r\n"},
        {"two origins", 403,
         "GET /api/v1/snapshot HTTP/1.1\r\n" + host + "Origin: http://" + host_ +
             "\r\nOrigin: http://evil.example\r\n\r\n"},
        {"a stream elsewhere", 404,
         "GET /api/v1/snapshot HTTP/1.1\r\n" + host + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"},
        {"the stream without upgrade", 426, "GET /ws HTTP/1.1\r\n" + host + "\r\n"},
        {"oversized headers", refused,
         "GET / HTTP/1.1\r\n" + host + "X: " + std::string(20000, 'a') + "\r\n\r\n"},
        {"oversized path", refused, "GET /" + std::string(20000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"},
        {"no HTTP", refused, "\x16\x03\x01\x02\x00\x01\r\n\r\n"},
        {"zeros", refused, std::string(3000, '\0') + "\r\n\r\n"},
    };
    for (const auto &one : cases) {
        const int status = status_of(port_, one.request);
        if (one.status == refused)
            EXPECT_TRUE(status == 0 || status >= 400) << one.name << ": " << status;
        else
            EXPECT_EQ(status, one.status) << one.name;
    }
    EXPECT_EQ(RawClient(port_).upgrade(host_, ""), 403);
    EXPECT_EQ(RawClient(port_).upgrade(host_, "null"), 403);
    EXPECT_EQ(RawClient(port_).upgrade(host_, "http://evil.example"), 403);
    EXPECT_EQ(RawClient(port_).upgrade("evil.example", "http://evil.example"), 421);
    EXPECT_EQ(status(get("/healthz")), 200);
}

TEST_F(ServerTest, NoAnswerLetsOtherSitesRead) {
    start();
    for (const char *path : {"/", "/assets/main.js", "/api/v1/snapshot", "/metrics", "/nothing", "/%00"}) {
        const std::string answer = get(path, "Origin: http://" + host_ + "\r\n");
        EXPECT_EQ(answer.find("Access-Control"), std::string::npos) << path;
        for (const char *header :
             {"Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
              "Referrer-Policy: no-referrer", "frame-ancestors 'none'"})
            EXPECT_NE(answer.find(header), std::string::npos) << path << ' ' << header;
    }
}

// More slow senders than there are workers: nobody is served, until their time is over.
TEST_F(ServerTest, SlowHeadersAreGivenUp) {
    start();
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 30; ++i) {
        slow.push_back(std::make_unique<RawClient>(port_));
        slow.back()->send("GET / HTTP/1.1\r\nHost: ");
    }
    EXPECT_TRUE(slow.front()->closed_within(8s));
    EXPECT_EQ(status(get("/healthz")), 200);
}

TEST_F(ServerTest, TokenOpensASession) {
    options_.token = "0123456789abcdef012345";
    start();
    EXPECT_EQ(status(get("/api/v1/snapshot")), 401);
    EXPECT_EQ(RawClient(port_).upgrade(host_, "http://" + host_), 401);
    const auto post = [&](const std::string &token) {
        RawClient client(port_);
        client.send("POST /api/v1/session HTTP/1.1\r\nHost: " + host_ +
                    "\r\nConnection: close\r\nContent-Length: " + std::to_string(token.size()) + "\r\n\r\n" +
                    token);
        return client.receive("", 5s);
    };
    EXPECT_EQ(status(post("wrong")), 401);
    EXPECT_EQ(status(post("")), 401);
    EXPECT_EQ(status(post(options_.token + "0")), 401);
    EXPECT_EQ(status(get("/metrics", "Authorization: Bearer wrong\r\n")), 401);
    EXPECT_EQ(status(get("/metrics", "Cookie: lapack_ai_session=" + std::string(32, '0') + "\r\n")), 401);
    const std::string answer = post(options_.token);
    EXPECT_EQ(status(answer), 200);
    const std::size_t begin = answer.find("lapack_ai_session=");
    ASSERT_NE(begin, std::string::npos);
    EXPECT_NE(answer.find("; HttpOnly; SameSite=Strict"), std::string::npos);
    const std::string cookie = "Cookie: " + answer.substr(begin, answer.find(';', begin) - begin) + "\r\n";
    EXPECT_EQ(status(get("/api/v1/snapshot", cookie)), 200);
    EXPECT_EQ(status(get("/metrics", "Authorization: Bearer " + options_.token + "\r\n")), 200);
    EXPECT_EQ(RawClient(port_).upgrade(host_, "http://" + host_, cookie), 101);
}

TEST_F(ServerTest, StreamCarriesEveryEventInOrder) {
    start();
    RawClient client(port_);
    ASSERT_EQ(client.upgrade(host_, "http://" + host_), 101);
    EXPECT_EQ(frame(client, "hello").value("protocol", 0), 1);
    EXPECT_TRUE(frame(client, "snapshot").contains("data"));
    client.send_frame(1, R"({"type":"interval","interval_ms":100})");
    for (int i = 0; i < 1500; ++i) metrics_.call(0, 0, 10, 1e-6);
    std::uint64_t last = 0;
    while (last < 1500) {
        const json events = frame(client, "events");
        ASSERT_TRUE(events.contains("events"));
        EXPECT_EQ(events["missed"], 0);
        for (const json &event : events["events"]) EXPECT_EQ(event["sequence"], ++last);
    }
    for (int i = 0; i < 100; ++i) metrics_.call(0, 0, 10, 1e-6);
    metrics_.forget(1550);
    const json events = frame(client, "events");
    EXPECT_EQ(events["missed"].get<int>() + static_cast<int>(events["events"].size()), 100);
}

TEST_F(ServerTest, BadCommandsAreAnsweredAndEndTheConnection) {
    start();
    RawClient client(port_);
    ASSERT_EQ(client.upgrade(host_, "http://" + host_), 101);
    client.send_frame(1, R"({"type":"interval","interval_ms":7})");
    EXPECT_NE(frame(client, "error").value("message", "").find("100..1000"), std::string::npos);
    client.send_frame(1, "no JSON");
    EXPECT_TRUE(client.closed_within(5s));
    RawClient binary(port_);
    ASSERT_EQ(binary.upgrade(host_, "http://" + host_), 101);
    binary.send_frame(2, "\x01\x02");
    EXPECT_TRUE(binary.closed_within(5s));
}

TEST_F(ServerTest, TheSeventeenthClientIsTurnedAwayAndAPlaceComesFree) {
    start();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 16; ++i) {
        clients.push_back(std::make_unique<RawClient>(port_));
        ASSERT_EQ(clients.back()->upgrade(host_, "http://" + host_), 101) << i;
    }
    EXPECT_EQ(RawClient(port_).upgrade(host_, "http://" + host_), 503);
    EXPECT_EQ(status(get("/api/v1/snapshot")), 200);
    clients.pop_back();
    int status = 503;
    for (int i = 0; i < 100 && status != 101; ++i) {
        std::this_thread::sleep_for(50ms);
        status = RawClient(port_).upgrade(host_, "http://" + host_);
    }
    EXPECT_EQ(status, 101);
}

TEST_F(ServerTest, AStalledClientIsDroppedAndHurtsNobody) {
    // Large enough that a write to somebody who does not read blocks.
    metrics_.documents["snapshot"] = json({{"sequence", 0}, {"pad", std::string(4 << 20, 'x')}}).dump();
    start();
    RawClient stalled(port_, 4096), healthy(port_);
    ASSERT_EQ(stalled.upgrade(host_, "http://" + host_), 101);
    ASSERT_EQ(healthy.upgrade(host_, "http://" + host_), 101);
    healthy.send_frame(1, R"({"type":"interval","interval_ms":100})");
    ASSERT_TRUE(frame(healthy, "snapshot").contains("data"));
    // The stalled one neither reads nor answers pings; soon its buffers are full and the write to it blocks.
    // The healthy one keeps getting events meanwhile.
    stalled.send_frame(1, R"({"type":"interval","interval_ms":100})");
    const auto begin = std::chrono::steady_clock::now();
    std::uint64_t last = 0;
    while (std::chrono::steady_clock::now() - begin < 7s) {
        for (int i = 0; i < 10; ++i) metrics_.call(0, 0, 10, 1e-6);
        const json events = frame(healthy, "events", 2s);
        ASSERT_TRUE(events.contains("last"));
        last = events["last"];
    }
    EXPECT_GT(last, 20u);
    EXPECT_TRUE(stalled.closed_within(1s));
}

TEST_F(ServerTest, StopSaysByeAndIsQuick) {
    start();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<RawClient>(port_));
        ASSERT_EQ(clients.back()->upgrade(host_, "http://" + host_), 101);
        EXPECT_EQ(frame(*clients.back(), "hello").value("protocol", 0), 1);
    }
    // Nobody answers the close frame; the sockets end all the same.
    const auto begin = std::chrono::steady_clock::now();
    server_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
    for (const auto &client : clients) EXPECT_TRUE(frame(*client, "bye").contains("reason"));
    EXPECT_THROW(RawClient{port_}, std::runtime_error);
}

TEST_F(ServerTest, ATakenPortIsAClearError) {
    start();
    Options second = options_;
    second.port = port_;
    try {
        Server other(second, *source_, *metrics_.host());
        FAIL() << "two servers on one port";
    } catch (const std::runtime_error &error) {
        EXPECT_NE(std::string(error.what()).find("dashboard.port"), std::string::npos);
    }
}

}  // namespace
}  // namespace lapack_ai::dashboard

// The guard and the options, by table.
#include "request_guard.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "fake_metrics.hpp"
#include "options.hpp"
#include "session.hpp"

namespace lapack_ai::dashboard {
namespace {

struct GuardCase {
    const char *name;
    int status;
    RequestFacts facts;
};

RequestFacts facts(std::string_view method, std::string_view path, const char *host = "127.0.0.1:8080") {
    RequestFacts result;
    result.method = method;
    result.path = path;
    result.host = host;
    return result;
}

RequestFacts websocket(const char *origin) {
    RequestFacts result = facts("GET", "/ws");
    result.websocket = true;
    result.origin = origin;
    return result;
}

TEST(RequestGuard, Table) {
    GuardOptions options;
    options.allowed_hosts = {"127.0.0.1:8080", "localhost:8080"};
    RequestFacts chunked = facts("GET", "/");
    chunked.transfer_encoding = "chunked";
    RequestFacts body = facts("GET", "/");
    body.content_length = 10;
    RequestFacts long_token = facts("POST", "/api/v1/session");
    long_token.content_length = 1 << 20;
    const GuardCase cases[] = {
        {"page", 0, facts("GET", "/")},
        {"head", 0, facts("HEAD", "/healthz")},
        {"other name of the host", 0, facts("GET", "/", "localhost:8080")},
        {"foreign host", 421, facts("GET", "/", "evil.example:8080")},
        {"rebinding by a name", 421, facts("GET", "/", "127.0.0.1.evil.example:8080")},
        {"other port", 421, facts("GET", "/", "127.0.0.1:9090")},
        {"no host", 421, facts("GET", "/", nullptr)},
        {"post to a document", 405, facts("POST", "/api/v1/snapshot")},
        {"get of the session", 405, facts("GET", "/api/v1/session")},
        {"trace", 405, facts("TRACE", "/")},
        {"traversal", 400, facts("GET", "/assets/../../etc/passwd")},
        {"backslash", 400, facts("GET", "/assets\\main.js")},
        {"control character", 400, facts("GET", "/a\nb")},
        {"nul", 400, facts("GET", "/assets/main.js%00.png")},
        {"transfer-encoding", 400, chunked},
        {"body on get", 413, body},
        {"long token", 413, long_token},
        {"websocket", 0, websocket("http://127.0.0.1:8080")},
        {"websocket without origin", 403, websocket(nullptr)},
        {"websocket with null origin", 403, websocket("null")},
        {"websocket from elsewhere", 403, websocket("http://evil.example")},
        {"origin with a longer name", 403, websocket("http://127.0.0.1:8080.evil.example")},
        {"ws without upgrade", 426, facts("GET", "/ws")},
    };
    for (const GuardCase &one : cases) EXPECT_EQ(judge(options, one.facts).status, one.status) << one.name;
}

TEST(RequestGuard, TokenGuardsEverythingButThePageAndHealth) {
    GuardOptions options;
    options.allowed_hosts = {"127.0.0.1:8080"};
    options.token_required = true;
    for (const char *path : {"/", "/assets/main.js", "/healthz", "/readyz"})
        EXPECT_EQ(judge(options, facts("GET", path)).status, 0) << path;
    for (const char *path : {"/metrics", "/api/v1/snapshot", "/api/v1/export.json", "/nothing"})
        EXPECT_EQ(judge(options, facts("GET", path)).status, 401) << path;
    EXPECT_EQ(judge(options, websocket("http://127.0.0.1:8080")).status, 401);
    RequestFacts known = facts("GET", "/metrics");
    known.authenticated = true;
    EXPECT_EQ(judge(options, known).status, 0);
}

TEST(Sessions, OnlyTheTokenOpensOne) {
    Sessions sessions("0123456789abcdef012345");
    EXPECT_EQ(sessions.open("wrong"), "");
    EXPECT_EQ(sessions.open(""), "");
    EXPECT_EQ(sessions.open("0123456789abcdef0123456"), "");
    const std::string name = sessions.open("0123456789abcdef012345");
    ASSERT_EQ(name.size(), 32u);
    EXPECT_TRUE(sessions.valid(("a=b; lapack_ai_session=" + name).c_str(), nullptr));
    EXPECT_FALSE(sessions.valid("lapack_ai_session=00000000000000000000000000000000", nullptr));
    EXPECT_FALSE(sessions.valid(nullptr, nullptr));
    EXPECT_TRUE(sessions.valid(nullptr, "Bearer 0123456789abcdef012345"));
    EXPECT_FALSE(sessions.valid(nullptr, "Bearer nonsense"));
}

class OptionsTest : public ::testing::Test {
  protected:
    std::string refusal() {
        try {
            read_options(*metrics_.host());
        } catch (const std::exception &error) {
            return error.what();
        }
        return "";
    }
    std::string token_file(const std::string &token, mode_t mode) {
        const std::string file = ::testing::TempDir() + "lapack_ai_token";
        std::ofstream(file) << token << "\n";
        chmod(file.c_str(), mode);
        return file;
    }
    test::FakeMetrics metrics_;
};

TEST_F(OptionsTest, LoopbackNeedsNothing) {
    const Options options = read_options(*metrics_.host());
    EXPECT_EQ(options.address, "127.0.0.1");
    EXPECT_EQ(options.port, 8080);
    EXPECT_EQ(options.interval_ms, 1000);
}

TEST_F(OptionsTest, AnyOtherAddressNeedsTokenAndHosts) {
    metrics_.settings["dashboard.address"] = "\"0.0.0.0\"";
    EXPECT_NE(refusal().find("token_file"), std::string::npos);
    const std::string file = token_file("0123456789abcdef012345", 0600);
    metrics_.options = "{\"token_file\": \"" + file + "\"}";
    EXPECT_NE(refusal().find("allowed_hosts"), std::string::npos);
    metrics_.options = "{\"token_file\": \"" + file + "\", \"allowed_hosts\": [\"box.example\"]}";
    EXPECT_EQ(refusal(), "");
}

TEST_F(OptionsTest, TokenFileMustBePrivateAndLong) {
    metrics_.options = "{\"token_file\": \"" + token_file("0123456789abcdef012345", 0644) + "\"}";
    EXPECT_NE(refusal().find("chmod 600"), std::string::npos);
    metrics_.options = "{\"token_file\": \"" + token_file("short", 0600) + "\"}";
    EXPECT_NE(refusal().find("128 bits"), std::string::npos);
    metrics_.options = "{\"token_file\": \"/nonexistent\"}";
    EXPECT_NE(refusal().find("/nonexistent"), std::string::npos);
}

TEST_F(OptionsTest, RangesAreNamed) {
    metrics_.settings["dashboard.port"] = "70000";
    EXPECT_NE(refusal().find("0..65535"), std::string::npos);
    metrics_.settings["dashboard.port"] = "0";
    metrics_.settings["dashboard.interval_ms"] = "5";
    EXPECT_NE(refusal().find("100..60000"), std::string::npos);
}

}  // namespace
}  // namespace lapack_ai::dashboard

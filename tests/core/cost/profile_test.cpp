// The profile file: written and read back, and everything hostile or foreign reported and ignored.
#include "cost/profile.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lapack_ai::core {
namespace {

class ProfileTest : public ::testing::Test {
  protected:
    ProfileTest() : file_(::testing::TempDir() + "lapack_ai_profile_test.json") {
        profile_.machine = machine_;
        ProfilePart part;
        part.plugin = "cpu_lapack";
        part.plugin_identity = "0.1.0 123";
        part.device = "cpu";
        part.op = "lai.gemm/1";
        part.dtype = "d";
        part.threads = 2;
        part.points = {{2e6, {6.5f, 6.5f, 6.5f}, 1e-3, 2e-3, 0.05}, {2e9, {10, 10, 10}, 1e-2, 3e-2, 0.01}};
        profile_.parts.push_back(part);
        write_profile(file_, profile_);
    }
    ~ProfileTest() override { std::filesystem::remove(file_); }
    std::string contents() const {
        std::ifstream stream(file_);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    Profile read() {
        remarks_.clear();
        return read_profile(file_, machine_, remarks_);
    }
    Profile read_changed(const std::string &from, const std::string &to) {
        std::string text = contents();
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        std::ofstream(file_) << text;
        return read();
    }

    MachineIdentity machine_{"a CPU", 2, "0.1.0"};
    std::string file_;
    Profile profile_;
    std::vector<std::string> remarks_;
};

TEST_F(ProfileTest, ComesBackAsWritten) {
    const Profile again = read();
    ASSERT_EQ(again.parts.size(), 1u);
    EXPECT_EQ(again.parts[0].points, profile_.parts[0].points);
    EXPECT_EQ(again.parts[0].plugin_identity, "0.1.0 123");
    EXPECT_NE(again.find(profile_.parts[0]), nullptr);
    EXPECT_TRUE(remarks_.empty());
}

TEST_F(ProfileTest, AMissingFileIsNoProfile) {
    std::filesystem::remove(file_);
    EXPECT_TRUE(read().parts.empty());
    EXPECT_TRUE(remarks_.empty());
}

TEST_F(ProfileTest, AnotherMachinesIsReportedAndIgnored) {
    machine_.cpu_model = "another CPU";
    EXPECT_TRUE(read().parts.empty());
    ASSERT_EQ(remarks_.size(), 1u);
    EXPECT_NE(remarks_[0].find("another CPU"), std::string::npos);
}

TEST_F(ProfileTest, TruncatedAnywhereIsReportedAndIgnored) {
    const std::string whole = contents();
    for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
        std::ofstream(file_) << whole.substr(0, length);
        EXPECT_TRUE(read().parts.empty()) << length;
        EXPECT_EQ(remarks_.size(), 1u) << length;
    }
}

TEST_F(ProfileTest, ImplausibleNumbersLeaveTheirPartOut) {
    for (const char *bad : {"null", "NaN", "Infinity", "-1.0", "1e999", "\"x\"", "0.0", "1e300"}) {
        write_profile(file_, profile_);
        EXPECT_TRUE(read_changed("0.002", bad).parts.empty()) << bad;
        EXPECT_EQ(remarks_.size(), 1u) << bad;
    }
}

TEST_F(ProfileTest, OtherFormatsAndDeepNestingAreRefused) {
    EXPECT_TRUE(read_changed("\"format_version\": 2", "\"format_version\": 1").parts.empty());
    EXPECT_EQ(remarks_.size(), 1u);
    std::ofstream(file_) << std::string(100000, '[');
    EXPECT_TRUE(read().parts.empty());
    EXPECT_EQ(remarks_.size(), 1u);
}

TEST_F(ProfileTest, PlaceOfTheFile) {
    EXPECT_EQ(profile_file("none"), "");
    EXPECT_EQ(profile_file("/some/where.json"), "/some/where.json");
}

}  // namespace
}  // namespace lapack_ai::core

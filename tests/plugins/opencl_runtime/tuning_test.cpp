// The tuning file: what is written is read back, per device and driver; what cannot be read or is not among
// the present entries is left out.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "failure.hpp"
#include "gemm_tuning.hpp"

namespace lapack_ai::opencl {
namespace {

class TuningFile : public ::testing::Test {
  protected:
    TuningFile() {
        facts.platform_name = "platform", facts.name = "device", facts.driver = "1.0";
        std::filesystem::remove_all(folder);
    }
    ~TuningFile() override { std::filesystem::remove_all(folder); }
    void write(const std::string &text) const {
        std::filesystem::create_directories(folder);
        std::ofstream(file) << text;
    }
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("lapack_ai_tuning_" + std::to_string(getpid()));
    const std::string file = tuning_file(folder.string());
    DeviceFacts facts;
};

TEST_F(TuningFile, KeepsChoicesByDeviceAndDriver) {
    Tuning first;
    const int other = candidates(Tunable::tiled_8).back();
    ASSERT_NE(other, first.get(Tunable::tiled_8)) << "there is nothing to choose";
    first.set(Tunable::tiled_8, other);
    first.store(file, facts);
    DeviceFacts newer = facts;
    newer.driver = "2.0";
    Tuning().store(file, newer);

    Tuning same, updated;
    same.load(file, facts);
    updated.load(file, newer);
    EXPECT_EQ(same.get(Tunable::tiled_8), other);
    EXPECT_EQ(same.get(Tunable::half), Tuning().get(Tunable::half));
    EXPECT_EQ(updated.get(Tunable::tiled_8), Tuning().get(Tunable::tiled_8));
}

TEST_F(TuningFile, WhatCannotBeUsedIsLeftOut) {
    const std::string key = "platform | device | 1.0";
    for (const std::string &text :
         {std::string("{"), std::string("[]"), std::string("{\"format\": 7, \"devices\": {}}"),
          std::string("{\"format\": 1, \"devices\": []}"),
          "{\"format\": 1, \"devices\": {\"" + key + "\": 3}}",
          "{\"format\": 1, \"devices\": {\"" + key + "\": {\"gemm_tiled/8\": [8, 2, 1, 2, 3, 4, 5, 6]}}}",
          "{\"format\": 1, \"devices\": {\"" + key + "\": {\"gemm_tiled/8\": \"fast\"}}}"}) {
        write(text);
        Tuning tuning;
        tuning.load(file, facts);
        EXPECT_EQ(tuning.get(Tunable::tiled_8), Tuning().get(Tunable::tiled_8)) << text;
    }
    Tuning nowhere;
    nowhere.load("/nonexistent/tuning.json", facts);
    nowhere.load("", facts);
    EXPECT_THROW(nowhere.store("/proc/nowhere/tuning.json", facts), Failure);
}

TEST(Tunables, EveryOneHasEntriesWithinTheLimitsOfAllDevices) {
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(Tunable::count); ++i) {
        const auto what = static_cast<Tunable>(i);
        ASSERT_FALSE(candidates(what).empty()) << i;
        for (const int entry : candidates(what)) {
            std::istringstream text(describe(what, entry));
            std::string name;
            text >> name;
            std::vector<int> v;
            for (int x = 0; text >> x;) v.push_back(x);
            constexpr int local_limit = 48 * 1024 - 16;
            if (name.starts_with("gemm_tiled")) {  // bytes place TM TN TK RM RN unroll
                const int chunk = 16 / v[0];
                EXPECT_LE(2 * v[4] * (v[2] + v[3] + 2 * chunk) * v[0], local_limit) << describe(what, entry);
                EXPECT_LE(v[2] / v[5] * (v[3] / v[6]), 1024) << describe(what, entry);
                EXPECT_EQ(v[5] % chunk + v[6] % chunk, 0) << describe(what, entry);
            } else if (name.starts_with("gemm_half")) {  // TM TN TK WM WN STAGES
                EXPECT_LE((v[0] + v[1]) * v[2] * 2 * v[5], local_limit) << describe(what, entry);
                EXPECT_EQ(v[3] % 16 + v[4] % 16, 0) << describe(what, entry);
            }
        }
    }
}

}  // namespace
}  // namespace lapack_ai::opencl

// What the tests of the configuration share: a folder of their own and surroundings made to measure.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "base/error.hpp"
#include "config/load.hpp"

namespace lapack_ai::core {

class ConfigTest : public testing::Test {
  protected:
    ConfigTest() {
        std::string pattern = testing::TempDir() + "lapack_ai_config_XXXXXX";
        folder = ::mkdtemp(pattern.data());
        surroundings.etc = folder + "/etc";
        set("HOME", folder + "/home");
        surroundings.variable = [this](const std::string &name) -> std::optional<std::string> {
            const auto at = variables.find(name);
            if (at == variables.end() || at->second.empty()) return std::nullopt;
            return at->second;
        };
    }
    ~ConfigTest() override { std::filesystem::remove_all(folder); }

    void set(const std::string &name, const std::string &value) {
        variables[name] = value;
        surroundings.variable_names.push_back(name);
    }

    // Writes a file below the folder and returns its path.
    std::string write(const std::string &name, const std::string &text) {
        const std::string path = folder + "/" + name;
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    std::string user_file(const std::string &text) {
        return write("home/.config/lapack_ai/lapack_ai.yaml", text);
    }
    std::string etc_file(const std::string &text) { return write("etc/lapack_ai.yaml", text); }

    std::shared_ptr<const Settings> load() { return load_settings(options, surroundings); }
    std::vector<std::string> check() { return check_settings(options, surroundings); }

    // The message of the error that loading ends with; empty when it succeeds.
    std::string load_error() {
        try {
            load();
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), ErrorKind::configuration);
            return error.what();
        }
        return {};
    }

    std::string folder;
    std::map<std::string, std::string> variables;
    Surroundings surroundings;
    LoadOptions options;
};

}  // namespace lapack_ai::core

// What the tests of plugin loading share: a private folder to put files in.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/error.hpp"
#include "plugin/loaded_plugin.hpp"

namespace lapack_ai::core {

class PluginTest : public testing::Test {
  protected:
    PluginTest() {
        std::string pattern = testing::TempDir() + "lapack_ai_plugin_XXXXXX";
        folder = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
    }
    ~PluginTest() override { std::filesystem::remove_all(folder); }

    std::string write(const std::string &name, const std::string &contents) const {
        const std::string path = folder + "/" + name;
        std::ofstream(path, std::ios::binary) << contents;
        return path;
    }

    // A program of the test's own, in shell.
    std::string script(const std::string &name, const std::string &body) const {
        const std::string path = write(name, "#!/bin/sh\n" + body);
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path;
    }

    static std::string read(const std::string &path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    // Path of a plugin built from faulty/faulty.cpp.
    static std::string faulty(const std::string &fault) {
        return std::string(FAULTY_FOLDER) + "/faulty_" + fault + ".so";
    }

    // A copy of it in the test's folder.
    std::string copy(const std::string &fault) const {
        const std::string path = folder + "/faulty_" + fault + ".so";
        std::filesystem::copy_file(faulty(fault), path);
        return path;
    }

    template <typename Action>
    static std::string error_of(Action action) {
        try {
            action();
        } catch (const Error &error) {
            return error.what();
        }
        return {};
    }

    std::string folder;
};

}  // namespace lapack_ai::core

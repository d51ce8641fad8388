// Whole files in and out: limits, kinds of files, atomic replacement.
#include "base/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/error.hpp"

namespace lapack_ai::core {
namespace {

using testing::HasSubstr;

class FileTest : public testing::Test {
  protected:
    FileTest() {
        std::string pattern = testing::TempDir() + "lapack_ai_file_XXXXXX";
        folder = ::mkdtemp(pattern.data());
    }
    ~FileTest() override { std::filesystem::remove_all(folder); }

    std::string refusal(const std::string &path, std::size_t limit = 100) {
        try {
            read_file(path, limit);
        } catch (const Error &error) {
            return error.what();
        }
        return {};
    }

    std::string folder;
};

TEST_F(FileTest, WritesAndReadsAnyBytes) {
    const std::string bytes("a\0b\xff\r\n", 6);
    write_file_atomically(folder + "/deep/er/file", bytes);
    EXPECT_EQ(read_file(folder + "/deep/er/file"), bytes);
    write_file_atomically(folder + "/deep/er/file", "");
    EXPECT_EQ(read_file(folder + "/deep/er/file"), "");
    EXPECT_THAT(read_file("/proc/self/status"), HasSubstr("Name:")) << "a file whose size says 0";
}

TEST_F(FileTest, SaysWhatCannotBeRead) {
    EXPECT_EQ(refusal(folder + "/none"), folder + "/none: cannot be opened: No such file or directory");
    EXPECT_EQ(refusal(folder), folder + ": is a folder, not a file");
    EXPECT_EQ(refusal("/dev/null"), "/dev/null: is not a regular file");
    ASSERT_EQ(::mkfifo((folder + "/pipe").c_str(), 0600), 0);
    EXPECT_THAT(refusal(folder + "/pipe"), HasSubstr("is not a regular file")) << "and it did not block";
    write_file_atomically(folder + "/big", std::string(101, 'x'));
    EXPECT_EQ(refusal(folder + "/big"), folder + "/big: is larger than 100 bytes");
    EXPECT_EQ(refusal(folder + "/big", 101), "");
    EXPECT_FALSE(read_file_if_there(folder + "/none"));
    EXPECT_FALSE(read_file_if_there(folder + "/big/below"));
    EXPECT_TRUE(read_file_if_there(folder + "/big"));
}

TEST_F(FileTest, SaysWhatCannotBeWritten) {
    EXPECT_THROW(write_file_atomically(folder, "x"), Error);
    write_file_atomically(folder + "/file", "x");
    EXPECT_THROW(write_file_atomically(folder + "/file/below", "x"), Error);
    EXPECT_EQ(read_file(folder + "/file"), "x");
}

TEST_F(FileTest, ReadersSeeTheOldOrTheNewTextWhole) {
    const std::string path = folder + "/file", a(20000, 'a'), b(20000, 'b');
    write_file_atomically(path, a);
    std::atomic<bool> done{false};
    std::thread writer([&] {
        for (int i = 0; i < 50; ++i) write_file_atomically(path, i % 2 == 0 ? b : a);
        done = true;
    });
    while (!done) {
        const std::string seen = read_file(path);
        ASSERT_TRUE(seen == a || seen == b);
    }
    writer.join();
}

TEST_F(FileTest, FingerprintsDiffer) {
    EXPECT_NE(fingerprint("a"), fingerprint("b"));
    EXPECT_NE(fingerprint(""), fingerprint(std::string_view("\0", 1)));
    EXPECT_EQ(fingerprint("b", fingerprint("a")), fingerprint("ab"));
}

}  // namespace
}  // namespace lapack_ai::core

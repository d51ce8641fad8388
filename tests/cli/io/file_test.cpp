#include "io/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "reading.hpp"

namespace lapack_ai::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class FileTest : public testing::Test {
  protected:
    FileTest() {
        std::string pattern = testing::TempDir() + "lapack_ai_file_XXXXXX";
        folder_ = mkdtemp(pattern.data());
    }
    ~FileTest() override { fs::remove_all(folder_); }

    std::string path(const std::string &name) const { return (folder_ / name).string(); }

    std::string write(const std::string &name, const std::string &text) const {
        std::ofstream(path(name), std::ios::binary) << text;
        return path(name);
    }

    std::string message(const std::string &file) const {
        try {
            read_matrix(file, test_limits);
        } catch (const InputError &error) {
            return error.what();
        }
        return "";
    }

    fs::path folder_;
};

TEST_F(FileTest, FindsTheFormatByContentAndEnding) {
    const std::string mtx = "%%MatrixMarket matrix array real general\n1 1\n7\n";
    EXPECT_EQ(*read_matrix(write("a.mtx", mtx)).as<double>(), 7);
    EXPECT_EQ(*read_matrix(write("no_ending", mtx)).as<double>(), 7);
    Matrix A(LAI_DTYPE_F32, 2, 2);
    write_matrix(path("b.npy"), A);
    EXPECT_EQ(read_matrix(path("b.npy")).dtype(), LAI_DTYPE_F32);
    EXPECT_THAT(message(write("c.rua", "title\n")), HasSubstr("c.rua:1: truncated"));
}

TEST_F(FileTest, ReadsFromAPipe) {
    ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
    std::thread writer([&] { write("pipe", "%%MatrixMarket matrix array real general\n1 1\n7\n"); });
    EXPECT_EQ(*read_matrix(path("pipe")).as<double>(), 7);
    writer.join();
}

TEST_F(FileTest, NamesWhatCannotBeRead) {
    EXPECT_EQ(message(path("missing.npy")), path("missing.npy") + ": no such file");
    EXPECT_THAT(message(folder_.string()), HasSubstr("is a directory"));
    EXPECT_THAT(message(write("empty.npy", "")), HasSubstr("empty file"));
    EXPECT_THAT(message(write("text.csv", "1,2,3\n")), HasSubstr("unknown format; must be"));
}

TEST_F(FileTest, WritesWholeFilesOnly) {
    const Matrix A(LAI_DTYPE_F64, 2, 2);
    EXPECT_THROW(write_matrix(path("a.csv"), A), InputError);
    EXPECT_THROW(write_matrix(path("no_folder/a.npy"), A), InputError);
    write_matrix(path("a.mtx"), A);
    EXPECT_EQ(read_matrix(path("a.mtx")).rows(), 2);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace lapack_ai::cli

// The runtime beneath the kernels: memory by addresses, reuse and trimming, transfers of every shape, the
// program cache on disk, and what a machine without OpenCL hears.
#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "opencl_fixture.hpp"

namespace {

using lapack_ai::test::OpenclRuntime;

lai_ocl_figures figures() {
    lai_ocl_figures f{};
    f.size = sizeof f;
    EXPECT_EQ(lai_ocl_read_figures(&f), LAI_OK) << lai_ocl_last_error();
    return f;
}

class OpenclMemory : public OpenclRuntime {};

TEST_F(OpenclMemory, ReleasedSlabsAreHandedOutAgainAndNeverWhileInUse) {
    void *first = nullptr, *second = nullptr, *third = nullptr;
    ASSERT_EQ(lai_ocl_alloc(300000, 0, &first), LAI_OK);
    const auto before = figures();
    lai_ocl_release(first);
    ASSERT_EQ(lai_ocl_alloc(290000, 0, &second), LAI_OK);
    EXPECT_EQ(second, first);
    EXPECT_EQ(figures().allocations, before.allocations);
    EXPECT_EQ(figures().reuses, before.reuses + 1);
    ASSERT_EQ(lai_ocl_alloc(290000, 0, &third), LAI_OK);
    EXPECT_NE(third, second);
    lai_ocl_release(second);
    lai_ocl_release(third);
}

TEST_F(OpenclMemory, ReferencesAreCounted) {
    void *address = nullptr;
    ASSERT_EQ(lai_ocl_alloc(5000, 0, &address), LAI_OK);
    lai_ocl_retain(address);
    lai_ocl_release(address);
    EXPECT_GT(figures().used_bytes, 0u);
    lai_ocl_release(address);
    EXPECT_EQ(figures().used_bytes, 0u);
}

TEST_F(OpenclMemory, AnAddressOutsideIsInvalidNotACrash) {
    lai_ocl_operation *op = nullptr;
    ASSERT_EQ(lai_ocl_begin(0, &op), LAI_OK);
    double x = 0;
    EXPECT_EQ(lai_ocl_zero(op, &x, 8), LAI_INVALID);
    void *address = nullptr;
    ASSERT_EQ(lai_ocl_temporary(op, 4096, &address), LAI_OK);
    EXPECT_EQ(lai_ocl_zero(op, address, 8192), LAI_INVALID);
    EXPECT_EQ(lai_ocl_upload(op, address, 4096, &x, 4096, 4096, 2, 0), LAI_INVALID);
    lai_ocl_end(op);
}

// Every shape of transfer: contiguous, strided, one column, larger than all pinned chunks together, wide
// rows.
TEST_F(OpenclMemory, TransfersKeepEveryByteAndTouchNoOther) {
    const struct {
        std::uint64_t rows, cols, host_ld, device_ld;  // bytes, columns, bytes, bytes
    } shapes[] = {{1, 1, 1, 1},
                  {64, 10, 64, 64},
                  {60, 10, 64, 80},
                  {4096, 1, 4096, 4096},
                  {40u << 20, 1, 40u << 20, 40u << 20},
                  {3000, 5000, 3008, 3072},
                  {9u << 20, 3, (9u << 20) + 64, (9u << 20) + 128}};
    for (const auto &s : shapes) {
        std::vector<unsigned char> out(s.host_ld * s.cols, 7), back(out.size(), 9);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<unsigned char>(i * 31 + i / 255);
        lai_ocl_operation *op = nullptr;
        ASSERT_EQ(lai_ocl_begin(0, &op), LAI_OK);
        void *address = nullptr, *copy = nullptr;
        ASSERT_EQ(lai_ocl_temporary(op, s.device_ld * s.cols, &address), LAI_OK) << lai_ocl_last_error();
        ASSERT_EQ(lai_ocl_temporary(op, s.device_ld * s.cols, &copy), LAI_OK) << lai_ocl_last_error();
        ASSERT_EQ(lai_ocl_upload(op, address, s.device_ld, out.data(), s.host_ld, s.rows, s.cols, 0), LAI_OK)
            << lai_ocl_last_error();
        ASSERT_EQ(lai_ocl_copy(op, copy, s.device_ld, address, s.device_ld, s.rows, s.cols), LAI_OK)
            << lai_ocl_last_error();
        ASSERT_EQ(lai_ocl_download(op, back.data(), s.host_ld, copy, s.device_ld, s.rows, s.cols, 0), LAI_OK)
            << lai_ocl_last_error();
        lai_ocl_end(op);
        for (std::uint64_t j = 0; j < s.cols; ++j) {
            ASSERT_EQ(std::memcmp(&out[j * s.host_ld], &back[j * s.host_ld], s.rows), 0)
                << s.rows << " column " << j;
            for (std::uint64_t i = s.rows; i < s.host_ld; ++i) ASSERT_EQ(back[j * s.host_ld + i], 9);
        }
    }
}

TEST_F(OpenclMemory, PinnedMemoryIsReadAndWrittenInPlace) {
    constexpr std::uint64_t bytes = 1 << 20;
    auto *host = static_cast<unsigned char *>(lai_ocl_host_alloc(bytes));
    ASSERT_NE(host, nullptr);
    std::iota(host, host + bytes, static_cast<unsigned char>(0));
    lai_ocl_operation *op = nullptr;
    ASSERT_EQ(lai_ocl_begin(0, &op), LAI_OK);
    void *address = nullptr;
    ASSERT_EQ(lai_ocl_temporary(op, bytes, &address), LAI_OK);
    ASSERT_EQ(lai_ocl_upload(op, address, bytes, host, bytes, bytes, 1, 1), LAI_OK);
    ASSERT_EQ(lai_ocl_wait(op), LAI_OK);
    std::memset(host, 0, bytes);
    ASSERT_EQ(lai_ocl_download(op, host, bytes, address, bytes, bytes, 1, 1), LAI_OK);
    lai_ocl_end(op);
    for (std::uint64_t i = 0; i < bytes; ++i) ASSERT_EQ(host[i], static_cast<unsigned char>(i));
    lai_ocl_host_free(host);
}

TEST_F(OpenclMemory, FiguresThatNobodyTellsAreAbsent) {
    const auto f = figures();
    EXPECT_TRUE(f.known & 1u);
    lai_ocl_device device{};
    device.size = sizeof device;
    ASSERT_EQ(lai_ocl_device_info(&device), LAI_OK);
    EXPECT_LE(device.max_work_group, 1024u);
    EXPECT_LT(device.local_bytes, 48u * 1024);
    if (device.type == LAI_OCL_DEVICE_CPU) {
        EXPECT_FALSE(f.known >> 7 & 1u) << "a processor has no NVML temperature";
    }
}

// ---- programs on disk ------------------------------------------------------------------------------------
constexpr char kernel_source[] =
    "__kernel void store(__global int *x, const long at, const int v) { x[at] = v; }";

std::vector<std::string> files_in(const std::string &folder) {
    std::vector<std::string> names;
    if (DIR *dir = opendir(folder.c_str())) {
        while (const dirent *entry = readdir(dir))
            if (entry->d_name[0] != '.') names.push_back(folder + "/" + entry->d_name);
        closedir(dir);
    }
    return names;
}

// In a fresh process with its own cache folder: builds the kernel, runs it, and returns 10 * built + loaded;
// 99 when its result was wrong.
int build_in_child(const std::string &folder) {
    const pid_t child = fork();
    if (child == 0) {
        setenv("LAPACK_AI_OPENCL_CACHE", folder.c_str(), 1);
        char path[4096];
        const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
        path[length < 0 ? 0 : length] = '\0';
        execl(path, path, "--gtest_also_run_disabled_tests", "--gtest_filter=*InAChild", "--gtest_brief=1",
              static_cast<char *>(nullptr));
        _exit(98);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

class OpenclPrograms : public OpenclRuntime {};

// Not a test of its own: the body of build_in_child.
TEST_F(OpenclPrograms, DISABLED_InAChild) {
    lai_ocl_kernel *kernel = nullptr;
    ASSERT_EQ(lai_ocl_get_kernel(kernel_source, "", "store", &kernel), LAI_OK) << lai_ocl_last_error();
    const auto f = figures();
    lai_ocl_operation *op = nullptr;
    ASSERT_EQ(lai_ocl_begin(0, &op), LAI_OK);
    void *address = nullptr;
    ASSERT_EQ(lai_ocl_temporary(op, 64, &address), LAI_OK);
    const int value = 42;
    const lai_ocl_arg args[] = {{LAI_OCL_ARG_ADDRESS, 4, static_cast<char *>(address) + 12},
                                {LAI_OCL_ARG_VALUE, 4, &value}};
    const std::size_t one = 1;
    ASSERT_EQ(lai_ocl_launch(op, kernel, 1, &one, &one, args, 2), LAI_OK) << lai_ocl_last_error();
    int back[4] = {};
    ASSERT_EQ(lai_ocl_download(op, back, 16, address, 16, 16, 1, 0), LAI_OK) << lai_ocl_last_error();
    lai_ocl_end(op);
    std::exit(back[3] == 42 ? static_cast<int>(10 * f.programs_built + f.programs_loaded) : 99);
}

TEST(OpenclProgramCache, IsReusedAndRebuiltWhenUnreadable) {
    char folder[] = "/tmp/lapack_ai_programs_XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    EXPECT_EQ(build_in_child(folder), 10);
    const auto files = files_in(folder);
    ASSERT_EQ(files.size(), 1u);
    EXPECT_EQ(build_in_child(folder), 1) << "the second process reads the disk";
    {
        std::fstream file(files[0], std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(60);
        file.put('!');
    }
    EXPECT_EQ(build_in_child(folder), 10) << "a damaged entry is rebuilt";
    EXPECT_EQ(build_in_child(folder), 1);
    std::ofstream(files[0], std::ios::trunc).close();
    EXPECT_EQ(build_in_child(folder), 10) << "an empty entry is rebuilt";
    std::remove(files[0].c_str());
    EXPECT_EQ(build_in_child("off"), 10);
    EXPECT_TRUE(files_in(folder).empty());
    rmdir(folder);
}

TEST(OpenclAbsence, WithoutADriverTheReasonIsSaid) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    // A folder without drivers: some loaders pass over one that is not there.
    char empty[] = "/tmp/lapack_ai_no_drivers_XXXXXX";
    ASSERT_NE(mkdtemp(empty), nullptr);
    const pid_t child = fork();
    if (child == 0) {
        setenv("OCL_ICD_VENDORS", empty, 1);
        dup2(ends[1], 1);
        char path[4096];
        const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
        path[length < 0 ? 0 : length] = '\0';
        execl(path, path, "--gtest_also_run_disabled_tests", "--gtest_filter=*ReasonInAChild",
              static_cast<char *>(nullptr));
        _exit(98);
    }
    close(ends[1]);
    std::string output;
    char buffer[512];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
        output.append(buffer, std::size_t(got));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    rmdir(empty);
    EXPECT_NE(output.find("reason: no OpenCL driver is installed"), std::string::npos) << output;
}

// Not a test of its own: prints why there is no device.
TEST(OpenclAbsence, DISABLED_ReasonInAChild) {
    char reason[512] = "";
    EXPECT_NE(lai_ocl_open(nullptr, reason, sizeof reason), LAI_OK);
    std::printf("reason: %s\n", reason);
}

}  // namespace

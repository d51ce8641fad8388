// See opencl_drivers.hpp.
#include "plugin/opencl_drivers.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "plugin/probe_cache.hpp"

namespace lapack_ai::core {

namespace {

std::string contents(const std::string &path) {
    try {
        return read_file_if_there(path, 65536).value_or("");
    } catch (const Error &) {
        return "unreadable";
    }
}

}  // namespace

std::uint64_t opencl_drivers_fingerprint() {
    std::string facts;
    for (const char *variable : {"OCL_ICD_VENDORS", "OCL_ICD_FILENAMES", "OPENCL_VENDOR_PATH", "POCL_DEVICES",
                                 "CUDA_VISIBLE_DEVICES"}) {
        if (const char *value = std::getenv(variable)) facts += std::string(variable) + "=" + value + "\n";
    }
    const char *vendors = std::getenv("OCL_ICD_VENDORS");
    const std::string folder = vendors && *vendors ? vendors : "/etc/OpenCL/vendors";
    std::vector<std::string> files;
    std::error_code error;
    std::filesystem::directory_iterator entries(folder, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        files.push_back(entries->path().string());
    }
    std::sort(files.begin(), files.end());
    for (const std::string &file : files) {
        const std::string library = trimmed(contents(file));
        facts += file + " " + ProbeCache::identity_of(file) + " " + library + " " +
                 ProbeCache::identity_of(library) + "\n";
    }
    facts += contents("/proc/driver/nvidia/version") + contents("/sys/module/amdgpu/version");
    return fingerprint(facts);
}

}  // namespace lapack_ai::core

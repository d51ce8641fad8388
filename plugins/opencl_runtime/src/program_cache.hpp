// Kernels by source, options and name: built once a process, and kept on disk between processes.
//
// A disk entry is keyed by a 128-bit hash of format, device, driver, options and source. It is written to a
// temporary name and renamed, so concurrent processes never see half of one; an entry that cannot be read,
// does not match its checksum or is refused by the driver is rebuilt without a word.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "device_choice.hpp"
#include "opencl_api.hpp"

namespace lapack_ai::opencl {

// A built kernel. cl_kernel objects hold arguments and so serve one thread at a time: a launch borrows one.
class Kernel {
  public:
    Kernel(const OpenclApi &api, cl_program program, std::string name)
        : api_(api), program_(program), name_(std::move(name)) {}
    cl_kernel borrow();
    void give_back(cl_kernel kernel);
    const std::string &name() const { return name_; }

  private:
    const OpenclApi &api_;
    cl_program program_;
    std::string name_;
    std::mutex mutex_;
    std::vector<cl_kernel> idle_;
};

class ProgramCache {
  public:
    // An empty folder switches the disk cache off.
    ProgramCache(const OpenclApi &api, cl_context context, const DeviceFacts &facts, std::string folder);

    // Throws Failure with the compiler's log when the source does not build.
    Kernel &kernel(const char *source, const std::string &options, const std::string &name);
    // Whether this source builds; the compiler's opinion is wanted, so the disk is not asked.
    bool compiles(const char *source, const std::string &options);

    std::uint64_t built() const { return built_.load(std::memory_order_relaxed); }
    std::uint64_t loaded() const { return loaded_.load(std::memory_order_relaxed); }

  private:
    cl_program program(const std::string &source, const std::string &options);
    cl_program compile(const std::string &source, const std::string &options, std::string &log);
    cl_program load(const std::string &path, const std::string &options);
    void store(const std::string &path, cl_program program);

    const OpenclApi &api_;
    cl_context context_;
    const DeviceFacts &facts_;
    std::string folder_;
    std::mutex mutex_;
    std::unordered_map<std::string, cl_program> programs_;
    std::unordered_map<std::string, std::unique_ptr<Kernel>> kernels_;
    std::atomic<std::uint64_t> built_{0}, loaded_{0};
};

// <LAPACK_AI_OPENCL_CACHE, or XDG_CACHE_HOME or ~/.cache>/lapack_ai/opencl; empty when there is no home or
// LAPACK_AI_OPENCL_CACHE is "off".
std::string default_program_folder();

}  // namespace lapack_ai::opencl

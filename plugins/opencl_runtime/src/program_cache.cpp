// Building, keeping and finding programs.
#include "program_cache.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "failure.hpp"

namespace lapack_ai::opencl {
namespace {

namespace fs = std::filesystem;

constexpr char format[] = "LAIOCL01";  // the first bytes of an entry; a change of layout changes it

// FNV-1a with two bases side by side: collisions would run the wrong kernel, so 64 bits are too few.
struct Hash {
    std::uint64_t a = 0xcbf29ce484222325u, b = 0x9ae16a3b2f90404fu;
    void add(const void *data, std::size_t bytes) {
        const auto *p = static_cast<const unsigned char *>(data);
        for (std::size_t i = 0; i < bytes; ++i) {
            a = (a ^ p[i]) * 0x100000001b3u;
            b = (b ^ p[i] ^ (b >> 29)) * 0xc6a4a7935bd1e995u;
        }
    }
    void add(const std::string &text) {
        add(text.data(), text.size());
        add("\0", 1);
    }
};

std::string hex(const Hash &hash) {
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.a),
                  static_cast<unsigned long long>(hash.b));
    return text;
}

}  // namespace

std::string default_program_folder() {
    if (const char *chosen = secure_getenv("LAPACK_AI_OPENCL_CACHE")) {
        if (std::strcmp(chosen, "off") == 0 || chosen[0] != '/') return {};
        return chosen;
    }
    if (const char *cache = secure_getenv("XDG_CACHE_HOME"); cache && cache[0] == '/')
        return std::string(cache) + "/lapack_ai/opencl";
    if (const char *home = secure_getenv("HOME"); home && home[0] == '/')
        return std::string(home) + "/.cache/lapack_ai/opencl";
    return {};
}

cl_kernel Kernel::borrow() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            const cl_kernel kernel = idle_.back();
            idle_.pop_back();
            return kernel;
        }
    }
    cl_int code = CL_SUCCESS;
    const cl_kernel kernel = api_.CreateKernel(program_, name_.c_str(), &code);
    check(code, "make kernel " + name_);
    return kernel;
}

void Kernel::give_back(cl_kernel kernel) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(kernel);
}

ProgramCache::ProgramCache(const OpenclApi &api, cl_context context, const DeviceFacts &facts,
                           std::string folder)
    : api_(api), context_(context), facts_(facts), folder_(std::move(folder)) {
    if (folder_.empty()) return;
    std::error_code problem;
    fs::create_directories(folder_, problem);
    if (problem || access(folder_.c_str(), W_OK) != 0) folder_.clear();
}

Kernel &ProgramCache::kernel(const char *source, const std::string &options, const std::string &name) {
    const std::string key = options + '\n' + name + '\n' + source;
    const std::lock_guard lock(mutex_);
    auto &slot = kernels_[key];
    if (!slot) slot = std::make_unique<Kernel>(api_, program(source, options), name);
    return *slot;
}

bool ProgramCache::compiles(const char *source, const std::string &options) {
    const std::lock_guard lock(mutex_);
    std::string log;
    const cl_program program = compile(source, options, log);
    if (program) api_.ReleaseProgram(program);
    return program != nullptr;
}

cl_program ProgramCache::program(const std::string &source, const std::string &options) {
    Hash hash;
    hash.add(format);
    hash.add(facts_.uuid + facts_.platform_name);
    hash.add(facts_.driver);
    hash.add(options);
    hash.add(source);
    const std::string key = hex(hash);
    cl_program &program = programs_[key];
    if (program) return program;
    const std::string path = folder_.empty() ? "" : folder_ + "/" + key;
    if (!path.empty()) program = load(path, options);
    if (program) {
        loaded_.fetch_add(1, std::memory_order_relaxed);
        return program;
    }
    std::string log;
    program = compile(source, options, log);
    if (!program) {
        programs_.erase(key);
        throw Failure(LAI_FAULT_CLEAN, "the driver refuses a kernel (options " + options + "): " + log);
    }
    built_.fetch_add(1, std::memory_order_relaxed);
    if (!path.empty()) store(path, program);
    return program;
}

cl_program ProgramCache::compile(const std::string &source, const std::string &options, std::string &log) {
    const char *text = source.c_str();
    cl_int code = faults::at("build");
    if (code != CL_SUCCESS) {
        log = error_name(code);
        return nullptr;
    }
    const cl_program program = api_.CreateProgramWithSource(context_, 1, &text, nullptr, &code);
    if (code == CL_SUCCESS)
        code = api_.BuildProgram(program, 1, &facts_.device, options.c_str(), nullptr, nullptr);
    if (code == CL_SUCCESS) return program;
    log = error_name(code);
    if (!program) return nullptr;
    std::size_t bytes = 0;
    if (api_.GetProgramBuildInfo(program, facts_.device, CL_PROGRAM_BUILD_LOG, 0, nullptr, &bytes) ==
            CL_SUCCESS &&
        bytes > 0) {
        std::string text_log(bytes, '\0');
        api_.GetProgramBuildInfo(program, facts_.device, CL_PROGRAM_BUILD_LOG, bytes, text_log.data(),
                                 nullptr);
        log += "\n" + text_log.substr(0, 4000);
    }
    api_.ReleaseProgram(program);
    return nullptr;
}

// An entry: format, checksum of the binary, the binary.
cl_program ProgramCache::load(const std::string &path, const std::string &options) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    constexpr std::size_t head = sizeof format - 1 + 32;
    if (bytes.size() <= head || bytes.compare(0, sizeof format - 1, format) != 0) return nullptr;
    Hash hash;
    hash.add(bytes.data() + head, bytes.size() - head);
    if (bytes.compare(sizeof format - 1, 32, hex(hash)) != 0) return nullptr;
    const auto *binary = reinterpret_cast<const unsigned char *>(bytes.data() + head);
    const std::size_t size = bytes.size() - head;
    cl_int code = CL_SUCCESS, status = CL_SUCCESS;
    const cl_program program =
        api_.CreateProgramWithBinary(context_, 1, &facts_.device, &size, &binary, &status, &code);
    if (code == CL_SUCCESS) code = status;
    if (code == CL_SUCCESS)
        code = api_.BuildProgram(program, 1, &facts_.device, options.c_str(), nullptr, nullptr);
    if (code == CL_SUCCESS) return program;
    if (program) api_.ReleaseProgram(program);
    return nullptr;
}

void ProgramCache::store(const std::string &path, cl_program program) {
    std::size_t size = 0;
    if (api_.GetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof size, &size, nullptr) != CL_SUCCESS ||
        !size)
        return;
    std::string binary(size, '\0');
    char *data = binary.data();
    if (api_.GetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof data, &data, nullptr) != CL_SUCCESS) return;
    Hash hash;
    hash.add(binary.data(), binary.size());
    const std::string temporary = path + "." + std::to_string(getpid());
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file << format << hex(hash) << binary;
    file.close();
    if (!file || std::rename(temporary.c_str(), path.c_str()) != 0) std::remove(temporary.c_str());
}

}  // namespace lapack_ai::opencl

// Mapping of OpenCL codes, and fault injection.
#include "failure.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sstream>
#include <vector>

namespace lapack_ai::opencl {

bool is_shortage(cl_int code) {
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES ||
           code == CL_INVALID_BUFFER_SIZE || code == CL_OUT_OF_HOST_MEMORY;
}

lai_status status_of(cl_int code, Phase phase) {
    if (code == CL_INVALID_COMMAND_QUEUE || code == CL_INVALID_CONTEXT || code == CL_DEVICE_NOT_AVAILABLE ||
        code == CL_INVALID_PROGRAM || code == -9999)
        return LAI_DEVICE_LOST;
    if (phase == Phase::wait) return LAI_DEVICE_LOST;  // a command died: NVIDIA's context dies with it
    return is_shortage(code) ? LAI_OUT_OF_MEMORY : LAI_FAULT_CLEAN;
}

void check(cl_int code, const std::string &what, Phase phase) {
    if (code != CL_SUCCESS)
        throw Failure(status_of(code, phase), "OpenCL cannot " + what + ": " + error_name(code));
}

namespace faults {
namespace {

struct Fault {
    std::string site;
    cl_int code;
    int after, times;
};
std::atomic<int> armed{0};
std::mutex mutex;
std::vector<Fault> list;

// Passes through `site`; true with the code when a fault is due.
bool pass(const char *site, bool hanging, cl_int &code) {
    if (armed.load(std::memory_order_relaxed) == 0) return false;
    const std::lock_guard lock(mutex);
    for (Fault &fault : list) {
        if (fault.site != site || fault.times == 0 || (fault.code == 0) != hanging) continue;
        if (fault.after-- > 0) continue;
        fault.after = 0;
        if (--fault.times == 0) armed.fetch_sub(1, std::memory_order_relaxed);
        code = fault.code;
        return true;
    }
    return false;
}

}  // namespace

cl_int at(const char *site) {
    cl_int code = CL_SUCCESS;
    return pass(site, false, code) ? code : CL_SUCCESS;
}

bool hang() {
    cl_int code = CL_SUCCESS;
    return pass("wait", true, code);
}

void inject(const char *site, cl_int code, int after, int times) {
    if (times <= 0) return;
    const std::lock_guard lock(mutex);
    list.push_back({site, code, after, times});
    armed.fetch_add(1, std::memory_order_relaxed);
}

void clear() {
    const std::lock_guard lock(mutex);
    list.clear();
    armed.store(0, std::memory_order_relaxed);
}

void read_environment() {
    const char *text = secure_getenv("LAPACK_AI_OPENCL_FAULTS");
    if (!text) return;
    std::istringstream items(text);
    for (std::string item; std::getline(items, item, ',');) {
        char site[32];
        int code = 0, after = 0, times = 1;
        if (std::sscanf(item.c_str(), "%31[a-z]:%d:%d:%d", site, &code, &after, &times) >= 2)
            inject(site, code, after, times);
    }
}

}  // namespace faults
}  // namespace lapack_ai::opencl

// An OpenCL driver that fails at enumeration in the way FAULT names: it crashes, hangs, or answers with an
// error. The loader asks every driver for these two functions and then for its platforms.
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "CL/cl.h"

#define VISIBLE extern "C" __attribute__((visibility("default")))

namespace {

cl_int CL_API_CALL platforms(cl_uint, cl_platform_id *, cl_uint *count) {
#if FAULT == 1
    raise(SIGSEGV);
#elif FAULT == 2
    for (;;) sleep(1);
#endif
    if (count != nullptr) *count = 0;
    return -30;
}

}  // namespace

VISIBLE void *CL_API_CALL clGetExtensionFunctionAddress(const char *name) {
    return std::strcmp(name, "clIcdGetPlatformIDsKHR") == 0 ? reinterpret_cast<void *>(platforms) : nullptr;
}
VISIBLE cl_int CL_API_CALL clIcdGetPlatformIDsKHR(cl_uint entries, cl_platform_id *list, cl_uint *count) {
    return platforms(entries, list, count);
}
VISIBLE cl_int CL_API_CALL clGetPlatformInfo(cl_platform_id, cl_platform_info, std::size_t, void *,
                                             std::size_t *) {
    return -30;
}

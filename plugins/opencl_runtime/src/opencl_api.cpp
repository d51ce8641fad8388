// Loading libOpenCL.so.1 and naming its error codes.
#include "opencl_api.hpp"

#include <dlfcn.h>

#include <mutex>

namespace lapack_ai::opencl {

const OpenclApi *opencl_api(std::string &why) {
    static OpenclApi table{};
    static std::string problem;
    static std::once_flag once;
    std::call_once(once, [] {
        // Never closed: drivers leave threads behind.
        void *library = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
        if (!library) {
            const char *text = dlerror();
            problem = std::string("libOpenCL.so.1 cannot be loaded: ") + (text ? text : "unknown reason");
            return;
        }
#define LAI_LOOK_UP(name)                                                           \
    table.name = reinterpret_cast<decltype(&cl##name)>(dlsym(library, "cl" #name)); \
    if (!table.name && problem.empty()) problem = "libOpenCL.so.1 has no cl" #name;
        LAI_OPENCL_FUNCTIONS(LAI_LOOK_UP)
#undef LAI_LOOK_UP
    });
    if (problem.empty()) return &table;
    why = problem;
    return nullptr;
}

std::string error_name(cl_int code) {
    static const struct {
        cl_int code;
        const char *name;
    } names[] = {{-1, "CL_DEVICE_NOT_FOUND"},
                 {-2, "CL_DEVICE_NOT_AVAILABLE"},
                 {-3, "CL_COMPILER_NOT_AVAILABLE"},
                 {-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE"},
                 {-5, "CL_OUT_OF_RESOURCES"},
                 {-6, "CL_OUT_OF_HOST_MEMORY"},
                 {-11, "CL_BUILD_PROGRAM_FAILURE"},
                 {-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"},
                 {-30, "CL_INVALID_VALUE"},
                 {-34, "CL_INVALID_CONTEXT"},
                 {-36, "CL_INVALID_COMMAND_QUEUE"},
                 {-38, "CL_INVALID_MEM_OBJECT"},
                 {-44, "CL_INVALID_PROGRAM"},
                 {-45, "CL_INVALID_PROGRAM_EXECUTABLE"},
                 {-46, "CL_INVALID_KERNEL_NAME"},
                 {-48, "CL_INVALID_KERNEL"},
                 {-49, "CL_INVALID_ARG_INDEX"},
                 {-50, "CL_INVALID_ARG_VALUE"},
                 {-51, "CL_INVALID_ARG_SIZE"},
                 {-52, "CL_INVALID_KERNEL_ARGS"},
                 {-53, "CL_INVALID_WORK_DIMENSION"},
                 {-54, "CL_INVALID_WORK_GROUP_SIZE"},
                 {-55, "CL_INVALID_WORK_ITEM_SIZE"},
                 {-61, "CL_INVALID_BUFFER_SIZE"},
                 {-63, "CL_INVALID_GLOBAL_WORK_SIZE"},
                 {-1001, "CL_PLATFORM_NOT_FOUND_KHR"}};
    for (const auto &entry : names)
        if (entry.code == code) return std::string(entry.name) + " (" + std::to_string(code) + ")";
    return "OpenCL error " + std::to_string(code);
}

}  // namespace lapack_ai::opencl

// The OpenCL functions the runtime uses, looked up in libOpenCL.so.1 at run time, so that nothing here needs
// OpenCL to load. Only this module and its users inside the runtime include CL/cl.h.
#pragma once

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <string>

// One name a line, which clang-format would undo.
// clang-format off
#define LAI_OPENCL_FUNCTIONS(X) \
    X(GetPlatformIDs) \
    X(GetPlatformInfo) \
    X(GetDeviceIDs) \
    X(GetDeviceInfo) \
    X(CreateContext) \
    X(ReleaseContext) \
    X(CreateCommandQueue) \
    X(ReleaseCommandQueue) \
    X(CreateBuffer) \
    X(ReleaseMemObject) \
    X(EnqueueReadBuffer) \
    X(EnqueueWriteBuffer) \
    X(EnqueueReadBufferRect) \
    X(EnqueueWriteBufferRect) \
    X(EnqueueCopyBufferRect) \
    X(EnqueueFillBuffer) \
    X(EnqueueMapBuffer) \
    X(EnqueueUnmapMemObject) \
    X(CreateProgramWithSource) \
    X(CreateProgramWithBinary) \
    X(BuildProgram) \
    X(GetProgramBuildInfo) \
    X(GetProgramInfo) \
    X(ReleaseProgram) \
    X(CreateKernel) \
    X(ReleaseKernel) \
    X(SetKernelArg) \
    X(EnqueueNDRangeKernel) \
    X(EnqueueMarkerWithWaitList) \
    X(GetEventInfo) \
    X(GetEventProfilingInfo) \
    X(ReleaseEvent) \
    X(RetainEvent) \
    X(Flush) \
    X(Finish)
// clang-format on

namespace lapack_ai::opencl {

struct OpenclApi {
#define LAI_MEMBER(name) decltype(&cl##name) name;
    LAI_OPENCL_FUNCTIONS(LAI_MEMBER)
#undef LAI_MEMBER
};

// The table, loaded once a process; null with the reason in `why`.
const OpenclApi *opencl_api(std::string &why);

// "CL_OUT_OF_RESOURCES (-5)"; codes without a name are numbers alone.
std::string error_name(cl_int code);

}  // namespace lapack_ai::opencl

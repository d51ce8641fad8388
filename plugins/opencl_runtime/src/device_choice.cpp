// Enumeration of platforms and devices.
#include "device_choice.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

#include "failure.hpp"
#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace lapack_ai::opencl {
namespace {

// Limits that kernels are written for, whatever the driver offers: PoCL says 512 KiB and 4096 items, and
// NVIDIA keeps up to 16 bytes of its 48 KiB for itself.
constexpr std::uint32_t local_limit = 48 * 1024 - 16;
constexpr std::uint32_t group_limit = 1024;

template <typename T>
T number(const OpenclApi &api, cl_device_id device, cl_device_info what) {
    T value{};
    return api.GetDeviceInfo(device, what, sizeof value, &value, nullptr) == CL_SUCCESS ? value : T{};
}

std::string text(const OpenclApi &api, cl_device_id device, cl_device_info what) {
    std::size_t bytes = 0;
    if (api.GetDeviceInfo(device, what, 0, nullptr, &bytes) != CL_SUCCESS || bytes == 0) return {};
    std::string value(bytes, '\0');
    if (api.GetDeviceInfo(device, what, bytes, value.data(), nullptr) != CL_SUCCESS) return {};
    value.resize(std::char_traits<char>::length(value.c_str()));
    return value;
}

// cl_khr_device_uuid where the driver has it; else stable names and the position.
std::string uuid_of(const OpenclApi &api, const DeviceFacts &facts, std::size_t position) {
    constexpr cl_device_info device_uuid_khr = 0x106A;
    unsigned char bytes[16] = {};
    if (facts.extensions.find("cl_khr_device_uuid") != std::string::npos &&
        api.GetDeviceInfo(facts.device, device_uuid_khr, sizeof bytes, bytes, nullptr) == CL_SUCCESS) {
        std::string hex;
        char digits[3];
        for (const unsigned char byte : bytes) {
            std::snprintf(digits, sizeof digits, "%02x", byte);
            hex += digits;
        }
        return hex;
    }
    std::string made = facts.platform_name + "-" + facts.name + "-" + std::to_string(position);
    std::replace_if(
        made.begin(), made.end(), [](unsigned char c) { return !std::isalnum(c) && c != '-'; }, '_');
    return made;
}

DeviceFacts facts_of(const OpenclApi &api, cl_platform_id platform, cl_device_id device,
                     std::size_t position) {
    DeviceFacts facts;
    facts.platform = platform;
    facts.device = device;
    const auto type = number<cl_device_type>(api, device, CL_DEVICE_TYPE);
    facts.type = type & CL_DEVICE_TYPE_GPU   ? LAI_OCL_DEVICE_GPU
                 : type & CL_DEVICE_TYPE_CPU ? LAI_OCL_DEVICE_CPU
                                             : LAI_OCL_DEVICE_OTHER;
    facts.name = text(api, device, CL_DEVICE_NAME);
    facts.driver = text(api, device, CL_DRIVER_VERSION);
    facts.extensions = text(api, device, CL_DEVICE_EXTENSIONS);
    char platform_name[256] = "";
    api.GetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof platform_name, platform_name, nullptr);
    facts.platform_name = platform_name;
    facts.nvidia = text(api, device, CL_DEVICE_VENDOR).find("NVIDIA") != std::string::npos;
    facts.fp64 = facts.extensions.find("cl_khr_fp64") != std::string::npos;
    facts.compute_units = number<cl_uint>(api, device, CL_DEVICE_MAX_COMPUTE_UNITS);
    facts.max_work_group = static_cast<std::uint32_t>(
        std::min<std::size_t>(group_limit, number<std::size_t>(api, device, CL_DEVICE_MAX_WORK_GROUP_SIZE)));
    facts.local_bytes = static_cast<std::uint32_t>(
        std::min<cl_ulong>(local_limit, number<cl_ulong>(api, device, CL_DEVICE_LOCAL_MEM_SIZE)));
    facts.total_bytes = number<cl_ulong>(api, device, CL_DEVICE_GLOBAL_MEM_SIZE);
    facts.max_allocation_bytes = number<cl_ulong>(api, device, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    facts.uuid = uuid_of(api, facts, position);
    return facts;
}

// A GPU before an accelerator before a processor, then size.
bool better(const DeviceFacts &a, const DeviceFacts &b) {
    const auto rank = [](const DeviceFacts &f) {
        return f.type == LAI_OCL_DEVICE_GPU ? 2 : f.type == LAI_OCL_DEVICE_OTHER ? 1 : 0;
    };
    if (rank(a) != rank(b)) return rank(a) > rank(b);
    return a.compute_units > b.compute_units;
}

std::vector<DeviceFacts> all_devices(const OpenclApi &api) {
    cl_uint count = 0;
    const cl_int code = api.GetPlatformIDs(0, nullptr, &count);
    if (code == -1001 || (code == CL_SUCCESS && count == 0))
        throw Failure(LAI_DEVICE_LOST,
                      "no OpenCL driver is installed (no platform; see /etc/OpenCL/vendors)");
    if (code != CL_SUCCESS)
        throw Failure(LAI_DEVICE_LOST, "OpenCL platforms cannot be listed: " + error_name(code));
    std::vector<cl_platform_id> platforms(count);
    check(api.GetPlatformIDs(count, platforms.data(), nullptr), "list its platforms");
    std::vector<DeviceFacts> found;
    for (const cl_platform_id platform : platforms) {
        cl_uint devices = 0;
        if (api.GetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &devices) != CL_SUCCESS) continue;
        std::vector<cl_device_id> ids(devices);
        if (api.GetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, devices, ids.data(), nullptr) != CL_SUCCESS)
            continue;
        for (const cl_device_id id : ids)
            if (number<cl_bool>(api, id, CL_DEVICE_AVAILABLE))
                found.push_back(facts_of(api, platform, id, found.size()));
    }
    if (found.empty()) throw Failure(LAI_DEVICE_LOST, "OpenCL is installed, but no device is available");
    return found;
}

}  // namespace

DeviceFacts choose_device(const OpenclApi &api, const std::string &wanted) {
    const std::vector<DeviceFacts> found = all_devices(api);
    if (wanted.empty() || wanted == "auto") {
        DeviceFacts best = found.front();
        for (const DeviceFacts &device : found)
            if (better(device, best)) best = device;
        return best;
    }
    std::size_t position = 0;
    const auto [end, problem] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), position);
    if (problem == std::errc() && end == wanted.data() + wanted.size() && position < found.size())
        return found[position];
    std::string names;
    for (const DeviceFacts &device : found) {
        if (device.name.find(wanted) != std::string::npos || device.uuid.find(wanted) != std::string::npos)
            return device;
        names += (names.empty() ? "" : ", ") + device.name;
    }
    throw Failure(LAI_DEVICE_LOST, "gpu.device is \"" + wanted + "\", but the devices are: " + names);
}

}  // namespace lapack_ai::opencl

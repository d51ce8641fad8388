// NVML by dlopen. Only the first GPU is asked: the runtime uses one, and NVML numbers them alike on a machine
// with one GPU; with several the figures stay absent rather than be another device's.
#include "nvml.hpp"

#include <dlfcn.h>

#include <mutex>

namespace lapack_ai::opencl {
namespace {

using NvmlDevice = void *;
struct Memory {
    unsigned long long total, free, used;
};
struct Utilisation {
    unsigned int gpu, memory;
};

struct Nvml {
    int (*init)() = nullptr;
    int (*count)(unsigned int *) = nullptr;
    int (*device)(unsigned int, NvmlDevice *) = nullptr;
    int (*memory)(NvmlDevice, Memory *) = nullptr;
    int (*utilisation)(NvmlDevice, Utilisation *) = nullptr;
    int (*temperature)(NvmlDevice, int, unsigned int *) = nullptr;
    int (*power)(NvmlDevice, unsigned int *) = nullptr;
    NvmlDevice gpu = nullptr;

    Nvml() {
        void *library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
        if (!library) return;
        const auto look_up = [library](auto &function, const char *name) {
            function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        };
        look_up(init, "nvmlInit_v2");
        look_up(count, "nvmlDeviceGetCount_v2");
        look_up(device, "nvmlDeviceGetHandleByIndex_v2");
        look_up(memory, "nvmlDeviceGetMemoryInfo");
        look_up(utilisation, "nvmlDeviceGetUtilizationRates");
        look_up(temperature, "nvmlDeviceGetTemperature");
        look_up(power, "nvmlDeviceGetPowerUsage");
        unsigned int devices = 0;
        if (!init || !count || !device || init() != 0 || count(&devices) != 0 || devices != 1) return;
        if (device(0, &gpu) != 0) gpu = nullptr;
    }
};

}  // namespace

void read_nvml(lai_ocl_figures &figures) {
    static const Nvml nvml;
    if (!nvml.gpu) return;
    Memory memory;
    Utilisation utilisation;
    unsigned int value = 0;
    if (nvml.memory && nvml.memory(nvml.gpu, &memory) == 0) {
        figures.device_used_bytes = memory.used;
        figures.known |= 1u << 4;
    }
    if (nvml.utilisation && nvml.utilisation(nvml.gpu, &utilisation) == 0) {
        figures.device_utilisation = utilisation.gpu / 100.0;
        figures.known |= 1u << 6;
    }
    if (nvml.temperature && nvml.temperature(nvml.gpu, 0, &value) == 0) {
        figures.temperature_celsius = value;
        figures.known |= 1u << 7;
    }
    if (nvml.power && nvml.power(nvml.gpu, &value) == 0) {
        figures.power_watts = value / 1000.0;
        figures.known |= 1u << 8;
    }
}

}  // namespace lapack_ai::opencl

// Facts and figures of the device as JSON.
#include "device_json.hpp"

#include <cstdio>

#include "lapack_ai/opencl_runtime/operation.hpp"

namespace lapack_ai::opencl_gemm {
namespace {

// A JSON object under construction.
class Object {
  public:
    void text(const char *key, const char *value) {
        std::string quoted = "\"";
        for (const char *c = value; *c; ++c) {
            if (*c == '"' || *c == '\\') quoted += '\\';
            quoted += static_cast<unsigned char>(*c) < 0x20 ? ' ' : *c;
        }
        add(key, quoted + "\"");
    }
    void number(const char *key, double value) {
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.17g", value);
        for (char *c = digits; *c; ++c)
            if (*c == ',') *c = '.';  // a locale's decimal comma
        add(key, digits);
    }
    void number(const char *key, std::uint64_t value) { add(key, std::to_string(value)); }
    void flag(const char *key, bool value) { add(key, value ? "true" : "false"); }
    std::string str() const { return "{" + members_ + "}"; }

  private:
    void add(const char *key, const std::string &value) {
        if (!members_.empty()) members_ += ", ";
        members_ += "\"" + std::string(key) + "\": " + value;
    }
    std::string members_;
};

}  // namespace

std::string device_json() {
    lai_ocl_device device{};
    device.size = sizeof device;
    lai_ocl_figures f{};
    f.size = sizeof f;
    Object json;
    if (lai_ocl_device_info(&device) != LAI_OK) {
        json.text("unavailable", lai_ocl_last_error());
        return json.str();
    }
    json.text("name", device.name);
    json.text("platform", device.platform);
    json.text("driver", device.driver);
    json.text("space", device.space);
    json.text("type", device.type == LAI_OCL_DEVICE_GPU   ? "gpu"
                      : device.type == LAI_OCL_DEVICE_CPU ? "cpu"
                                                          : "other");
    json.number("compute_units", std::uint64_t{device.compute_units});
    json.number("total_bytes", device.total_bytes);
    json.flag("fp64", device.features & LAI_OCL_FEATURE_FP64);
    json.flag("fp64_tensor_cores", device.features & LAI_OCL_FEATURE_FP64_MATRIX);
    if (lai_ocl_read_figures(&f) != LAI_OK) return json.str();
    const auto known = [&](int position) { return (f.known >> position & 1u) != 0; };
    if (known(0)) json.number("pool_used_bytes", f.used_bytes);
    if (known(1)) json.number("pool_cached_bytes", f.cached_bytes);
    if (known(2)) json.number("pool_limit_bytes", f.limit_bytes);
    if (known(4)) json.number("device_used_bytes", f.device_used_bytes);
    if (known(5)) json.number("busy_seconds", f.busy_seconds);
    if (known(6)) json.number("utilisation", f.device_utilisation);
    if (known(7)) json.number("temperature_celsius", f.temperature_celsius);
    if (known(8)) json.number("power_watts", f.power_watts);
    if (known(9)) json.number("pool_allocations", f.allocations);
    if (known(10)) json.number("pool_reuses", f.reuses);
    if (known(11)) json.number("pool_trims", f.trims);
    if (known(12)) json.number("operations", f.operations);
    if (known(13)) json.number("programs_built", f.programs_built);
    if (known(14)) json.number("programs_loaded", f.programs_loaded);
    if (known(15)) json.number("contexts_lost", f.contexts_lost);
    if (known(16)) json.number("bytes_to_device", f.bytes_to_device);
    if (known(17)) json.number("bytes_from_device", f.bytes_from_device);
    return json.str();
}

}  // namespace lapack_ai::opencl_gemm

// Opening, losing and rebuilding the device of the process.
#include "runtime.hpp"

#include <algorithm>
#include <cstdlib>

#include "failure.hpp"
#include "lapack_ai/sdk/host.hpp"

namespace lapack_ai::opencl {
namespace {

thread_local std::string last_error;

Settings read_settings(const lai_host *raw) {
    Settings settings;
    settings.program_folder = default_program_folder();
    if (raw) {
        const sdk::Host host(raw);
        settings.enabled = host.setting("gpu.enabled").boolean(true);
        settings.device = host.setting("gpu.device").string("auto");
        settings.memory_limit_percent = host.setting("gpu.memory_limit_percent").number(80);
        settings.max_concurrent_operations =
            static_cast<int>(host.setting("gpu.max_concurrent_operations").integer(4));
        settings.watchdog_seconds = host.setting("gpu.watchdog_seconds").number(120);
    }
    if (const char *device = secure_getenv("LAPACK_AI_OPENCL_DEVICE")) settings.device = device;
    return settings;
}

}  // namespace

void set_last_error(const char *text) noexcept {
    try {
        last_error = text;
    } catch (...) {
        last_error.clear();
    }
}

Runtime &Runtime::instance() {
    static Runtime *runtime = new Runtime;
    return *runtime;
}

void Runtime::log(std::uint32_t level, const std::string &line) const {
    if (host_) host_->log(host_, level, line.c_str());
}

void Runtime::open(const lai_host *host) {
    const std::lock_guard lock(mutex_);
    if (forked_)
        throw Failure(LAI_DEVICE_LOST, "the OpenCL device belongs to the parent of this forked process");
    if (opened_ > 0) {
        ++opened_;
        return;
    }
    host_ = host;
    const Settings before = settings_;
    settings_ = read_settings(host);
    if (!settings_.enabled) throw Failure(LAI_DECLINED, "switched off by gpu.enabled");
    faults::read_environment();
    std::string why;
    api_ = opencl_api(why);
    if (!api_) throw Failure(LAI_DEVICE_LOST, why);
    if (device_ && (before.device != settings_.device ||
                    before.memory_limit_percent != settings_.memory_limit_percent)) {
        graveyard_.push_back(device_);
        device_.reset();
    }
    if (!device_) {
        DeviceFacts facts = choose_device(*api_, settings_.device);
        space_ = "opencl:" + facts.uuid;
        device_ = std::make_shared<Device>(*api_, std::move(facts), settings_);
    }
    opened_ = 1;
}

void Runtime::close() {
    const std::lock_guard lock(mutex_);
    if (opened_ > 0 && --opened_ == 0) {
        host_ = nullptr;
        if (device_) device_->pool->trim();
    }
}

void Runtime::after_fork_child() {
    forked_ = true;
}

std::shared_ptr<Device> Runtime::device() {
    if (forked_)
        throw Failure(LAI_DEVICE_LOST, "the OpenCL device belongs to the parent of this forked process");
    const std::lock_guard lock(mutex_);
    if (opened_ == 0) throw Failure(LAI_DEVICE_LOST, "the OpenCL runtime is not open");
    if (device_) return device_;
    if (losses_ > 1)
        throw Failure(LAI_DEVICE_LOST,
                      "the OpenCL device was lost twice and is not used again by this process");
    device_ = std::make_shared<Device>(*api_, choose_device(*api_, settings_.device), settings_);
    log(LAI_LOG_WARNING, "OpenCL: the context of " + device_->facts().name + " was rebuilt after a loss");
    return device_;
}

void Runtime::enter() {
    if (active_.fetch_add(1) >= settings_.max_concurrent_operations) {
        active_.fetch_sub(1);
        throw Failure(LAI_BUSY, "gpu.max_concurrent_operations (" +
                                    std::to_string(settings_.max_concurrent_operations) + ") are under way");
    }
    operations_.fetch_add(1, std::memory_order_relaxed);
}

void Runtime::leave() {
    active_.fetch_sub(1);
}

void Runtime::lose(const std::shared_ptr<Device> &device, const std::string &why) {
    const std::lock_guard lock(mutex_);
    if (device->lost()) return;
    device->mark_lost();
    const int losses = ++losses_;
    log(losses == 1 ? LAI_LOG_WARNING : LAI_LOG_ERROR,
        "OpenCL: the context of " + device->facts().name + " is lost (" + why + ")" +
            (losses == 1 ? "; it will be rebuilt" : " again; the device is not used again by this process"));
    graveyard_.push_back(device);
    if (device_ == device) device_.reset();
}

void Runtime::reset_for_tests() {
    faults::clear();
    const std::lock_guard lock(mutex_);
    losses_ = 0;
}

void Runtime::add_work(double busy, std::uint64_t up, std::uint64_t down) {
    busy_ns_.fetch_add(static_cast<std::uint64_t>(busy * 1e9), std::memory_order_relaxed);
    bytes_up_.fetch_add(up, std::memory_order_relaxed);
    bytes_down_.fetch_add(down, std::memory_order_relaxed);
}

}  // namespace lapack_ai::opencl

const char *lai_ocl_last_error(void) {
    return lapack_ai::opencl::last_error.c_str();
}

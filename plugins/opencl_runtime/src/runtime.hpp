// The one runtime of the process: settings, the present device, lost ones, and the count of operations.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "device.hpp"
#include "failure.hpp"
#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace lapack_ai::opencl {

class Runtime {
  public:
    // Never destroyed: drivers and their threads may outlive any order of destruction.
    static Runtime &instance();

    // Throws Failure with the reason when there is no usable device.
    void open(const lai_host *host);
    void close();
    void after_fork_child();

    // The present device; rebuilt once after a loss. Throws Failure(LAI_DEVICE_LOST) when there is none.
    std::shared_ptr<Device> device();
    // Takes a place among gpu.max_concurrent_operations; throws Failure(LAI_BUSY).
    void enter();
    void leave();
    // The context of `device` died. The first time it will be rebuilt, the second time the device is given
    // up.
    void lose(const std::shared_ptr<Device> &device, const std::string &why);
    void reset_for_tests();

    const Settings &settings() const { return settings_; }
    bool is_open() const { return opened_ > 0; }
    const char *space() const { return space_.c_str(); }
    int losses() const { return losses_.load(std::memory_order_relaxed); }
    std::uint64_t operations() const { return operations_.load(std::memory_order_relaxed); }
    void add_work(double busy_seconds, std::uint64_t up, std::uint64_t down);
    double busy_seconds() const {
        return 1e-9 * static_cast<double>(busy_ns_.load(std::memory_order_relaxed));
    }
    std::uint64_t bytes_up() const { return bytes_up_.load(std::memory_order_relaxed); }
    std::uint64_t bytes_down() const { return bytes_down_.load(std::memory_order_relaxed); }

  private:
    Runtime() = default;
    void log(std::uint32_t level, const std::string &line) const;

    std::mutex mutex_;
    int opened_ = 0;
    const lai_host *host_ = nullptr;
    const OpenclApi *api_ = nullptr;
    Settings settings_;
    std::string space_;
    std::shared_ptr<Device> device_;
    std::vector<std::shared_ptr<Device>> graveyard_;  // contexts that died or were replaced: never released
    bool forked_ = false;
    std::atomic<int> losses_{0}, active_{0};
    std::atomic<std::uint64_t> operations_{0}, busy_ns_{0}, bytes_up_{0}, bytes_down_{0};
};

// What lai_ocl_last_error says to this thread.
void set_last_error(const char *text) noexcept;

// Runs body, turning what it throws into a status and the thread's last error.
template <typename Body>
lai_status guarded(Body &&body) noexcept {
    try {
        body();
        return LAI_OK;
    } catch (const Failure &failure) {
        set_last_error(failure.what());
        return failure.status();
    } catch (const std::bad_alloc &) {
        set_last_error("out of host memory");
        return LAI_OUT_OF_MEMORY;
    } catch (const std::exception &error) {
        set_last_error(error.what());
        return LAI_FAULT_CLEAN;
    } catch (...) {
        set_last_error("an exception of unknown type");
        return LAI_FAULT_CLEAN;
    }
}

}  // namespace lapack_ai::opencl

// The exported C functions: each turns into a call on Runtime or an operation, and no exception leaves.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "failure.hpp"
#include "gemm.hpp"
#include "nvml.hpp"
#include "runtime.hpp"
#include "tune.hpp"

using namespace lapack_ai::opencl;

// A kernel as callers hold it: what to build, and what it was built to on the present device.
struct lai_ocl_kernel {
    const char *source;
    std::string options, name;
    std::mutex mutex;
    const Device *built_on = nullptr;
    Kernel *kernel = nullptr;
};

namespace {

// Runs body on an operation; a loss is told to the runtime.
template <typename Body>
lai_status on(lai_ocl_operation *op, Body &&body) noexcept {
    return guarded([&] {
        try {
            if (op->device().lost()) throw Failure(LAI_DEVICE_LOST, "the context of this operation was lost");
            body();
        } catch (const Failure &failure) {
            if (failure.status() == LAI_DEVICE_LOST)
                Runtime::instance().lose(op->shared_device(), failure.what());
            throw;
        }
    });
}

std::uint64_t deadline_or_default(std::uint64_t deadline_ns) {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    const auto now =
        static_cast<std::uint64_t>(t.tv_sec) * 1000000000u + static_cast<std::uint64_t>(t.tv_nsec);
    const auto latest =
        now + static_cast<std::uint64_t>(Runtime::instance().settings().watchdog_seconds * 1e9);
    return deadline_ns == 0 ? latest : std::min(deadline_ns, latest);
}

// An operation beside the limit, for memory calls of core; ended by its scope.
template <typename Body>
lai_status beside(Body &&body) noexcept {
    return guarded([&] {
        Runtime &runtime = Runtime::instance();
        lai_ocl_operation op(runtime.device(), deadline_or_default(0));
        const lai_status status = on(&op, [&] {
            body(op);
            op.wait();
        });
        runtime.add_work(op.busy_seconds(), op.bytes_to_device(), op.bytes_from_device());
        if (status != LAI_OK) throw Failure(status, lai_ocl_last_error());
    });
}

lai_status memory_alloc(void *, std::uint64_t bytes, void **data) {
    return lai_ocl_alloc(bytes, 0, data);
}
void memory_retain(void *, void *data) {
    lai_ocl_retain(data);
}
void memory_release(void *, void *data) {
    lai_ocl_release(data);
}
lai_status memory_upload(void *, void *data, std::uint64_t offset, std::uint64_t ld, const void *host,
                         std::uint64_t host_ld, std::uint64_t rows, std::uint64_t cols) {
    return beside([&](lai_ocl_operation &op) {
        op.upload(static_cast<char *>(data) + offset, ld, host, host_ld, rows, cols, false);
    });
}
lai_status memory_download(void *, const void *data, std::uint64_t offset, std::uint64_t ld, void *host,
                           std::uint64_t host_ld, std::uint64_t rows, std::uint64_t cols) {
    return beside([&](lai_ocl_operation &op) {
        op.download(host, host_ld, static_cast<const char *>(data) + offset, ld, rows, cols, false);
    });
}
lai_status memory_info(void *, lai_memory_info *info) {
    return guarded([&] {
        const auto device = Runtime::instance().device();
        const PoolFigures pool = device->pool->figures();
        info->known = 7;
        info->total_bytes = device->facts().total_bytes;
        info->used_bytes = pool.used;
        info->free_bytes = pool.limit > pool.used ? pool.limit - pool.used : 0;
    });
}

lai_status memory_copy(void *, void *to, std::uint64_t to_offset, std::uint64_t to_ld, const void *from,
                       std::uint64_t from_offset, std::uint64_t from_ld, std::uint64_t rows,
                       std::uint64_t cols) {
    return beside([&](lai_ocl_operation &op) {
        op.copy(static_cast<char *>(to) + to_offset, to_ld, static_cast<const char *>(from) + from_offset,
                from_ld, rows, cols);
    });
}
void *memory_host_alloc(void *, std::uint64_t bytes) {
    return lai_ocl_host_alloc(bytes);
}
void memory_host_free(void *, void *pointer) {
    lai_ocl_host_free(pointer);
}

lai_memory memory_table{sizeof(lai_memory),
                        0,
                        nullptr,
                        nullptr,
                        memory_alloc,
                        memory_retain,
                        memory_release,
                        memory_upload,
                        memory_download,
                        memory_info,
                        memory_copy,
                        memory_host_alloc,
                        memory_host_free};

}  // namespace

lai_status lai_ocl_open(const lai_host *host, char *reason, size_t capacity) {
    const lai_status status = guarded([&] {
        Runtime::instance().open(host);
        memory_table.space = Runtime::instance().space();
    });
    if (status != LAI_OK && capacity > 0) std::snprintf(reason, capacity, "%s", lai_ocl_last_error());
    return status;
}

void lai_ocl_close(void) {
    Runtime::instance().close();
}
void lai_ocl_after_fork_child(void) {
    Runtime::instance().after_fork_child();
}

const char *lai_ocl_space(void) {
    return Runtime::instance().is_open() ? Runtime::instance().space() : nullptr;
}
const lai_memory *lai_ocl_memory(void) {
    return Runtime::instance().is_open() ? &memory_table : nullptr;
}

lai_status lai_ocl_device_info(lai_ocl_device *info) {
    return guarded([&] {
        const auto device = Runtime::instance().device();
        const DeviceFacts &facts = device->facts();
        lai_ocl_device all{};
        all.size = info->size;
        all.type = facts.type;
        all.features = device->features();
        all.compute_units = facts.compute_units;
        all.max_work_group = facts.max_work_group;
        all.local_bytes = facts.local_bytes;
        all.total_bytes = facts.total_bytes;
        all.max_allocation_bytes = facts.max_allocation_bytes;
        all.name = facts.name.c_str();
        all.driver = facts.driver.c_str();
        all.platform = facts.platform_name.c_str();
        all.space = Runtime::instance().space();
        std::memcpy(info, &all, std::min<std::size_t>(info->size, sizeof all));
    });
}

lai_status lai_ocl_read_figures(lai_ocl_figures *figures) {
    return guarded([&] {
        Runtime &runtime = Runtime::instance();
        const auto device = runtime.device();
        const PoolFigures pool = device->pool->figures();
        lai_ocl_figures all{};
        all.size = figures->size;
        all.known = 0xfu | 1u << 5 | 0x3fe00u;
        all.used_bytes = pool.used;
        all.cached_bytes = pool.cached;
        all.limit_bytes = pool.limit;
        all.free_bytes = pool.limit > pool.used ? pool.limit - pool.used : 0;
        all.busy_seconds = runtime.busy_seconds();
        all.allocations = pool.allocations;
        all.reuses = pool.reuses;
        all.trims = pool.trims;
        all.operations = runtime.operations();
        all.programs_built = device->programs->built();
        all.programs_loaded = device->programs->loaded();
        all.contexts_lost = static_cast<std::uint64_t>(runtime.losses());
        all.bytes_to_device = runtime.bytes_up();
        all.bytes_from_device = runtime.bytes_down();
        if (device->facts().nvidia) read_nvml(all);
        std::memcpy(figures, &all, std::min<std::size_t>(figures->size, sizeof all));
    });
}

lai_status lai_ocl_begin(uint64_t deadline_ns, lai_ocl_operation **op) {
    return guarded([&] {
        Runtime &runtime = Runtime::instance();
        const auto device = runtime.device();
        runtime.enter();
        try {
            device->reap();
            *op = new lai_ocl_operation(device, deadline_or_default(deadline_ns));
        } catch (...) {
            runtime.leave();
            throw;
        }
    });
}

void lai_ocl_end(lai_ocl_operation *op) {
    if (!op) return;
    Runtime &runtime = Runtime::instance();
    (void)on(op, [&] {
        if (!op->timed_out()) op->wait();
    });
    runtime.add_work(op->busy_seconds(), op->bytes_to_device(), op->bytes_from_device());
    delete op;
    runtime.leave();
}

lai_status lai_ocl_wait(lai_ocl_operation *op) {
    return on(op, [&] { op->wait(); });
}
lai_status lai_ocl_temporary(lai_ocl_operation *op, uint64_t bytes, void **address) {
    return on(op, [&] { *address = op->temporary(bytes); });
}
void lai_ocl_times(lai_ocl_operation *op, double *transfer_seconds, double *compute_seconds) {
    *transfer_seconds = op->transfer_seconds();
    *compute_seconds = op->compute_seconds();
}

lai_status lai_ocl_alloc(uint64_t bytes, uint32_t flags, void **address) {
    return guarded([&] {
        *address = Runtime::instance().device()->pool->allocate(bytes, (flags & LAI_OCL_PERSISTENT) != 0);
    });
}
void lai_ocl_retain(void *address) {
    (void)guarded([&] { Runtime::instance().device()->pool->retain(address); });
}
void lai_ocl_release(void *address) {
    (void)guarded([&] { Runtime::instance().device()->pool->release(address); });
}
void *lai_ocl_host_alloc(uint64_t bytes) {
    void *memory = nullptr;
    (void)guarded([&] { memory = Runtime::instance().device()->staging->allocate(bytes); });
    return memory;
}
void lai_ocl_host_free(void *pointer) {
    (void)guarded([&] { Runtime::instance().device()->staging->free(pointer); });
}

lai_status lai_ocl_upload(lai_ocl_operation *op, void *to, uint64_t to_ld, const void *from, uint64_t from_ld,
                          uint64_t row_bytes, uint64_t cols, uint32_t pinned) {
    return on(op, [&] { op->upload(to, to_ld, from, from_ld, row_bytes, cols, pinned != 0); });
}
lai_status lai_ocl_download(lai_ocl_operation *op, void *to, uint64_t to_ld, const void *from,
                            uint64_t from_ld, uint64_t row_bytes, uint64_t cols, uint32_t pinned) {
    return on(op, [&] { op->download(to, to_ld, from, from_ld, row_bytes, cols, pinned != 0); });
}
lai_status lai_ocl_copy(lai_ocl_operation *op, void *to, uint64_t to_ld, const void *from, uint64_t from_ld,
                        uint64_t row_bytes, uint64_t cols) {
    return on(op, [&] { op->copy(to, to_ld, from, from_ld, row_bytes, cols); });
}
lai_status lai_ocl_zero(lai_ocl_operation *op, void *to, uint64_t bytes) {
    return on(op, [&] { op->zero(to, bytes); });
}

lai_status lai_ocl_get_kernel(const char *source, const char *options, const char *name,
                              lai_ocl_kernel **kernel) {
    return guarded([&] {
        const auto device = Runtime::instance().device();
        Kernel &built = device->programs->kernel(source, options, name);
        auto *handle = new lai_ocl_kernel;
        handle->source = source;
        handle->options = options;
        handle->name = name;
        handle->built_on = device.get();
        handle->kernel = &built;
        *kernel = handle;
    });
}

lai_status lai_ocl_launch(lai_ocl_operation *op, lai_ocl_kernel *kernel, uint32_t dimensions,
                          const size_t *global, const size_t *local, const lai_ocl_arg *args,
                          uint32_t arg_count) {
    return on(op, [&] {
        Kernel *built = nullptr;
        {
            const std::lock_guard lock(kernel->mutex);
            if (kernel->built_on != &op->device()) {  // the context was rebuilt since
                kernel->kernel =
                    &op->device().programs->kernel(kernel->source, kernel->options, kernel->name);
                kernel->built_on = &op->device();
            }
            built = kernel->kernel;
        }
        op->launch(*built, dimensions, global, local, args, arg_count);
    });
}

lai_status lai_ocl_gemm(lai_ocl_operation *op, const lai_ocl_gemm_call *call) {
    return on(op, [&] { gemm(*op, *call); });
}

lai_status lai_ocl_tune(double budget_seconds, int (*progress)(void *, double, const char *), void *user,
                        char *summary, size_t capacity) {
    return guarded([&] {
        Runtime &runtime = Runtime::instance();
        const auto device = runtime.device();
        std::function<bool(double, const std::string &)> tell;
        if (progress)
            tell = [=](double share, const std::string &what) {
                return progress(user, share, what.c_str()) != 0;
            };
        const std::string text =
            tune(device, tuning_file(runtime.settings().program_folder), budget_seconds, tell);
        if (capacity > 0) std::snprintf(summary, capacity, "%s", text.c_str());
    });
}

void lai_ocl_inject_fault(const char *site, int32_t code, int32_t after, int32_t times) {
    (void)guarded([&] { faults::inject(site, code, after, times); });
}
void lai_ocl_reset_for_tests(void) {
    (void)guarded([] { Runtime::instance().reset_for_tests(); });
}

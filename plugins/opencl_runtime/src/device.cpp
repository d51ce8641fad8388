// Making a context, probing what its compiler can do, and handing out queues.
#include "device.hpp"

#include <cstdlib>

#include "failure.hpp"
#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace lapack_ai::opencl {
namespace {

constexpr char ptx_probe[] = R"(
__kernel void probe(__global int *x) { int y; asm volatile("mov.u32 %0, 7;" : "=r"(y)); *x = y; })";

constexpr char fp64_matrix_probe[] = R"(
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
__kernel void probe(__global double *x) {
    __local double l[2] __attribute__((aligned(16)));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"((uint)(ulong)l), "l"(x), "r"(16) : "memory");
    asm volatile("cp.async.commit_group;" ::: "memory");
    asm volatile("cp.async.wait_group %0;" ::"n"(0) : "memory");
    double c0 = x[0], c1 = x[1], c2 = x[2], c3 = x[3];
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+d"(c0), "+d"(c1), "+d"(c2), "+d"(c3) : "d"(l[0]), "d"(l[1]), "d"(x[2]), "d"(x[3]), "d"(x[4]), "d"(x[5]));
    x[0] = c0 + c1 + c2 + c3;
})";

constexpr char fp16_matrix_probe[] = R"(
__kernel void probe(__global float *x, uint a, uint b) {
    float c0 = x[0], c1 = x[1], c2 = x[2], c3 = x[3];
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3) : "r"(a), "r"(a), "r"(a), "r"(a), "r"(b), "r"(b));
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3) : "r"(a), "r"(a), "r"(a), "r"(a), "r"(b), "r"(b));
    x[0] = c0 + c1 + c2 + c3;
})";

}  // namespace

Device::Device(const OpenclApi &api, DeviceFacts facts, const Settings &settings)
    : api_(api), facts_(std::move(facts)) {
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                reinterpret_cast<cl_context_properties>(facts_.platform), 0};
    cl_int code = CL_SUCCESS;
    context_ = api_.CreateContext(properties, 1, &facts_.device, nullptr, nullptr, &code);
    check(code, "make a context on " + facts_.name);
    service_ = new_queue();
    const double share = settings.memory_limit_percent / 100;
    const auto limit = static_cast<std::uint64_t>(static_cast<double>(facts_.total_bytes) * share);
    pool = std::make_unique<MemoryPool>(api_, context_, service_, limit, facts_.max_allocation_bytes);
    programs = std::make_unique<ProgramCache>(api_, context_, facts_, settings.program_folder);
    staging = std::make_unique<Staging>(api_, context_, service_);
    tuning.load(tuning_file(settings.program_folder), facts_);
}

// The process may be ending and the driver gone before us, so only addresses are given back, never OpenCL
// objects: a device lives until the process ends or is lost.
Device::~Device() {
    if (pool) pool->context_is_dead();
}

std::uint32_t Device::features() {
    std::call_once(probed_, [this] {
        if (facts_.fp64) features_ |= LAI_OCL_FEATURE_FP64;
        if (secure_getenv("LAPACK_AI_OPENCL_PORTABLE"))
            return;  // plain OpenCL C only, for comparison and doubt
        if (!facts_.nvidia || !programs->compiles(ptx_probe, "")) return;
        features_ |= LAI_OCL_FEATURE_PTX;
        if (facts_.fp64 && programs->compiles(fp64_matrix_probe, ""))
            features_ |= LAI_OCL_FEATURE_FP64_MATRIX;
        if (programs->compiles(fp16_matrix_probe, "")) features_ |= LAI_OCL_FEATURE_FP16_MATRIX;
    });
    return features_;
}

cl_command_queue Device::new_queue() {
    cl_int code = CL_SUCCESS;
    const cl_command_queue queue =
        api_.CreateCommandQueue(context_, facts_.device, CL_QUEUE_PROFILING_ENABLE, &code);
    check(code, "make a queue on " + facts_.name);
    return queue;
}

cl_command_queue Device::take_queue() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_queues_.empty()) {
            const cl_command_queue queue = idle_queues_.back();
            idle_queues_.pop_back();
            return queue;
        }
    }
    return new_queue();
}

void Device::return_queue(cl_command_queue queue) {
    const std::lock_guard lock(mutex_);
    idle_queues_.push_back(queue);
}

void Device::abandon(Leftover leftover) {
    const std::lock_guard lock(mutex_);
    leftovers_.push_back(std::move(leftover));
}

void Device::reap() {
    std::vector<Leftover> done;
    {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < leftovers_.size();) {
            cl_int state = CL_COMPLETE;
            if (leftovers_[i].last)
                api_.GetEventInfo(leftovers_[i].last, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state,
                                  nullptr);
            if (state > CL_COMPLETE) {
                ++i;
                continue;
            }
            done.push_back(std::move(leftovers_[i]));
            leftovers_.erase(leftovers_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    for (Leftover &leftover : done) {
        if (leftover.last) api_.ReleaseEvent(leftover.last);
        for (void *address : leftover.temporaries) pool->release(address);
        for (Chunk &chunk : leftover.chunks)
            if (chunk.busy) api_.ReleaseEvent(chunk.busy), chunk.busy = nullptr;
        staging->give_back(leftover.chunks);
        return_queue(leftover.queue);
    }
}

void Device::mark_lost() {
    pool->context_is_dead();
    lost_.store(true, std::memory_order_release);
}

}  // namespace lapack_ai::opencl

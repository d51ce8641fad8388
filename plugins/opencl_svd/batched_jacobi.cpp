// Shapes, local memory and strides of the batched Jacobi kernel.
#include "batched_jacobi.hpp"

#include <algorithm>
#include <vector>

#include "kernel_table.hpp"
#include "svd_kernels.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::address, opencl::local_memory, opencl::value;

constexpr std::int64_t largest_q = 256, largest_p = 1024;
constexpr std::int64_t most_groups = std::int64_t{1} << 22;  // matrices a launch

// Work-group, and which of the two matrices it keeps in local memory.
struct Plan {
    std::int32_t lanes;
    std::size_t items;
    bool g_local, v_local;
    std::uint32_t g_bytes, v_bytes, norm_bytes, red_bytes, done_bytes;
};

Plan plan(const SvdProblem &problem) {
    lai_ocl_device device{};
    device.size = sizeof device;
    opencl::require(lai_ocl_device_info(&device));
    const std::int64_t q = problem.q, pairs = (q + 1) / 2;
    const auto limit = std::min<std::int64_t>(device.max_work_group, 512);
    // All lanes of a pair compute its rotation, so few are best while enough matrices share a unit; a
    // processor has no use for more than it must have.
    std::int64_t lanes = 2;
    const std::int64_t wanted = device.type == LAI_OCL_DEVICE_CPU ? 2 : q <= 16 ? 4 : q <= 40 ? 8 : 16;
    while (lanes < wanted && pairs * lanes * 2 <= limit) lanes *= 2;
    const auto bytes = [&](std::int64_t elements) {
        return static_cast<std::uint32_t>(elements * problem.element);
    };
    Plan made{};
    made.lanes = static_cast<std::int32_t>(lanes);
    // Drivers for processors compile a kernel anew for every size of work-group: two sizes serve all.
    const std::int64_t items = device.type != LAI_OCL_DEVICE_CPU ? pairs * lanes
                               : pairs * lanes <= 64             ? 64
                                                                 : limit;
    made.items = static_cast<std::size_t>(items);
    made.norm_bytes = bytes(q);
    made.red_bytes = bytes(items);
    made.done_bytes = static_cast<std::uint32_t>(4 * q);
    const std::uint32_t free = device.local_bytes - made.norm_bytes - made.red_bytes - made.done_bytes - 64;
    made.g_local = (problem.p | 1) * q * problem.element <= free;
    const std::uint32_t left = made.g_local ? free - bytes((problem.p | 1) * q) : free;
    made.v_local = !problem.want_short || (q | 1) * q * problem.element <= left;
    made.g_bytes = made.g_local ? bytes((problem.p | 1) * q) : 16;
    made.v_bytes = made.v_local && problem.want_short ? bytes((q | 1) * q) : 16;
    return made;
}

}  // namespace

bool suits_jacobi(const SvdProblem &problem) {
    constexpr std::int64_t alone = 48;
    if (problem.long_columns > problem.q) return false;
    if (problem.batch == 1) return problem.p <= alone;
    return problem.q <= largest_q && problem.p <= largest_p;
}

std::uint64_t jacobi_workspace(const SvdProblem &problem) {
    const Plan shape = plan(problem);
    std::uint64_t elements = 1;
    if (!shape.g_local) elements += static_cast<std::uint64_t>(problem.p * problem.q);
    if (!shape.v_local) elements += static_cast<std::uint64_t>(problem.q * problem.q);
    return elements * problem.element * static_cast<std::uint64_t>(problem.batch);
}

template <typename T>
JacobiOutcome run_jacobi(opencl::Operation &op, const SvdProblem &problem, const DeviceMatrix &A,
                         const DeviceResults &results) {
    const Plan shape = plan(problem);
    lai_ocl_kernel *const jacobi = kernel(kernels::svd_batched_jacobi,
                                          real_option<T>() + (shape.g_local ? "-DLOCAL_G=1" : "-DLOCAL_G=0") +
                                              (shape.v_local ? " -DLOCAL_V=1" : " -DLOCAL_V=0"),
                                          "svd_batched_jacobi");
    const auto batch = static_cast<std::uint64_t>(problem.batch);
    const auto p = static_cast<std::int32_t>(problem.p), q = static_cast<std::int32_t>(problem.q);
    const std::int64_t one = 1, m = problem.m, k = problem.q;
    void *const status = op.temporary(4 * batch);
    char *const g_work = shape.g_local ? nullptr
                                       : op.temporary<char>(batch * static_cast<std::uint64_t>(p) *
                                                            static_cast<std::uint64_t>(q) * sizeof(T));
    char *const v_work = shape.v_local ? nullptr
                                       : op.temporary<char>(batch * static_cast<std::uint64_t>(q) *
                                                            static_cast<std::uint64_t>(q) * sizeof(T));

    // Long vectors are columns of U, or rows of VT where the matrix is decomposed through its transpose.
    const bool turned = problem.transposed;
    const std::int32_t want_long = problem.long_columns > 0, want_short = problem.want_short;
    char *const u = static_cast<char *>(results.u), *const vt = static_cast<char *>(results.vt);
    char *const long_ = turned ? vt : u, *const short_ = turned ? u : vt;
    const std::int64_t long_row = turned ? k : 1, long_col = turned ? 1 : m, long_stride = problem.p * k;
    const std::int64_t short_row = turned ? 1 : k, short_col = turned ? m : 1, short_stride = k * k;
    const std::int64_t a_row = turned ? A.ld : one, a_col = turned ? one : A.ld;
    const T eps = sizeof(T) == 8 ? T(0x1p-52) : T(0x1p-23);
    for (std::int64_t first = 0; first < problem.batch; first += most_groups) {
        const std::int64_t count = std::min(most_groups, problem.batch - first);
        const auto at = [&](const void *base, std::int64_t stride) -> const void * {
            return base ? static_cast<const char *>(base) +
                              first * stride * static_cast<std::int64_t>(sizeof(T))
                        : nullptr;
        };
        op.launch(jacobi, {shape.items * static_cast<std::size_t>(count)}, {shape.items},
                  {value(p),
                   value(q),
                   value(shape.lanes),
                   value(eps),
                   address(at(A.data, A.stride), sizeof(T)),
                   value(a_row),
                   value(a_col),
                   value(A.stride),
                   address(at(results.s, k), sizeof(T)),
                   value(k),
                   value(want_long),
                   address(at(long_, long_stride), sizeof(T)),
                   value(long_row),
                   value(long_col),
                   value(long_stride),
                   value(want_short),
                   address(at(short_, short_stride), sizeof(T)),
                   value(short_row),
                   value(short_col),
                   value(short_stride),
                   address(static_cast<char *>(status) + 4 * first, 4),
                   address(at(g_work, problem.p * k), sizeof(T)),
                   address(at(v_work, k * k), sizeof(T)),
                   local_memory(shape.g_bytes),
                   local_memory(shape.v_bytes),
                   local_memory(shape.norm_bytes),
                   local_memory(shape.red_bytes),
                   local_memory(shape.done_bytes)});
    }
    std::vector<std::int32_t> states(batch);
    op.download(states.data(), 4 * batch, status, 4 * batch, 4 * batch, 1);
    const auto bad =
        std::find_if(states.begin(), states.end(), [](std::int32_t state) { return state != 0; });
    if (bad == states.end()) return {};
    return {static_cast<JacobiOutcome::State>(*bad), bad - states.begin()};
}

template JacobiOutcome run_jacobi<float>(opencl::Operation &, const SvdProblem &, const DeviceMatrix &,
                                         const DeviceResults &);
template JacobiOutcome run_jacobi<double>(opencl::Operation &, const SvdProblem &, const DeviceMatrix &,
                                          const DeviceResults &);

}  // namespace lapack_ai::opencl_svd

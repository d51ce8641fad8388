// The plugin opencl_gemm: gemm and gemm_batch on an OpenCL device, and the memory role of that device.
// Operands may be on the host or on the device, each by itself. Without a device it loads and says why it has
// nothing.
#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "device_json.hpp"
#include "gemm_batch.hpp"
#include "gemm_cost.hpp"
#include "half_op.hpp"
#include "lapack_ai/opencl_runtime/operation.hpp"
#include "lapack_ai/sdk/plugin.hpp"

namespace lapack_ai::opencl_gemm {
namespace {

using opencl::Operation;

// How the product is computed: in its own type, from half precision, or from slices of floats.
enum class Way { plain, half, split };

// Slices of a double where nothing asks for more: 48 bits, 21 products.
constexpr std::uint32_t usual_slices = 6, most_slices = 7;

class Gemm {
  public:
    Gemm(const DeviceModel &model, Way way) : model_(model), way_(way) {}

    sdk::Cost query(const sdk::Call &call) const {
        switch (way_) {
            case Way::half:
                return half_cost(model_, call);
            case Way::split:
                return split_cost(model_, call, slices(call));
            default:
                return gemm_cost(model_, call, false, 1);
        }
    }

    void execute(const sdk::Call &call, lai_result &result) {
        lai_ocl_gemm_call g = gemm_call(call);
        if (g.m == 0 || g.n == 0) return;
        Operation op(call.raw().deadline_ns);
        const std::uint64_t element = way_ == Way::half               ? 2
                                      : call.dtype() == LAI_DTYPE_F32 ? 4
                                      : call.dtype() == LAI_DTYPE_C64 ? 16
                                                                      : 8;
        const std::uint64_t result_element = way_ == Way::half ? 4 : element;
        if (way_ == Way::split) g.slices = slices(call);
        const bool reads_ab = g.k > 0 && (g.alpha.re != 0 || g.alpha.im != 0);
        const bool reads_c = g.beta.re != 0 || g.beta.im != 0;
        g.a = on_device(op, call.operand(LAI_GEMM_A), element, reads_ab, g.lda);
        g.b = on_device(op, call.operand(LAI_GEMM_B), element, reads_ab, g.ldb);
        const lai_operand &C = call.operand(LAI_GEMM_C);
        void *const c = on_device(op, C, result_element, reads_c, g.ldc);
        g.c = c;
        op.gemm(g);
        if (C.space == 0)
            fetch(op, C, c, static_cast<std::uint64_t>(g.ldc) * result_element, result_element, reads_c);
        else
            op.wait();
        const auto times = op.times();
        result.transfer_seconds = times.transfer;
        result.compute_seconds = times.compute;
        result.algorithm = way_ == Way::half    ? "OpenCL, half precision"
                           : way_ == Way::split ? "OpenCL, doubles from slices of floats"
                                                : "OpenCL, tiled";
    }

  private:
    // One slice more where the caller asks for an error that the usual number may not reach.
    static std::uint32_t slices(const sdk::Call &call) {
        const double wanted = call.raw().target_error;
        return wanted > 0 && wanted < 1e-12 ? most_slices : usual_slices;
    }

    // The operand's device address; host operands get a temporary with an even leading dimension, which the
    // fastest kernels want, and are copied there if they are read.
    static void *on_device(Operation &op, const lai_operand &operand, std::uint64_t element, bool reads,
                           std::int64_t &ld) {
        if (operand.space != 0) return operand.data;
        const std::int64_t grain = element == 2 ? 8 : 2;
        ld = (std::max<std::int64_t>(operand.rows, 1) + grain - 1) / grain * grain;
        const std::uint64_t ld_bytes = static_cast<std::uint64_t>(ld) * element;
        void *address =
            op.temporary(ld_bytes * static_cast<std::uint64_t>(std::max<std::int64_t>(operand.cols, 1)));
        if (reads)
            op.upload(address, ld_bytes, operand.data, static_cast<std::uint64_t>(operand.ld) * element,
                      static_cast<std::uint64_t>(operand.rows) * element,
                      static_cast<std::uint64_t>(operand.cols), operand.flags & LAI_OPERAND_PINNED);
        return address;
    }

    // Brings C back. An in-out C lands beside first: a copy that breaks off must leave it as it was.
    static void fetch(Operation &op, const lai_operand &C, const void *from, std::uint64_t from_ld,
                      std::uint64_t element, bool in_out) {
        const std::uint64_t rows = static_cast<std::uint64_t>(C.rows) * element;
        const std::uint64_t ld = static_cast<std::uint64_t>(C.ld) * element,
                            cols = static_cast<std::uint64_t>(C.cols);
        if (!in_out) return op.download(C.data, ld, from, from_ld, rows, cols, C.flags & LAI_OPERAND_PINNED);
        const std::unique_ptr<char[]> landing(new char[rows * cols]);
        op.download(landing.get(), rows, from, from_ld, rows, cols);
        for (std::uint64_t j = 0; j < cols; ++j)
            std::memcpy(static_cast<char *>(C.data) + j * ld, landing.get() + j * rows, rows);
    }

    DeviceModel model_;
    Way way_;
};

class GemmBatch {
  public:
    GemmBatch(const DeviceModel &model, std::int64_t size_limit) : model_(model), size_limit_(size_limit) {}

    sdk::Cost query(const sdk::Call &call) const { return gemm_cost(model_, call, true, size_limit_); }

    void execute(const sdk::Call &call, lai_result &result) {
        if (call.batch_size() == 0 || call.dim(LAI_GEMM_M) == 0 || call.dim(LAI_GEMM_N) == 0) return;
        run_batch(call, model_.limit_bytes, size_limit_, result);
        result.algorithm = "OpenCL, batched";
    }

  private:
    DeviceModel model_;
    std::int64_t size_limit_;
};

class OpenclGemm : public sdk::Plugin {
  public:
    explicit OpenclGemm(sdk::Host host) : Plugin(host) {
        char reason[1024] = "";
        if (lai_ocl_open(host.raw(), reason, sizeof reason) != LAI_OK) {
            unavailable(reason);
            return;
        }
        open_ = true;
        lai_ocl_device device{};
        device.size = sizeof device;
        if (lai_ocl_device_info(&device) != LAI_OK) {
            unavailable(lai_ocl_last_error());
            return;
        }
        const DeviceModel model(device);
        const std::vector<std::uint32_t> spaces = {host.intern_space(device.space)};
        const std::uint64_t dtypes = device.features & LAI_OCL_FEATURE_FP64
                                         ? LAI_DTYPES_SDCZ
                                         : LAI_DTYPE_BIT(LAI_DTYPE_F32) | LAI_DTYPE_BIT(LAI_DTYPE_C32);
        add<Gemm>({.op = LAI_OP_GEMM,
                   .dtypes = dtypes,
                   .place = LAI_PLACE_OPENCL,
                   .device = device.space,
                   .spaces = spaces},
                  model, Way::plain);
        if (device.features & LAI_OCL_FEATURE_FP64)
            add<Gemm>({.op = LAI_OP_GEMM,
                       .name = "split",
                       .dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F64),
                       .place = LAI_PLACE_OPENCL,
                       .accuracy = LAI_ACCURACY_MIXED,
                       .device = device.space,
                       .spaces = spaces},
                      model, Way::split);
        host.register_op(half_schema());
        add<Gemm>({.op = op_gemm_half,
                   .dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F16) | LAI_DTYPE_BIT(LAI_DTYPE_BF16),
                   .place = LAI_PLACE_OPENCL,
                   .device = device.space,
                   .spaces = spaces},
                  model, Way::half);
        add<GemmBatch>({.op = LAI_OP_GEMM_BATCH,
                        .dtypes = dtypes,
                        .place = LAI_PLACE_OPENCL,
                        .device = device.space,
                        .spaces = spaces,
                        .batches = true},
                       model, host.setting("batch.size_limit").integer(1024));
        provide(LAI_ROLE_MEMORY, lai_ocl_memory());
        describe(device_json);
        tunes([](double budget_seconds, const Tell &tell) {
            std::string summary(8192, '\0');
            const auto pass = [](void *user, double share, const char *what) {
                return (*static_cast<const Tell *>(user))(share, what) ? 1 : 0;
            };
            opencl::require(lai_ocl_tune(budget_seconds, pass, const_cast<Tell *>(&tell), summary.data(),
                                         summary.size()));
            summary.resize(std::strlen(summary.c_str()));
            return summary;
        });
    }
    ~OpenclGemm() override {
        if (open_) lai_ocl_close();
    }
    void after_fork_child() override { lai_ocl_after_fork_child(); }

  private:
    bool open_ = false;
};

}  // namespace
}  // namespace lapack_ai::opencl_gemm

LAPACK_AI_PLUGIN(lapack_ai::opencl_gemm::OpenclGemm);

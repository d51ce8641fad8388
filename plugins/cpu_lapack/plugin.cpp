// The plugin: every built-in op in s, d, c and z on the BLAS and LAPACK it is linked with. Built twice:
// cpu_lapack (OpenBLAS) and cpu_reference (unmodified reference LAPACK and BLAS, slow and certain).
#include "lapack_ai/sdk/plugin.hpp"

#include "library.hpp"
#include "native.hpp"
#include "op_cholesky.hpp"
#include "op_condition.hpp"
#include "op_eigen.hpp"
#include "op_gelsd.hpp"
#include "op_gemm.hpp"
#include "op_gesvd.hpp"
#include "op_lu.hpp"
#include "op_orthogonal.hpp"
#include "op_variant.hpp"

namespace lapack_ai::cpu {
namespace {

template <typename T>
using GesvdOp = Gesvd<T>;

class CpuLapack : public sdk::Plugin {
  public:
    explicit CpuLapack(sdk::Host host)
        : Plugin(host), shared_{Speed(), static_cast<int>(host.options()["threads"].integer(0))} {
        add_op<Gemm>(LAI_OP_GEMM);
        add_op<Gemm>(LAI_OP_GEMM_BATCH, true);
        add_op<GesvdOp>(LAI_OP_GESVD);
        add_op<Gesv>(LAI_OP_GESV);
        add_op<Posv>(LAI_OP_POSV);
        add_op<Gels>(LAI_OP_GELS);
        add_op<Gelsd>(LAI_OP_GELSD);
        add_op<Syev>(LAI_OP_SYEV);
        add_op<Geev>(LAI_OP_GEEV);
        add_op<Getrf>(LAI_OP_GETRF);
        add_op<Getrs>(LAI_OP_GETRS);
        add_op<Getri>(LAI_OP_GETRI);
        add_op<Potrf>(LAI_OP_POTRF);
        add_op<Potrs>(LAI_OP_POTRS);
        add_op<Geqrf>(LAI_OP_GEQRF);
        add_op<Orgqr>(LAI_OP_ORGQR);
        add_op<Gecon>(LAI_OP_GECON);
        add_op<Pocon>(LAI_OP_POCON);
        add_op<Trcon>(LAI_OP_TRCON);
        provide(LAI_EXT_BENCH_NATIVE, &native_table);
        describe([this] {
            return "{\"library\": \"" + library_description() + "\", \"dgemm_gflops_per_thread\": " +
                   std::to_string(shared_.speed.flops_per_second() / 1e9) + "}";
        });
    }

    void after_fork_child() override { enter_forked_child(); }

  private:
    template <template <typename> class Op>
    void add_op(const char *op_id, bool batched = false) {
        add<OpVariant<Op>>({.op = op_id, .batches = true}, host(), shared_, batched, false);
#if defined(CPU_LAPACK_OPENMP)
        // Threads cost more than they gain on many sizes, and which ones only a measurement tells: the number
        // is a choice like that of a backend (docs/adr/0085).
        if (!batched) add<OpVariant<Op>>({.op = op_id, .name = "one_thread"}, host(), shared_, false, true);
#endif
    }

    Shared shared_;
};

}  // namespace
}  // namespace lapack_ai::cpu

LAPACK_AI_PLUGIN(lapack_ai::cpu::CpuLapack);

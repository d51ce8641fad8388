// The plugin: one variant of gemm per scheme, so that each is priced, calibrated, explained and pinned by its
// own name. A forced scheme (option `scheme`) leaves that one alone.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <new>
#include <string>

#include "choice.hpp"
#include "gemm_call.hpp"
#include "host_services.hpp"
#include "lapack_ai/sdk/plugin.hpp"
#include "workspace.hpp"

namespace lapack_ai::alpha_gemm {
namespace {

// Offered under `scheme: auto`: the ones that were fastest for some shape on some machine. The rest of the
// table is there by name.
const char *const offered[] = {
    "2x2x2:7",  "2x3x3:15", "3x2x3:15",         "3x3x2:15",         "3x3x6:40",         "3x6x3:40",
    "6x3x3:40", "4x4x4:48", "3x3x6:40*2x2x2:7", "3x6x3:40*2x2x2:7", "6x3x3:40*2x2x2:7", "4x4x4:48*2x2x2:7"};

class SchemeVariant {
  public:
    SchemeVariant(sdk::Host host, const Options &options, WorkspacePool &pool, const CompiledScheme &compiled)
        : host_(host), options_(options), pool_(pool), compiled_(compiled) {}

    sdk::Cost query(const sdk::Call &call) const {
        const Choice choice = choose_plan(compiled_, options_, host_, call);
        if (choice.reason != LAI_REASON_NONE) return sdk::Cost::decline(choice.reason, choice.note);
        const bool complex = sdk::dtype_is_complex(call.dtype());
        return sdk::Cost()
            .compute(choice.seconds)
            .sigma(0.1)
            .host_extra(static_cast<std::uint64_t>(choice.plan.workspace_bytes))
            .normwise(error_factor(compiled_, choice.plan.block_k, complex))
            .stays_clean(choice.plan.writes_once())
            .algorithm(label(choice.plan))
            .note("norms are max |a_ij|");
    }

    lai_status execute(const sdk::Call &call, lai_result &result) {
        const Choice choice = choose_plan(compiled_, options_, host_, call);
        if (choice.reason != LAI_REASON_NONE) throw sdk::Declined(choice.reason, choice.note);
        const WorkspaceLease workspace(pool_, choice.plan.workspace_bytes);
        if (workspace.data() == nullptr) throw sdk::Failure(LAI_OUT_OF_MEMORY, "no memory for the blocks");

        HostServices services(host_, call);
        const Outcome outcome = run(choice.plan, gemm_of(call), workspace.data(), services);
        result.algorithm = label(choice.plan);
        result.host_bytes_used = static_cast<std::uint64_t>(choice.plan.workspace_bytes);
        switch (outcome) {
            case Outcome::fast:
                return LAI_OK;
            case Outcome::conventional:
                result.remark |= LAI_REMARK_RECOMPUTED;
                result.detail =
                    "an operand is not finite, or so large that the scheme could overflow: "
                    "computed conventionally";
                return LAI_OK;
            case Outcome::failed:
                result.detail = "a base product was not carried out";
                return services.failure();
            case Outcome::failed_dirty:
                break;
        }
        result.detail = "a base product was not carried out after columns of C had been written";
        return LAI_FAULT_DIRTY;
    }

  private:
    Outcome run(const Plan &plan, const Gemm &gemm, void *workspace, Services &services) const {
        try {
            return plan.shape.real_bytes == 8
                       ? run_plan<double>(plan, gemm, options_.scaling, workspace, services)
                       : run_plan<float>(plan, gemm, options_.scaling, workspace, services);
        } catch (const std::bad_alloc &) {
            if (!plan.writes_once()) throw;  // it may have written: the SDK says so
            throw sdk::Failure(LAI_OUT_OF_MEMORY, "no memory for the lists of blocks");
        }
    }

    const char *label(const Plan &plan) const {
        return plan.order == Order::breadth_first ? compiled_.breadth_first_label.c_str()
                                                  : compiled_.depth_first_label.c_str();
    }

    sdk::Host host_;
    const Options &options_;
    WorkspacePool &pool_;
    const CompiledScheme &compiled_;
};

class AlphaGemm : public sdk::Plugin {
  public:
    explicit AlphaGemm(sdk::Host host) : sdk::Plugin(host), options_(read_options(host.options())) {
        if (options_.scheme != "auto" && options_.scheme != "all") {
            offer(options_.scheme.c_str());
            return;
        }
        for (const char *name : offered) offer(name);
        if (options_.scheme == "auto") return;
        for (const std::string &name : scheme_names()) {
            const bool named = std::find(std::begin(offered), std::end(offered), name) != std::end(offered);
            if (!named && compiled_scheme(name) != nullptr) offer(name.c_str());
        }
    }

    void after_fork_child() override { pool_.forget_borrowers(); }

  private:
    void offer(const char *name) {
        const CompiledScheme &compiled = *compiled_scheme(name);
        const Scheme &scheme = compiled.scheme;
        sdk::VariantInfo info;
        info.op = LAI_OP_GEMM;
        info.name = compiled.scheme.name.c_str();  // compiled schemes live as long as the process
        info.place = LAI_PLACE_COMPOSED;
        info.accuracy = LAI_ACCURACY_NORMWISE;
        info.flags = LAI_VARIANT_MAY_DIRTY;  // with several panels or depth-first: query says which calls
        info.ranges = {{0, LAI_GEMM_M, options_.min_block * scheme.m, 0},
                       {0, LAI_GEMM_N, options_.min_block * scheme.n, 0},
                       {0, LAI_GEMM_K, options_.min_block * scheme.k, 0}};
        add<SchemeVariant>(std::move(info), host(), options_, pool_, compiled);
    }

    Options options_;
    WorkspacePool pool_;
};

}  // namespace
}  // namespace lapack_ai::alpha_gemm

LAPACK_AI_PLUGIN(lapack_ai::alpha_gemm::AlphaGemm);

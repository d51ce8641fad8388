// What happens when something fails: host services, memory, input that is not finite.
#include <cmath>
#include <cstring>

#include "checks.hpp"
#include "lapack_ai/sdk/dtype.hpp"

namespace lapack_ai::conformance::checks {

namespace {

constexpr Service injected[] = {Service::arena_alloc, Service::parallel_for, Service::predict,
                                Service::invoke};
constexpr lai_status nested_failures[] = {LAI_DECLINED, LAI_OUT_OF_MEMORY, LAI_FAULT_CLEAN,
                                          LAI_BUSY,     LAI_TIMEOUT,       LAI_DEVICE_LOST};

// Runs a call once for each thing that can be made to fail on its way, and shows every outcome to `see`; the
// problem is put back before each.
void with_faults(Session &s, const Case &one, Problem &problem,
                 const std::function<void(const std::string &, const Outcome &)> &see) {
    std::int64_t used[std::size(injected)];
    for (std::size_t i = 0; i < std::size(injected); ++i) used[i] = -s.host.calls(injected[i]);
    s.run(one.variant, problem);
    for (std::size_t i = 0; i < std::size(injected); ++i) used[i] += s.host.calls(injected[i]);
    const auto attempt = [&](const std::string &fault, Session::Workspace workspace) {
        problem.restore();
        const Outcome outcome = s.run(one.variant, problem, workspace);
        s.host.mend();
        s.host.arena_reset();
        see(fault, outcome);
    };
    attempt("no workspace given", Session::Workspace::none);
    for (std::size_t i = 0; i < std::size(injected); ++i)
        for (std::int64_t nth = 0; nth < std::min<std::int64_t>(used[i], 3); ++nth) {
            s.host.nested_failure =
                nested_failures[(static_cast<std::size_t>(one.index) + static_cast<std::size_t>(nth)) %
                                std::size(nested_failures)];
            s.host.fail(injected[i], nth, one.index % 2 == 0);
            attempt(std::string(to_string(injected[i])) + " fails at call " + std::to_string(nth + 1),
                    Session::Workspace::as_stated);
        }
}

Recipe recipe_of(Case &one, Content content) {
    Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype,
                         {.flags = true, .batch = one.index % 3 == 2}, one.random);
    recipe.threads = 1 + one.index % 2;
    recipe.content = content;
    return recipe;
}

// Which operands a status allows to have changed: with FAULT_DIRTY those that are read and written.
std::string spoilt(const Variant &variant, Problem &problem, lai_status status) {
    if (status == LAI_FAULT_DIRTY && (variant.table->flags & LAI_VARIANT_MAY_DIRTY)) return {};
    return problem.changed(true);
}

void untouched(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        constexpr Content contents[] = {Content::ordinary, Content::nan, Content::inf};
        const Recipe recipe = recipe_of(one, contents[one.index % 3]);
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        const auto see = [&](const std::string &fault, const Outcome &outcome) {
            if (outcome.status == LAI_OK) return;
            const std::string where = spoilt(one.variant, problem, outcome.status);
            if (!where.empty())
                s.fail(fault + ": it answers " + status_name(outcome.status) + " and has changed " + where);
        };
        see("without a fault", s.run(one.variant, problem));
        problem.restore();
        problem.call().deadline_ns = 1;  // long past
        see("the deadline has passed", s.run(one.variant, problem));
        problem.call().deadline_ns = 0;
        problem.restore();
        with_faults(s, one, problem, see);
    });
}

void faults(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        const Recipe recipe = recipe_of(one, Content::ordinary);
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        with_faults(s, one, problem, [&](const std::string &fault, const Outcome &outcome) {
            const lai_status status = outcome.status;
            if (status < 0 || status >= LAI_STATUS_COUNT)
                return s.fail(fault + ": status " + std::to_string(status) + " is none of the contract's");
            if (status == LAI_INVALID && outcome.queried)
                return s.fail(fault +
                              ": it answers INVALID, which blames an argument; no argument was wrong");
            if (status == LAI_FAULT_DIRTY && !(one.variant.table->flags & LAI_VARIANT_MAY_DIRTY))
                return s.fail(fault + ": FAULT_DIRTY is for variants that say MAY_DIRTY");
            if (status == LAI_OK) {
                const Verdict found = s.verdict(one.variant, problem, outcome);
                if (!found.good()) return s.fail(fault + ", and it says OK: " + found.fault());
            }
            problem.restore();
            const Outcome after = s.run(one.variant, problem);
            if (after.status != LAI_OK && after.status != LAI_DECLINED)
                return s.fail(fault + ": the same call afterwards answers " + status_name(after.status));
            const Verdict found = s.verdict(one.variant, problem, after);
            if (after.status == LAI_OK && !found.good())
                s.fail(fault + ": the same call afterwards is wrong: " + found.fault());
        });
    });
}

// Session reports whatever crosses the border; this goes where exceptions are born.
void exceptions(Session &s) {
    if (!s.start()) return;
    s.each_case(
        [&](Case &one) {
            constexpr Content contents[] = {Content::ordinary, Content::singular, Content::nan, Content::inf};
            Recipe recipe = recipe_of(one, contents[one.index % 4]);
            if (recipe.content == Content::singular && !knowledge_of(one.op()).can_be_singular)
                recipe.content = Content::ordinary;
            Problem problem(one.op(), one.dtype, recipe);
            fill(problem);
            s.at(one, recipe);
            with_faults(s, one, problem, [](const std::string &, const Outcome &) {});
        },
        8);
}

// Ops that must look at every diagonal element of their first operand.
bool reads_diagonal(const core::Op &op) {
    for (const char *id : {"lai.gesvd/1", "lai.gesv/1", "lai.posv/1", "lai.gels/1", "lai.syev/1",
                           "lai.geev/1", "lai.getrf/1", "lai.potrf/1", "lai.geqrf/1"})
        if (std::strcmp(op.schema->id, id) == 0) return true;
    return false;
}

bool finite_outputs(Problem &p) {
    for (std::size_t o = 0; o < p.operand_count(); ++o) {
        const lai_dtype dtype = p.layout(o).dtype;
        if (!p.writes(o) || dtype < LAI_DTYPE_F32 || dtype > LAI_DTYPE_C64) continue;
        const bool finite = sdk::visit(dtype, [&]<typename T>(sdk::Type<T>) {
            for (std::int64_t b = 0; b < p.items(); ++b) {
                const Matrix<T> A = p.now<T>(o, b);
                for (std::int64_t j = 0; j < A.cols(); ++j)
                    for (std::int64_t i = 0; i < A.rows(); ++i)
                        if (!std::isfinite(std::real(A(i, j))) || !std::isfinite(std::imag(A(i, j))))
                            return false;
            }
            return true;
        });
        if (!finite) return false;
    }
    return true;
}

void nonfinite(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {.flags = true}, one.random);
        recipe.content = one.index % 2 ? Content::inf : Content::nan;
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        const Outcome outcome = s.run(one.variant, problem);
        if (outcome.threw || outcome.status == LAI_DECLINED) return;
        if (outcome.status == LAI_INVALID) {
            if (outcome.result.argument == 0) s.fail("INVALID must name the argument");
            return;
        }
        if (outcome.status != LAI_OK)
            return s.fail(std::string("it answers ") + status_name(outcome.status) +
                          "; must be OK with what follows from the input, INVALID or DECLINED");
        if (std::strncmp(one.op().schema->id, "lai.gemm", 8) == 0) {
            const Verdict found = s.verdict(one.variant, problem, outcome);
            if (!found.good()) s.fail(found.fault());
        } else if (recipe.content == Content::nan && outcome.result.info == 0 && reads_diagonal(one.op()) &&
                   finite_outputs(problem)) {
            s.fail("NaN among the input, OK, INFO = 0 and finite outputs: it was lost on the way");
        }
    });
}

}  // namespace

std::span<const Check> failures() {
    static constexpr Check all[] = {
        {"untouched", "outputs are untouched unless the status is OK", untouched},
        {"faults", "services of the host fail: a status of the contract, and right again afterwards", faults},
        {"exceptions", "nothing is thrown across the border", exceptions},
        {"nonfinite", "NaN and Inf among the input: it ends, and they are not lost", nonfinite}};
    return all;
}

}  // namespace lapack_ai::conformance::checks

// Right answers: every op and element type a variant claims, against the reference, with one thing out of the
// ordinary in each check, so that the name of a failing check says what is wrong.
#include <algorithm>

#include "checks.hpp"

namespace lapack_ai::conformance::checks {

namespace {

void judge_case(Session &s, Case &one, const Recipe &recipe) {
    Problem problem(one.op(), one.dtype, recipe);
    fill(problem);
    s.at(one, recipe);
    s.judged(one, problem, s.run(one.variant, problem));
}

// A call that a variant for large problems may want to take: of growing size, as far as one can wait for the
// reference. False: it declines all of them.
bool try_larger(Session &s, Case &one) {
    for (const std::int64_t n : {96, 192, 384}) {
        const Recipe recipe = of_size(one.op(), *one.variant.table, one.dtype, n);
        if (flops_of(one.op(), one.dtype, recipe) > 3e8) return false;
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        if (s.judged(one, problem, s.run(one.variant, problem))) return true;
    }
    return false;
}

void results(Session &s) {
    if (!s.start()) return;
    for (const Variant &variant : s.variants())
        if (!variant.op) s.fail(variant.title + ": nobody has registered this op");
    const Variant *current = nullptr;
    lai_dtype dtype = LAI_DTYPE_NONE;
    int accepted = 0, asked = 0;
    s.each_case([&](Case &one) {
        if (current != &one.variant || dtype != one.dtype) accepted = asked = 0;
        current = &one.variant;
        dtype = one.dtype;
        Aspects aspects;
        aspects.flops = one.index == 0 ? 3e6 : aspects.flops;
        Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, aspects, one.random);
        recipe.threads = 1 + one.index % 2;
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        accepted += s.judged(one, problem, s.run(one.variant, problem));
        if (++asked < s.options.cases || accepted > 0 || try_larger(s, one)) return;
        s.note(one.variant.title + ", " + letter_of(one.dtype) +
               ": declines every call that was tried; with --options its limits can be lowered");
    });
    for (const Variant &variant : s.variants())
        if (variant.op && !has_reference(*variant.op))
            s.note(variant.title + ": the kit knows no reference and the schema has no verify");
}

void empty(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {.empty = true}, one.random);
        judge_case(s, one, recipe);
    });
}

void leading_dimensions(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        judge_case(s, one, fuzz(one.op(), *one.variant.table, one.dtype, {.padding = true}, one.random));
    });
}

void flags(Session &s) {
    if (!s.start()) return;
    bool any = false;
    s.each_case([&](Case &one) {
        if (one.op().schema->flag_count == 0) return;
        any = true;
        judge_case(s, one, fuzz(one.op(), *one.variant.table, one.dtype, {.flags = true}, one.random));
    });
    if (!any) s.nothing_to_check("no op with flags");
}

// Operands that the schema says are not read hold NaN: beta = 0 does not read C, alpha = 0 neither A nor B.
void scalars(Session &s) {
    if (!s.start()) return;
    bool any = false;
    s.each_case([&](Case &one) {
        if (one.op().schema->scalar_count == 0) return;
        any = true;
        Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {.scalars = true}, one.random);
        // The corners first, whatever the dice say.
        if (recipe.scalars.size() == 2 && one.index < 4) {
            if (one.index & 1) recipe.scalars[1] = {0, 0};
            if (one.index & 2) recipe.scalars[0] = {0, 0};
        }
        recipe.content = Content::poison;
        recipe.give_unread = true;
        judge_case(s, one, recipe);
    });
    if (!any) s.nothing_to_check("no op with scalars");
}

void batch(Session &s) {
    if (!s.start()) return;
    bool any = false;
    s.each_case([&](Case &one) {
        const Recipe recipe =
            fuzz(one.op(), *one.variant.table, one.dtype, {.batch = true, .flops = 3e6}, one.random);
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        any = s.judged(one, problem, s.run(one.variant, problem)) || any;
    });
    if (!any) s.nothing_to_check("every batch is declined");
}

// The layout is the user's, for messages; operands are column-major all the same.
void layout(Session &s) {
    if (!s.start()) return;
    s.each_case(
        [&](Case &one) {
            Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            recipe.layout = LAI_LAYOUT_ROW;
            judge_case(s, one, recipe);
        },
        4);
}

// BLAS asks for the alignment of an element and no more.
void alignment(Session &s) {
    if (!s.start()) return;
    s.each_case(
        [&](Case &one) {
            Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            recipe.misalign = 1 + one.random.below(7);
            judge_case(s, one, recipe);
        },
        6);
}

// Operands that are only read may be the same memory: gemm of A with itself.
void aliasing(Session &s) {
    if (!s.start()) return;
    bool any = false;
    s.each_case(
        [&](Case &one) {
            Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {.flags = true}, one.random);
            const std::int64_t n = *std::min_element(recipe.dims.begin(), recipe.dims.end());
            std::fill(recipe.dims.begin(), recipe.dims.end(), n);
            recipe.share_inputs = true;
            Problem problem(one.op(), one.dtype, recipe);
            std::size_t inputs = 0;
            for (std::size_t o = 0; o < problem.operand_count(); ++o)
                inputs += problem.reads(o) && !problem.writes(o) && problem.layout(o).dtype == one.dtype;
            if (inputs < 2) return;
            any = true;
            fill(problem);
            s.at(one, recipe);
            s.judged(one, problem, s.run(one.variant, problem));
        },
        6);
    if (!any) s.nothing_to_check("no op with two operands that are only read");
}

// Singular, indefinite and rank-deficient input: INFO as in LAPACK, with status OK, and what stands in the
// outputs then as the schema says.
void info(Session &s) {
    if (!s.start()) return;
    bool any = false;
    s.each_case([&](Case &one) {
        if (!knowledge_of(one.op()).can_be_singular) return;
        any = true;
        Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype,
                             {.flags = true, .batch = one.index % 3 == 2}, one.random);
        recipe.content = Content::singular;
        judge_case(s, one, recipe);
    });
    if (!any) s.nothing_to_check("no op that can answer INFO > 0 here");
}

// `deterministic` asks for the same bits from the same input.
void determinism(Session &s) {
    if (!s.start()) return;
    s.each_case(
        [&](Case &one) {
            Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            recipe.deterministic = true;
            recipe.threads = 2;
            Problem problem(one.op(), one.dtype, recipe);
            fill(problem);
            s.at(one, recipe);
            const Outcome first = s.run(one.variant, problem);
            if (!s.judged(one, problem, first) || first.cost.nondeterministic) return;
            const std::vector<std::byte> bits = problem.outputs();
            for (int again = 0; again < 3; ++again) {
                problem.restore();
                s.run(one.variant, problem);
                if (problem.outputs() == bits) continue;
                s.fail(
                    "the same call gives other bits, with deterministic set and no word of it in the cost");
                return;
            }
        },
        4);
}

}  // namespace

std::span<const Check> values() {
    static constexpr Check all[] = {
        {"results", "results of every op and element type that is claimed", results},
        {"empty", "sizes of 0: nothing to do is done, and what is due (beta C, X = 0) too", empty},
        {"leading_dimensions", "leading dimensions larger than the rows", leading_dimensions},
        {"flags", "every letter of every flag", flags},
        {"scalars", "alpha and beta of 0, 1, -1; NaN in operands that must not be read", scalars},
        {"batch", "batches of 0, 1 and many: strides with gaps, stride 0, arrays of pointers", batch},
        {"layout", "the user's layout changes nothing", layout},
        {"alignment", "data aligned to one element only", alignment},
        {"aliasing", "operands that are only read share memory", aliasing},
        {"info", "INFO as LAPACK answers it, and partial results with it", info},
        {"determinism", "same input, same bits when asked for", determinism}};
    return all;
}

}  // namespace lapack_ai::conformance::checks

// See judge.hpp.
#include "judge.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "judges/judges.hpp"
#include "lapack_ai/sdk/dtype.hpp"

namespace lapack_ai::conformance {

namespace {

template <typename T>
void fill_random(sdk::MatrixView<T> A, Random &random) {
    for (std::int64_t j = 0; j < A.cols; ++j)
        for (std::int64_t i = 0; i < A.rows; ++i) A(i, j) = random.next<T>();
}

template <typename T>
void fill_value(sdk::MatrixView<T> A, T value) {
    for (std::int64_t j = 0; j < A.cols; ++j)
        for (std::int64_t i = 0; i < A.rows; ++i) A(i, j) = value;
}

// Calls body(Type<T>) for the element type of an operand; integers are left alone.
template <typename Body>
void visit_real_or_complex(lai_dtype dtype, Body &&body) {
    if (dtype >= LAI_DTYPE_F32 && dtype <= LAI_DTYPE_C64) sdk::visit(dtype, body);
}

void fill_by_schema(Problem &p) {
    Random random(p.recipe().seed);
    for (std::size_t o = 0; o < p.operand_count(); ++o)
        for (std::int64_t b = 0; b < p.items(); ++b)
            visit_real_or_complex(p.layout(o).dtype,
                                  [&]<typename T>(sdk::Type<T>) { fill_random(p.view<T>(o, b), random); });
}

void judge_by_schema(Problem &p, const lai_result &result, const Claim &, Verdict &verdict) {
    verdict.require(result.info == 0, "INFO = " + std::to_string(result.info) + " for ordinary input");
    const lai_op_schema &schema = *p.op().schema;
    if (!LAI_HAS(&schema, lai_op_schema, verify) || !schema.verify) return;
    // The originals of what was overwritten, in operands of their own.
    std::vector<std::vector<std::byte>> originals;
    std::vector<lai_operand> before(p.operand_count());
    for (std::size_t o = 0; o < p.operand_count(); ++o) {
        before[o] = *LAI_OPERAND(&p.call(), o);
        if (!p.writes(o) || !p.reads(o)) continue;
        originals.push_back(p.before_bytes(o));
        before[o].data = originals.back().data() + p.memory(o).offset(0);
    }
    const double error = schema.verify(&p.call(), before.data(), p.recipe().seed);
    if (std::isnan(error)) return;  // it cannot say
    const double unit = (p.dtype() == LAI_DTYPE_F32 || p.dtype() == LAI_DTYPE_C32) ? 0x1p-24 : 0x1p-53;
    double size = 1;
    for (const std::int64_t n : p.recipe().dims) size = std::max(size, static_cast<double>(n));
    verdict.within(error / (unit * size), 100, "backward error by the op's own verify, in units of u * size");
    verdict.normwise(error / unit);
    verdict.componentwise(error / unit);
}

const OpKnowledge by_schema = {nullptr, fill_by_schema, judge_by_schema, false};

// One element of the first operand that is read, or every element of those that must not be.
void spoil(Problem &p) {
    const Content content = p.recipe().content;
    Random random(p.recipe().seed + 17);
    for (std::size_t o = 0; o < p.operand_count(); ++o) {
        const Layout &l = p.layout(o);
        if (l.rows == 0 || l.cols == 0 || p.items() == 0) continue;
        visit_real_or_complex(l.dtype, [&]<typename T>(sdk::Type<T>) {
            using Real = sdk::RealOf<T>;
            constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
            if (content == Content::poison) {
                if (!p.reads(o))
                    for (std::int64_t b = 0; b < p.items(); ++b) fill_value(p.view<T>(o, b), T(nan));
            } else if (p.reads(o) && l.rows * l.cols > 0) {
                // On the diagonal, so that any triangle holds it.
                const std::int64_t at = random.below(std::min(l.rows, l.cols));
                p.view<T>(o, random.below(p.items()))(at, at) =
                    T(content == Content::nan ? nan : std::numeric_limits<Real>::infinity());
            }
        });
        if (content != Content::poison && p.reads(o)) return;
    }
}

}  // namespace

void Verdict::within(double value, double limit, const std::string &what) {
    if (value <= limit || !fault_.empty()) return;
    char text[64];
    std::snprintf(text, sizeof text, "%.3g, must be <= %.3g", value, limit);
    fault_ = what + ": " + text;
}

void Verdict::require(bool condition, const std::string &what) {
    if (!condition && fault_.empty()) fault_ = what;
}

const OpKnowledge &knowledge_of(const core::Op &op) {
    for (const auto &family : judges::all_families())
        for (const OpKnowledge &known : family)
            if (std::strcmp(known.op_id, op.schema->id) == 0) return known;
    return by_schema;
}

bool has_reference(const core::Op &op) {
    if (&knowledge_of(op) != &by_schema) return true;
    return LAI_HAS(op.schema, lai_op_schema, verify) && op.schema->verify;
}

void fill(Problem &problem) {
    knowledge_of(problem.op()).fill(problem);
    const Content content = problem.recipe().content;
    if (content == Content::nan || content == Content::inf || content == Content::poison) spoil(problem);
    problem.remember();
}

}  // namespace lapack_ai::conformance

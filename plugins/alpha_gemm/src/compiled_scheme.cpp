// Compiles schemes level by level, so a nested scheme shares the additions of its levels, and caches them.

#include "compiled_scheme.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>

namespace lapack_ai::alpha_gemm {
namespace {

struct Forms {
    Scheme scheme;
    LinearForm a, b, c;
};

Forms forms_of(const Scheme &scheme) {
    return {scheme, eliminate_common_subexpressions(scheme.u), eliminate_common_subexpressions(scheme.v),
            eliminate_common_subexpressions(scheme.w.transposed())};
}

Forms nest(const Forms &outer, const Forms &inner) {
    const Scheme &o = outer.scheme, &i = inner.scheme;
    return {nest_schemes(o, i), compose_expansion(outer.a, {o.m, o.k}, inner.a, {i.m, i.k}),
            compose_expansion(outer.b, {o.k, o.n}, inner.b, {i.k, i.n}),
            compose_contraction(outer.c, {o.m, o.n}, inner.c, {i.m, i.n})};
}

bool forms_by_name(std::string_view name, Forms &forms) {
    const auto star = name.find('*');
    const auto scheme = find_scheme(name.substr(0, star));
    if (!scheme || !holds_over_reals(*scheme)) return false;
    forms = forms_of(*scheme);
    if (star == std::string_view::npos) return true;
    Forms inner;
    if (!forms_by_name(name.substr(star + 1), inner)) return false;
    forms = nest(forms, inner);
    return true;
}

/// The program of one row of coefficients over the blocks with a nonzero one.
LinearProgram row_program(const Coefficients &matrix, int row, std::vector<int> &blocks) {
    Coefficients only{1, 0, matrix.denominator, {}};
    for (int c = 0; c < matrix.cols; ++c) {
        if (matrix.numerator(row, c) == 0) continue;
        blocks.push_back(c);
        only.numerators.push_back(matrix.numerator(row, c));
        ++only.cols;
    }
    return compile(eliminate_common_subexpressions(only));
}

/// The program that spreads one product over the blocks of C it contributes to.
LinearProgram column_program(const Coefficients &matrix, int row, std::vector<int> &blocks) {
    LinearForm form;
    form.inputs = 1;
    for (int c = 0; c < matrix.cols; ++c) {
        if (matrix.numerator(row, c) == 0) continue;
        blocks.push_back(c);
        form.outputs.push_back(form.inputs + static_cast<int>(form.nodes.size()));
        form.nodes.push_back({{0, matrix.value(row, c)}});
    }
    return compile(form);
}

double largest(const std::vector<double> &values) {
    return *std::max_element(values.begin(), values.end());
}

ErrorConstants error_constants(const Forms &forms) {
    const auto exact_input = [](const LinearForm &form) {
        const auto inputs = static_cast<std::size_t>(form.inputs);
        return bound_form(form, std::vector<double>(inputs, 1.0), std::vector<double>(inputs, 0.0));
    };
    const FormBound a = exact_input(forms.a), b = exact_input(forms.b);
    std::vector<double> magnitude, error;  // of the products, over block_k
    for (std::size_t r = 0; r < a.magnitude.size(); ++r) {
        magnitude.push_back(a.magnitude[r] * b.magnitude[r]);
        error.push_back(a.error[r] * b.magnitude[r] + a.magnitude[r] * b.error[r]);
    }
    const FormBound c = bound_form(forms.c, magnitude, error);
    return {largest(a.magnitude), largest(b.magnitude), largest(c.magnitude), largest(c.error)};
}

std::unique_ptr<CompiledScheme> compile_forms(Forms forms) {
    auto compiled = std::make_unique<CompiledScheme>();
    compiled->expand_a = compile(forms.a);
    compiled->expand_b = compile(forms.b);
    compiled->contract_c = compile(forms.c);
    compiled->additions = count_additions(forms.a) + count_additions(forms.b) + count_additions(forms.c);
    for (int r = 0; r < forms.scheme.rank; ++r) {
        SingleProduct single;
        single.expand_a = row_program(forms.scheme.u, r, single.a_blocks);
        single.expand_b = row_program(forms.scheme.v, r, single.b_blocks);
        single.contract_c = column_program(forms.scheme.w, r, single.c_blocks);
        compiled->singles.push_back(std::move(single));
    }
    compiled->constants = error_constants(forms);
    compiled->scheme = std::move(forms.scheme);
    compiled->breadth_first_label = compiled->scheme.name + " breadth-first";
    compiled->depth_first_label = compiled->scheme.name + " depth-first";
    return compiled;
}

}  // namespace

const CompiledScheme *compiled_scheme(std::string_view name) {
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<CompiledScheme>, std::less<>> cache;
    const std::lock_guard lock(mutex);
    const auto found = cache.find(name);
    if (found != cache.end()) return found->second.get();
    Forms forms;
    if (!forms_by_name(name, forms)) return nullptr;
    return cache.emplace(std::string(name), compile_forms(std::move(forms))).first->second.get();
}

double error_factor(const CompiledScheme &compiled, std::int64_t block_k, bool complex_arithmetic) {
    // An inner product of k terms rounds at most k times and alpha once more; a complex multiplication errs
    // by at most sqrt(2) gamma_2 (Higham, lemma 3.5) and happens twice. The last rounding is the addition of
    // beta C.
    const double k = static_cast<double>(block_k);
    const double roundings = complex_arithmetic ? k + 5 : k + 1;
    const ErrorConstants &c = compiled.constants;
    // Higher orders add less than 2 % while the first order stays below 0.01 / u; beyond that no digit is
    // promised.
    return 1.02 * k * ((roundings + 1) * c.growth_c + c.carried);
}

bool certified(const CompiledScheme &compiled, std::int64_t block_k, double a, double b, double alpha,
               int max_exponent) {
    if (!std::isfinite(a) || !std::isfinite(b)) return false;
    const double limit = max_exponent - 4;
    const ErrorConstants &bound = compiled.constants;
    const auto log2_of = [](double x) { return x > 0 ? std::log2(x) : -1e9; };
    const double log_a = log2_of(a) + std::log2(bound.growth_a);
    const double log_b = log2_of(b) + std::log2(bound.growth_b);
    const double log_c = log2_of(a) + log2_of(b) + std::log2(bound.growth_c * static_cast<double>(block_k)) +
                         std::max(0.0, log2_of(alpha));
    return log_a < limit && log_b < limit && log_c < limit;
}

}  // namespace lapack_ai::alpha_gemm

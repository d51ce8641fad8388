// Common subexpressions, composition of nested levels, error propagation and buffer assignment for linear
// forms. Assumes a few thousand values at most; everything here runs once per scheme and is cached by the
// caller.

#include "linear_program.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace lapack_ai::alpha_gemm {
namespace {

using Row = std::map<int, double>;

/// a + ratio * b with a < b; coefficients are dyadic, so ratios that agree mathematically may still be
/// inexact quotients, but then they are the same inexact quotient.
struct Pair {
    int a, b;
    double ratio;
    bool operator==(const Pair &) const = default;
};

struct PairHash {
    std::size_t operator()(const Pair &p) const noexcept {
        const auto low = static_cast<std::size_t>(p.a) * 0x9E3779B97F4A7C15u + static_cast<std::size_t>(p.b);
        return low * 0xC2B2AE3D27D4EB4Fu + std::hash<double>()(p.ratio);
    }
};

using PairCounts = std::unordered_map<Pair, int, PairHash>;

void count_pairs(const Row &row, int change, PairCounts &counts) {
    for (auto a = row.begin(); a != row.end(); ++a) {
        for (auto b = std::next(a); b != row.end(); ++b) {
            // Only ratios that multiply back exactly keep the schedule equal to the scheme.
            const double ratio = b->second / a->second;
            if (ratio * a->second == b->second) counts[{a->first, b->first, ratio}] += change;
        }
    }
}

bool precedes(const Pair &x, const Pair &y) {
    return x.a != y.a ? x.a < y.a : x.b != y.b ? x.b < y.b : x.ratio < y.ratio;
}

/// Adds a node and, when it is long, the partial sums that keep every node within max_terms.
int append_sum(LinearForm &form, std::vector<Term> terms) {
    std::size_t begin = 0;
    int id = -1;
    while (begin < terms.size()) {
        std::vector<Term> node;
        if (id >= 0) node.push_back({id, 1.0});
        const std::size_t room = static_cast<std::size_t>(max_terms) - node.size();
        const std::size_t end = std::min(terms.size(), begin + room);
        for (std::size_t t = begin; t < end; ++t) node.push_back(terms[t]);
        form.nodes.push_back(std::move(node));
        id = form.inputs + static_cast<int>(form.nodes.size()) - 1;
        begin = end;
    }
    return id;
}

/// Copies `part` into `whole` with its inputs bound to the values `bound`; returns the ids of its outputs.
std::vector<int> inline_form(LinearForm &whole, const LinearForm &part, const std::vector<int> &bound) {
    std::vector<int> id = bound;
    for (const auto &node : part.nodes) {
        std::vector<Term> terms = node;
        for (Term &t : terms) t.source = id[static_cast<std::size_t>(t.source)];
        whole.nodes.push_back(std::move(terms));
        id.push_back(whole.inputs + static_cast<int>(whole.nodes.size()) - 1);
    }
    std::vector<int> outputs;
    for (int o : part.outputs) outputs.push_back(id[static_cast<std::size_t>(o)]);
    return outputs;
}

bool is_power_of_two(double x) {
    int exponent;
    return std::frexp(x, &exponent) == 0.5;
}

/// Index, in the joint grid, of block `inner` inside block `outer`.
int joint_index(int outer, BlockGrid outer_grid, int inner, BlockGrid inner_grid) {
    const int row = (outer / outer_grid.cols) * inner_grid.rows + inner / inner_grid.cols;
    const int col = (outer % outer_grid.cols) * inner_grid.cols + inner % inner_grid.cols;
    return row * outer_grid.cols * inner_grid.cols + col;
}

}  // namespace

LinearForm eliminate_common_subexpressions(const Coefficients &matrix) {
    LinearForm form;
    form.inputs = matrix.cols;
    std::vector<Row> rows(static_cast<std::size_t>(matrix.rows));
    PairCounts counts;
    for (int r = 0; r < matrix.rows; ++r) {
        Row &row = rows[static_cast<std::size_t>(r)];
        for (int c = 0; c < matrix.cols; ++c) {
            if (matrix.numerator(r, c) != 0) row[c] = matrix.value(r, c);
        }
        count_pairs(row, 1, counts);
    }
    for (;;) {
        const auto best = std::max_element(counts.begin(), counts.end(), [](const auto &x, const auto &y) {
            return x.second != y.second ? x.second < y.second : precedes(y.first, x.first);
        });
        if (best == counts.end() || best->second < 2) break;
        const Pair pair = best->first;
        form.nodes.push_back({{pair.a, 1.0}, {pair.b, pair.ratio}});
        const int id = form.inputs + static_cast<int>(form.nodes.size()) - 1;
        for (Row &row : rows) {
            const auto a = row.find(pair.a);
            const auto b = row.find(pair.b);
            if (a == row.end() || b == row.end() || pair.ratio * a->second != b->second) continue;
            count_pairs(row, -1, counts);
            const double coefficient = a->second;
            row.erase(pair.a);
            row.erase(pair.b);
            row[id] = coefficient;
            count_pairs(row, 1, counts);
        }
        counts.erase(pair);
    }
    for (const Row &row : rows) {
        std::vector<Term> terms;
        for (const auto &[source, coefficient] : row) terms.push_back({source, coefficient});
        const bool is_value = terms.size() == 1 && terms[0].coefficient == 1.0;
        form.outputs.push_back(is_value ? terms[0].source : append_sum(form, std::move(terms)));
    }
    return form;
}

LinearForm compose_expansion(const LinearForm &outer, BlockGrid outer_grid, const LinearForm &inner,
                             BlockGrid inner_grid) {
    LinearForm whole;
    whole.inputs = outer.inputs * inner.inputs;
    std::vector<std::vector<int>> partial;  // per inner position, the outer results
    for (int q = 0; q < inner.inputs; ++q) {
        std::vector<int> bound;
        for (int b = 0; b < outer.inputs; ++b) bound.push_back(joint_index(b, outer_grid, q, inner_grid));
        partial.push_back(inline_form(whole, outer, bound));
    }
    for (std::size_t r = 0; r < outer.outputs.size(); ++r) {
        std::vector<int> bound;
        for (const auto &results : partial) bound.push_back(results[r]);
        for (int o : inline_form(whole, inner, bound)) whole.outputs.push_back(o);
    }
    return whole;
}

LinearForm compose_contraction(const LinearForm &outer, BlockGrid outer_grid, const LinearForm &inner,
                               BlockGrid inner_grid) {
    LinearForm whole;
    whole.inputs = outer.inputs * inner.inputs;
    std::vector<std::vector<int>> partial;  // per outer product, its inner blocks
    for (int r = 0; r < outer.inputs; ++r) {
        std::vector<int> bound;
        for (int i = 0; i < inner.inputs; ++i) bound.push_back(r * inner.inputs + i);
        partial.push_back(inline_form(whole, inner, bound));
    }
    whole.outputs.resize(outer.outputs.size() * inner.outputs.size());
    for (std::size_t q = 0; q < inner.outputs.size(); ++q) {
        std::vector<int> bound;
        for (const auto &results : partial) bound.push_back(results[q]);
        const auto results = inline_form(whole, outer, bound);
        for (std::size_t b = 0; b < results.size(); ++b) {
            const int joint = joint_index(static_cast<int>(b), outer_grid, static_cast<int>(q), inner_grid);
            whole.outputs[static_cast<std::size_t>(joint)] = results[b];
        }
    }
    return whole;
}

FormBound bound_form(const LinearForm &form, const std::vector<double> &input_magnitude,
                     const std::vector<double> &input_error) {
    std::vector<double> magnitude = input_magnitude;
    std::vector<double> error = input_error;
    for (const auto &node : form.nodes) {
        // Left to right: each addition rounds a partial sum that is at most the magnitudes added so far.
        // Products with powers of two are exact.
        double partial = 0, carried = 0;
        for (std::size_t t = 0; t < node.size(); ++t) {
            const auto source = static_cast<std::size_t>(node[t].source);
            const double weight = std::abs(node[t].coefficient);
            partial += weight * magnitude[source];
            carried += weight * error[source];
            if (!is_power_of_two(weight)) carried += weight * magnitude[source];
            if (t > 0) carried += partial;
        }
        magnitude.push_back(partial);
        error.push_back(carried);
    }
    FormBound bound;
    for (int o : form.outputs) {
        bound.magnitude.push_back(magnitude[static_cast<std::size_t>(o)]);
        bound.error.push_back(error[static_cast<std::size_t>(o)]);
    }
    return bound;
}

int count_additions(const LinearForm &form) {
    int additions = 0;
    for (const auto &node : form.nodes) additions += static_cast<int>(node.size()) - 1;
    return additions;
}

namespace {

/// Emits nodes on demand, one output after the other, and reuses buffers of dead temporaries.
class Compiler {
  public:
    explicit Compiler(const LinearForm &form)
        : form_(form),
          operand_(static_cast<std::size_t>(form.inputs) + form.nodes.size(), -1),
          uses_(operand_.size(), 0) {
        program_.inputs = form.inputs;
        program_.outputs = static_cast<int>(form.outputs.size());
        for (int i = 0; i < form.inputs; ++i) operand_[static_cast<std::size_t>(i)] = i;
        for (const auto &node : form.nodes) {
            for (const Term &t : node) ++uses_[static_cast<std::size_t>(t.source)];
        }
        for (int o : form.outputs) ++uses_[static_cast<std::size_t>(o)];
    }

    LinearProgram run() {
        for (std::size_t o = 0; o < form_.outputs.size(); ++o) {
            const int id = form_.outputs[o];
            const int slot = program_.inputs + static_cast<int>(o);
            const bool fresh = operand_[static_cast<std::size_t>(id)] < 0;
            if (fresh && uses_[static_cast<std::size_t>(id)] == 1) {
                emit_node(id, slot);
            } else {
                need(id);
                emit(slot, {{operand_[static_cast<std::size_t>(id)], 1.0}});
            }
            release(id);
        }
        return std::move(program_);
    }

  private:
    /// Makes sure that value `id` stands in an operand. Depth of the recursion is the depth of the form.
    void need(int id) {
        if (operand_[static_cast<std::size_t>(id)] < 0) emit_node(id, -1);
    }

    /// Computes node `id` into `slot`, or into a fresh temporary when slot < 0.
    void emit_node(int id, int slot) {
        std::vector<Term> terms = form_.nodes[static_cast<std::size_t>(id - form_.inputs)];
        for (const Term &t : terms) need(t.source);
        std::vector<int> sources;
        for (Term &t : terms) {
            sources.push_back(t.source);
            t.source = operand_[static_cast<std::size_t>(t.source)];
        }
        for (int s : sources) release(s);  // element-wise, so a result may take the place of its last operand
        if (slot < 0) slot = take_buffer();
        operand_[static_cast<std::size_t>(id)] = slot;
        emit(slot, terms);
    }

    void emit(int slot, const std::vector<Term> &terms) {
        program_.instructions.push_back({slot, static_cast<std::int32_t>(program_.terms.size()),
                                         static_cast<std::int32_t>(terms.size())});
        program_.terms.insert(program_.terms.end(), terms.begin(), terms.end());
    }

    void release(int id) {
        if (--uses_[static_cast<std::size_t>(id)] > 0 || id < form_.inputs) return;
        const int slot = operand_[static_cast<std::size_t>(id)];
        if (slot >= program_.inputs + program_.outputs) free_.push_back(slot);
    }

    int take_buffer() {
        if (free_.empty()) return program_.inputs + program_.outputs + program_.temporaries++;
        const int slot = free_.back();
        free_.pop_back();
        return slot;
    }

    const LinearForm &form_;
    LinearProgram program_;
    std::vector<int> operand_;  // where each value stands, -1 before it is computed
    std::vector<int> uses_;     // how often each value is still to be read
    std::vector<int> free_;
};

}  // namespace

LinearProgram compile(const LinearForm &form) {
    return Compiler(form).run();
}

}  // namespace lapack_ai::alpha_gemm

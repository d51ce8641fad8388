// What the kit knows about an op beyond its schema: contents that make sense as input, and a judge that holds
// the outputs against the definition of the op by plain loops in wider precision. For an op it does not know,
// random contents and the schema's own `verify`.
#pragma once

#include <string>

#include "lapack_ai/abi/backend.h"
#include "problem.hpp"

namespace lapack_ai::conformance {

// Collects what a judge finds in one call.
class Verdict {
  public:
    // A residual in units of eps * size, or whatever `what` says, with its limit. NaN fails.
    void within(double value, double limit, const std::string &what);
    void require(bool condition, const std::string &what);
    // Error of the outputs in units of u * |A||B| and of u * ||A|| ||B||: what a stated error coefficient
    // bounds. For ops other than products the backward error in units of u * norm.
    void componentwise(double units) { componentwise_ = std::max(componentwise_, units); }
    void normwise(double units) { normwise_ = std::max(normwise_, units); }

    bool good() const { return fault_.empty(); }
    const std::string &fault() const { return fault_; }
    double componentwise() const { return componentwise_; }
    double normwise() const { return normwise_; }

  private:
    std::string fault_;
    double componentwise_ = 0, normwise_ = 0;
};

// What a judge has to know about the variant: its class, and the coefficient it stated for this call.
struct Claim {
    lai_accuracy accuracy = LAI_ACCURACY_COMPONENTWISE;
    double coefficient = 0;
    std::uint32_t kind = LAI_ERROR_UNKNOWN;
};

struct OpKnowledge {
    const char *op_id;
    void (*fill)(Problem &problem);  // contents by problem.recipe().content and seed
    void (*judge)(Problem &problem, const lai_result &result, const Claim &claim, Verdict &verdict);
    bool can_be_singular;  // Content::singular means something
};

// Never null: for unknown ops the entry that goes by the schema.
const OpKnowledge &knowledge_of(const core::Op &op);
// False when nothing but consistency can be judged: an op the kit does not know, without `verify`.
bool has_reference(const core::Op &op);

// Fills, remembers, and puts poison where the recipe says so.
void fill(Problem &problem);

}  // namespace lapack_ai::conformance

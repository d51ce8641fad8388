// The model before anything was measured: the variant's own prediction, made safe; where it answers nothing
// usable, start-up + bytes / bandwidth + flops / rate with cautious rates for its kind of place.
#pragma once

#include "cost/cost_model.hpp"

namespace lapack_ai::core {

class PriorModel final : public CostModel {
  public:
    Prediction predict(const ModelKey &key, const Workload &workload,
                       const lai_cost &own) const noexcept override;
    void observe(const ModelKey &, const Workload &, double, double) noexcept override {}
};

}  // namespace lapack_ai::core

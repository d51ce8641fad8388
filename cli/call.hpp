// One call of an op in its general form: priced before it runs, run, and reported.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "certificate.hpp"
#include "io/matrix.hpp"
#include "lapack_ai/lapack_ai.h"
#include "session.hpp"

namespace lapack_ai::cli {

// How a call went, with copies of all texts.
struct CallReport {
    std::string op, backend, variant, algorithm, strategy;
    std::string why;        // the ranking's summary
    std::string diagnosis;  // of several lines; empty: nothing to say
    std::string diagnosis_json = "null";
    std::int64_t info = 0;
    double seconds = 0, predicted_seconds = 0, transfer_seconds = 0;
    std::uint32_t fallbacks = 0;
    bool cached = false;
    std::int64_t rank = -1;
    std::optional<Certificate> certificate;  // when --backward-error was given
};

// Dims, flags, scalars and operands stand in the order of the op's schema. Operands are matrices of the
// caller, which must live until run() is over.
class Call {
  public:
    // Throws Failure(usage) for an op that is not there.
    Call(const std::string &op, lai_dtype dtype);

    Call &dims(std::vector<std::int64_t> values);
    Call &flags(const std::string &letters);
    Call &scalars(std::vector<lai_scalar> values);
    Call &operand(Matrix &A);
    // A matrix that is read only.
    Call &operand(const Matrix &A);
    Call &operand(std::vector<std::int64_t> &integers);
    // Any address that the C interface takes: a device matrix's, too.
    Call &operand(void *data, std::int64_t ld);
    Call &absent();
    Call &batch(std::int64_t items);

    const lai_op_schema &schema() const noexcept { return *schema_; }
    const std::vector<std::int64_t> &dims() const noexcept { return dims_; }

    // The ranking of this call as text or JSON (LAI_FORMAT_*). Throws Failure.
    std::string explain(Session &session, std::uint32_t format) const;

    // Runs it. INFO > 0 is an answer, found in the report; throws Failure when the call was not carried out.
    // With `describe`, the ranking is asked for first, so that `why` is filled, and long calls show their
    // progress.
    CallReport run(Session &session, bool describe = true);

  private:
    lai_request request() const;

    const lai_op_schema *schema_;
    lai_dtype dtype_;
    std::vector<std::int64_t> dims_;
    std::string flags_;
    std::vector<lai_scalar> scalars_;
    std::vector<void *> operands_;
    std::vector<std::int64_t> lds_;
    std::int64_t batch_ = 0;
    std::vector<std::int64_t> strides_;
};

}  // namespace lapack_ai::cli

#include "call.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "exit_code.hpp"
#include "progress.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

Call::Call(const std::string &op, lai_dtype dtype) : schema_(lai_op(op.c_str())), dtype_(dtype) {
    if (!schema_)
        throw Failure(ExitCode::usage, "operation '" + op + "': not known; `lapack-ai info` lists them");
}

Call &Call::dims(std::vector<std::int64_t> values) {
    dims_ = std::move(values);
    return *this;
}

Call &Call::flags(const std::string &letters) {
    flags_ = letters;
    return *this;
}

Call &Call::scalars(std::vector<lai_scalar> values) {
    scalars_ = std::move(values);
    return *this;
}

Call &Call::operand(Matrix &A) {
    operands_.push_back(A.data());
    lds_.push_back(A.ld());
    return *this;
}

Call &Call::operand(const Matrix &A) {
    // The C interface takes all operands through one array; the schema says that this one is only read.
    operands_.push_back(const_cast<std::byte *>(A.data()));
    lds_.push_back(A.ld());
    return *this;
}

Call &Call::operand(std::vector<std::int64_t> &integers) {
    operands_.push_back(integers.data());
    lds_.push_back(0);
    return *this;
}

Call &Call::operand(void *data, std::int64_t ld) {
    operands_.push_back(data);
    lds_.push_back(ld);
    return *this;
}

Call &Call::absent() {
    operands_.push_back(nullptr);
    lds_.push_back(0);
    return *this;
}

Call &Call::batch(std::int64_t items) {
    batch_ = items;
    // Only asked about, never run: items that stand apart, however large the operand.
    std::int64_t largest = 1;
    for (const std::int64_t n : dims_) largest = std::max(largest, n);
    strides_.assign(schema_->operand_count, largest * largest);
    return *this;
}

lai_request Call::request() const {
    lai_request request{};
    request.size = sizeof request;
    request.layout = LAI_LAYOUT_COL;
    request.op = schema_->id;
    request.dtype = dtype_;
    request.dims = dims_.data();
    request.dim_count = static_cast<std::uint32_t>(dims_.size());
    request.flags = flags_.empty() ? nullptr : flags_.c_str();
    request.flag_count = static_cast<std::uint32_t>(flags_.size());
    request.scalars = scalars_.empty() ? nullptr : scalars_.data();
    request.scalar_count = static_cast<std::uint32_t>(scalars_.size());
    request.operands = operands_.empty() ? nullptr : operands_.data();
    request.lds = operands_.empty() ? nullptr : lds_.data();
    request.operand_count = static_cast<std::uint32_t>(operands_.size());
    request.batch = batch_;
    request.strides = strides_.empty() ? nullptr : strides_.data();
    return request;
}

std::string Call::explain(Session &session, std::uint32_t format) const {
    const lai_request request = this->request();
    const lai_call_options options = session.call_options();
    lai_context *const context = session.context();
    return text_of([&](char *buffer, std::size_t capacity) {
        return lai_explain(context, &request, &options, format, buffer, capacity);
    });
}

CallReport Call::run(Session &session, bool describe) {
    CallReport report;
    double predicted = 0;
    if (describe) {
        const auto ranking = nlohmann::json::parse(explain(session, LAI_FORMAT_JSON), nullptr, false);
        if (ranking.is_object()) {
            report.why = ranking.value("summary", "");
            for (const auto &candidate : ranking.value("candidates", nlohmann::json::array())) {
                if (candidate.value("chosen", false))
                    predicted = number_or(candidate, "predicted_seconds", 0);
            }
        }
    }
    const lai_request request = this->request();
    const lai_call_options options = session.call_options();
    lai_context *const context = session.context();
    std::int64_t returned = 0;
    std::string error;
    const auto begin = std::chrono::steady_clock::now();
    {
        const Progress progress(schema_->title, predicted, describe && !session.json());
        returned = lai_execute(context, &request, &options);
        if (returned < 0) error = lai_last_error();
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    if (const lai_diagnosis *diagnosis = lai_last_diagnostic()) {
        for (const std::uint32_t format : {LAI_FORMAT_TEXT, LAI_FORMAT_JSON}) {
            (format == LAI_FORMAT_TEXT ? report.diagnosis : report.diagnosis_json) =
                text_of([&](char *buffer, std::size_t capacity) {
                    return lai_format_diagnosis(diagnosis, format, buffer, capacity);
                });
        }
    }
    check(returned, error);
    const lai_report &last = *lai_last_report();
    report.op = last.op;
    report.backend = last.backend;
    report.variant = last.variant;
    report.algorithm = last.algorithm;
    report.strategy = last.strategy;
    report.info = returned;
    report.seconds = last.actual_seconds > 0 ? last.actual_seconds : elapsed.count();
    report.predicted_seconds = last.predicted_seconds;
    report.transfer_seconds = last.transfer_seconds;
    report.fallbacks = last.fallbacks;
    report.cached = last.cached != 0;
    report.rank = last.rank;
    if (const lai_certificate *proof = lai_last_certificate()) report.certificate.emplace(*proof);
    return report;
}

}  // namespace lapack_ai::cli

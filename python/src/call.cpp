// What a call had to say, kept on its thread before the next call forgets it.
#include "call.hpp"

#include "measurement.hpp"
#include "report.hpp"
#include "text.hpp"

namespace lapack_py {

PythonContext::PythonContext(const std::vector<std::pair<std::string, std::string>> &settings,
                             const std::string &config_file) {
    if (settings.empty() && config_file.empty()) return;
    std::vector<lai_override> overrides;
    for (const auto &[path, value] : settings)
        overrides.push_back({sizeof(lai_override), 0, path.c_str(), value.c_str(), "lapack_py.Context"});
    lai_context_options options{};
    options.size = sizeof options;
    options.override_count = static_cast<std::uint32_t>(overrides.size());
    options.overrides = overrides.data();
    options.config_file = config_file.empty() ? nullptr : config_file.c_str();
    options.language = LAI_LANGUAGE_PYTHON;
    lapack_ai::check(lai_context_create(&options, &handle_));
}

void Tally::keep(std::int64_t info) {
    Remark remark;
    remark.info = info;
    remark.report = *lai_last_report();
    remark.op = remark.report.op;
    remark.message = lai_last_error();
    if (const lai_diagnosis *known = lai_last_diagnostic()) {
        remark.text = format_diagnosis(*known, LAI_FORMAT_TEXT);
        remark.json = format_diagnosis(*known, LAI_FORMAT_JSON);
        if (remark.message.empty()) remark.message = known->semantic_message;
    }
    remark_ = std::move(remark);
}

bool Tally::note(std::int64_t index, std::int64_t info) {
    Measurement::record();
    if (info == 0) [[likely]] {
        if (!remark_) {
            const lai_diagnosis *known = lai_last_diagnostic();
            if (known != nullptr && known->severity >= LAI_SEVERITY_WARNING) keep(info);
        }
        return true;
    }
    // What a failure says is worth more than a warning of an item before it.
    if (!remark_ || (failures_.empty())) keep(info);
    failures_.emplace_back(index, info);
    return info > LAI_ERROR_INTERNAL;
}

py::object Tally::outcome() const {
    if (!remark_) return py::none();
    py::list failures;
    for (const auto &[index, info] : failures_) failures.append(py::make_tuple(index, info));
    return py::make_tuple(remark_->op, remark_->info, remark_->message, failures, remark_->text,
                          remark_->json, report_dict(remark_->report));
}

}  // namespace lapack_py

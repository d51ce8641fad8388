#include "api/profile_document.hpp"

#include <nlohmann/json.hpp>

#include "api/context.hpp"
#include "api/edge.hpp"
#include "base/error.hpp"
#include "cost/profile.hpp"
#include "runtime/calibration.hpp"

namespace lapack_ai::core {

std::string profile_document(const Context &context) {
    using nlohmann::ordered_json;
    std::vector<std::string> remarks;
    const std::string file = profile_file(context.settings()->cost_model.profile);
    const Profile profile = file.empty() ? Profile{} : read_profile(file, this_machine(), remarks);
    ordered_json parts = ordered_json::array();
    for (const ProfilePart &part : profile.parts) {
        ordered_json points = ordered_json::array();
        for (const ProfilePoint &p : part.points)
            points.push_back({{"flops", p.flops},
                              {"place", p.place},
                              {"predicted_s", p.predicted_seconds},
                              {"seconds", p.seconds}});
        parts.push_back({{"backend", part.plugin},
                         {"variant", part.variant},
                         {"device", part.device},
                         {"op", part.op},
                         {"dtype", part.dtype},
                         {"jobs", part.jobs},
                         {"threads", part.threads},
                         {"points", std::move(points)}});
    }
    return ordered_json({{"file", file}, {"parts", std::move(parts)}, {"remarks", remarks}}).dump();
}

namespace {

std::vector<std::string> words(const char *list) {
    std::vector<std::string> found;
    std::string word;
    for (const char *c = list != nullptr ? list : "";; ++c) {
        if (*c != ',' && *c != '\0') {
            word += *c;
            continue;
        }
        if (!word.empty()) found.push_back(std::move(word));
        word.clear();
        if (*c == '\0') return found;
    }
}

CalibrationOptions options_of(const lai_calibration_options *given) {
    CalibrationOptions options;
    if (given == nullptr) return options;
    if (!LAI_HAS(given, lai_calibration_options, user))
        throw Error(ErrorKind::usage, "lai_calibrate: options.size is " + std::to_string(given->size) +
                                          ": must be sizeof(lai_calibration_options)");
    options.ops = words(given->ops);
    for (const char *letter = given->dtypes != nullptr ? given->dtypes : "d"; *letter != '\0'; ++letter)
        options.dtypes.emplace_back(1, *letter);
    if (given->budget_seconds > 0) options.budget_seconds = given->budget_seconds;
    if (given->repeats > 0) options.repeats = given->repeats;
    options.fresh = given->fresh != 0;
    options.file = given->file != nullptr ? given->file : "";
    if (given->progress != nullptr)
        options.progress = [given](double share, const std::string &what) {
            return given->progress(given->user, share, what.c_str()) != 0;
        };
    return options;
}

}  // namespace

}  // namespace lapack_ai::core

extern "C" int64_t lai_calibrate(lai_context *context, const lai_calibration_options *options, char *buffer,
                                 size_t capacity) {
    using namespace lapack_ai::core;
    return text_at_edge(buffer, capacity, [&] {
        const CalibrationResult result = context_or_default(context).context->calibrate(options_of(options));
        return nlohmann::ordered_json({{"file", result.file},
                                       {"measured", result.measured},
                                       {"skipped", result.skipped},
                                       {"seconds", result.seconds},
                                       {"remarks", result.remarks}})
            .dump();
    });
}

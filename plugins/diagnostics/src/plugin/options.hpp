// The plugin's options, YAML `plugins.diagnostics`; manifest.json holds their schema.
#pragma once

#include "lapack_ai/sdk/host.hpp"

namespace lapack_ai::diagnostics {

struct Options {
    double condition_threshold = 1e12;  // above it hints speak of regularisation
    double sample_percent = 2;          // of operation time that condition estimates on success may take
    bool residual_check = true;         // the sketched residual of solves
    bool check_symmetry = false;        // compare both triangles where only one is read
    bool log = true;                    // one line in the log for a silent failure

    static Options from(const sdk::Json &json) {
        Options o;
        o.condition_threshold = json["condition_threshold"].number(o.condition_threshold);
        o.sample_percent = json["sample_percent"].number(o.sample_percent);
        o.residual_check = json["residual_check"].boolean(o.residual_check);
        o.check_symmetry = json["check_symmetry"].boolean(o.check_symmetry);
        o.log = json["log"].boolean(o.log);
        return o;
    }
};

}  // namespace lapack_ai::diagnostics

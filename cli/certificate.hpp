// The certificate of a call with --backward-error, for people and as JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::cli {

class Certificate {
  public:
    explicit Certificate(const lai_certificate &given);

    // Labels and texts, one a line.
    std::vector<std::pair<std::string, std::string>> lines() const;
    std::string json() const;

  private:
    struct Trial {
        std::string name, verdict;
        double expected, estimate, bound, seconds;
    };

    std::string verdict_, measured_;
    double requested_, estimate_, bound_, miss_probability_, check_seconds_, total_seconds_;
    std::uint32_t probes_;
    std::vector<Trial> trials_;
};

}  // namespace lapack_ai::cli

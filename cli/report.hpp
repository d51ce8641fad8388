// What a command found, as a table for people or as JSON: which backend ran, why, how long it took, the
// residual that was measured, and the command's own values.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "call.hpp"
#include "io/matrix.hpp"
#include "operands.hpp"
#include "residual.hpp"

namespace lapack_ai::cli {

class Report {
  public:
    Report(const Session &session, const std::string &command);
    ~Report();

    void input(const Operand &operand);
    void call(const CallReport &report);
    void residuals(const std::vector<Residual> &residuals);
    void number(const std::string &key, const std::string &label, double value);
    void text(const std::string &key, const std::string &label, const std::string &value);
    // A vector: the first elements in the table, all in JSON.
    void vector(const std::string &key, const std::string &label, const Matrix &values);
    // Writes the matrix when a file was named, and says so.
    void output(const std::string &name, const std::string &file, const Matrix &A, bool vector = false);

    // Prints it all. When INFO > 0 or the result is useless, the exit code and a line on standard error say
    // so.
    ExitCode finish();

  private:
    void line(const std::string &label, const std::string &value);
    void judge(const CallReport &report, const nlohmann::ordered_json &diagnosis);

    bool json_;
    std::string command_;
    std::unique_ptr<nlohmann::ordered_json> document_;
    std::vector<std::pair<std::string, std::string>> lines_;
    ExitCode code_;  // ok until judged otherwise
    std::string error_, diagnosis_;
};

}  // namespace lapack_ai::cli

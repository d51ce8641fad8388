// Runs a piece of work in a forked child and hears from it through a pipe, so that a plugin which crashes,
// hangs or ends the process is a finding and not the end of the checker.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lapack_ai::conformance {

// The child's side: everything it has to say.
class Messages {
  public:
    explicit Messages(int pipe, struct SharedState &shared) : pipe_(pipe), shared_(shared) {}
    // What is being done now, and how to get there again; shown when the child dies or stands still. Cheap.
    void at(const std::string &text, const std::string &repeat) noexcept;
    const std::string &where() const noexcept { return where_; }
    void called() noexcept;  // one call of execute
    // One record of a few fields.
    void send(const std::vector<std::string> &fields);

  private:
    int pipe_;
    SharedState &shared_;
    std::string where_;
};

// How a child ended.
struct ChildEnd {
    std::vector<std::vector<std::string>> records;
    std::string death;          // empty: it ended well; else "ended by SIGSEGV", "stood still for 30 s", ...
    std::string where, repeat;  // the last at()
    std::string last_words;     // the most telling line of its standard error
    bool finished = false;      // the work itself was over, whatever happened afterwards
    std::int64_t calls = 0;
    double seconds = 0;
};

ChildEnd run_in_child(const std::function<void(Messages &)> &work, double timeout);

}  // namespace lapack_ai::conformance

// What a check works with, inside its child process: the host, the plugin, its variants, and the words for
// what was found.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "child.hpp"
#include "fuzzer.hpp"
#include "judge.hpp"
#include "kit_host.hpp"
#include "lapack_ai/conformance/conformance.hpp"

namespace lapack_ai::conformance {

struct Variant {
    const lai_variant *table;
    const core::Op *op;  // null: nobody has registered it
    std::string title;   // "lai.gemm/1 blocked"
};

// Query and execute of one call. `status` is that of the first which was not OK.
struct Outcome {
    lai_status status = LAI_DECLINED;
    bool queried = false;  // query said yes
    bool threw = false;    // an exception crossed the border
    lai_cost cost{};
    lai_result result{};
    bool overrun = false;  // the workspace was written behind its end
};

// One random call of a check.
struct Case {
    const Variant &variant;
    lai_dtype dtype;
    int index;
    Random random;

    const core::Op &op() const { return *variant.op; }
};

class Session {
  public:
    Session(const Options &options, const std::string &check, Messages &messages);
    ~Session();

    const Options options;
    KitHost host;

    // Maps the file and looks at the entry table. Throws std::runtime_error with the reason.
    void load();
    // load(), init and the backend's variants. False: it offers no backend here (note says why).
    bool start();
    lai_status init(std::string &reason);
    void shutdown();
    const lai_plugin_entry &entry() const { return *entry_; }
    const void *extension(const char *id) const { return entry_->get_extension(id); }
    const std::vector<Variant> &variants() const { return variants_; }
    void find_variants();

    // Every variant and element type that the options leave, `options.cases` times or `count` if that is
    // less.
    void each_case(const std::function<void(Case &)> &body, int count = 1 << 20);

    // How a workspace is given to execute.
    enum class Workspace { as_stated, none };
    Outcome query(const Variant &variant, Problem &problem);
    Outcome run(const Variant &variant, Problem &problem, Workspace workspace = Workspace::as_stated);
    Outcome execute(const Variant &variant, Problem &problem, Outcome outcome,
                    Workspace workspace = Workspace::as_stated);
    // run(), and the outputs against the reference. False: declined, or something else than OK that `allowed`
    // names. Whatever is wrong is reported.
    bool judged(const Case &one, Problem &problem, const Outcome &outcome);
    Verdict verdict(const Variant &variant, Problem &problem, const Outcome &outcome);

    void at(const Case &one, const Recipe &recipe);
    void at(const std::string &text) { messages_.at(text, repeat_); }
    // A finding, at the place that at() named last.
    void fail(const std::string &what) { fail_as(check_, what); }
    void fail_as(const std::string &check, const std::string &what);
    void note(const std::string &text) { messages_.send({"note", text}); }
    void nothing_to_check(const std::string &why) { messages_.send({"skip", why}); }

  private:
    bool wanted(const Variant &variant) const;

    const std::string check_;
    Messages &messages_;
    const lai_plugin_entry *entry_ = nullptr;
    bool initialised_ = false;
    std::vector<Variant> variants_;
    std::string repeat_;  // options that lead back to the current case
};

const char *status_name(lai_status status);

}  // namespace lapack_ai::conformance

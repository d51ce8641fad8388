// The enhancer's edge: the contract's five functions over look_before and look_after. Nothing is thrown
// across.
#include "lapack_ai/sdk/plugin.hpp"

#include <cstring>
#include <mutex>
#include <unordered_map>

#include "lapack_ai/abi/enhancer.h"
#include "plugin/after.hpp"
#include "plugin/before.hpp"
#include "plugin/deliver.hpp"
#include "plugin/repeats.hpp"
#include "plugin/sampling.hpp"
#include "report/texts.hpp"
#include "report/words.hpp"
#include "table/explain.hpp"

namespace lapack_ai::diagnostics {
namespace {

class Diagnostics : public sdk::Plugin {
  public:
    explicit Diagnostics(sdk::Host host)
        : Plugin(host), options_(Options::from(host.options())), sampling_(options_.sample_percent) {
        table_.size = sizeof table_;
        table_.self = this;
        table_.preflight = [](void *self, const lai_call *call, void **state,
                              lai_diagnosis *out) -> lai_status {
            *state = nullptr;
            try {
                return of(self).preflight(*call, *state, *out);
            } catch (...) {
                return LAI_OK;  // no diagnosis is no reason not to compute
            }
        };
        table_.finish = [](void *self, const lai_call *call, const lai_result *result, void *state,
                           lai_diagnosis *out) {
            try {
                of(self).finish(*call, *result, static_cast<const Kept *>(state), *out);
            } catch (...) {
                return;
            }
        };
        table_.misuse = [](void *self, const lai_call *call, std::int32_t argument, const char *name,
                           const char *value, const char *requirement, lai_diagnosis *out) {
            try {
                of(self).misuse(*call, argument, name, value, requirement, *out);
            } catch (...) {
                return;
            }
        };
        table_.explain_code = [](void *, const char *code, char *buffer,
                                 std::size_t capacity) -> std::size_t {
            return write([&] { return text_of_code(code); }, buffer, capacity);
        };
        table_.explain_info = [](void *, const char *routine, std::int64_t info, const std::int64_t *dims,
                                 std::uint32_t count, char *buffer, std::size_t capacity) -> std::size_t {
            return write(
                [&] {
                    return text_of_info(routine, info, {dims, dims != nullptr ? count : 0u});
                },
                buffer, capacity);
        };
        provide(LAI_ROLE_ENHANCER, &table_);
    }

    ~Diagnostics() override {
        repeats_.for_repeated([this](std::uint64_t key, std::uint64_t times) {
            const auto found = said_.find(key | 1);
            if (found != said_.end())
                host().info(found->second + " (repeated " + std::to_string(times - 1) + " times)");
        });
    }

  private:
    static Diagnostics &of(void *self) { return *static_cast<Diagnostics *>(self); }

    template <class Text>
    static std::size_t write(Text make, char *buffer, std::size_t capacity) noexcept {
        try {
            const std::string text = make();
            if (capacity > 0) std::snprintf(buffer, capacity, "%s", text.c_str());
            return text.size();
        } catch (...) {
            return 0;
        }
    }

    lai_status preflight(const lai_call &call, void *&state, lai_diagnosis &out) {
        const KnownOp *op = find_op(call.op_id);
        if (op == nullptr || op->watch == Watch::nothing) return LAI_OK;
        std::optional<Finding> stop;
        state = look_before(host(), options_, *op, call, stop);
        if (!stop) return LAI_OK;
        report(call, *stop, 0, out);
        return LAI_INVALID;
    }

    void finish(const lai_call &call, const lai_result &result, const Kept *kept, lai_diagnosis &out) {
        if (kept == nullptr && result.info == 0) return;
        const KnownOp *op = kept != nullptr ? kept->op : find_op(call.op_id);
        if (op == nullptr) return;
        if (kept != nullptr && LAI_HAS(&out, lai_diagnosis, norm1)) out.norm1 = kept->norm1;
        bool estimate = false;
        std::uint64_t start = 0;
        if (kept != nullptr && (op->watch == Watch::lu || op->watch == Watch::cholesky)) {
            if (kept->start_ns != 0) start = host().now_ns();
            estimate =
                result.info == 0 && sampling_.admit(call.dims[0], start != 0 ? start - kept->start_ns : 0);
        }
        const auto finding = look_after(options_, *op, call, result, kept, estimate);
        if (finding) report(call, *finding, start, out);
    }

    // Core has found a bad argument. The table words the requirement where it agrees that it fails; core's
    // words stand for what LAPACK has no test for.
    void misuse(const lai_call &call, std::int32_t argument, const char *name, const char *value,
                const char *requirement, lai_diagnosis &out) {
        const KnownOp *op = find_op(call.op_id);
        const std::string spelled = upper_case(name != nullptr ? name : ""),
                          given = value != nullptr ? value : "";
        std::string needs = requirement != nullptr ? requirement : "";
        if (op != nullptr && needs.find("finite") != std::string::npos) {
            if (auto stop = find_nonfinite_input(*op, call)) {
                stop->argument_index = argument;
                stop->info = -argument;
                report(call, *stop, 0, out);
                return;
            }
        }
        const std::string routine = op != nullptr ? routine_name(*op, call.dtype) : call.op_id;
        Finding finding;
        // The table's tests are those of column-major storage.
        const bool other_layout = call.layout == LAI_LAYOUT_ROW && spelled.substr(0, 2) == "LD";
        if (op != nullptr && !other_layout) finding = from_table(*op, call, routine, spelled, given);
        if (finding.empty()) {
            finding = make_finding(Category::illegal_argument, routine, -argument);
            finding.argument_name = spelled;
            finding.argument_requirement = needs;
            finding.matrix = spelled.substr(0, 2) == "LD" ? spelled.substr(2) : "A";
            // "must be finite"; "n x lda must fit"; ">= max(1, n)".
            const bool sentence = needs.find(" must ") != std::string::npos;
            if (needs.substr(0, 5) != "must ") needs = (sentence ? "" : "must satisfy ") + needs;
            const bool whole = spelled.find(' ') != std::string::npos;  // the call as a whole is at fault
            finding.message =
                upper_case(routine) + ": " +
                (whole ? given : "argument " + std::to_string(argument) + ", " + spelled + " = " + given) +
                (sentence ? ": " : ", ") + needs;
            if (finding.message.size() > 100) {
                finding.facts.push_back(spelled + " = " + given + ", " + needs);
                finding.message = upper_case(routine) + ": argument " + std::to_string(argument) + ", " +
                                  spelled + ", has an illegal value";
            }
        }
        finding.info = -argument;
        finding.argument_index = argument;
        finding.argument_value = given;
        if (spelled.substr(0, 2) == "LD" && looks_row_major(call, given))
            finding.facts.push_back("maybe the data is row-major: the value equals the number of columns");
        report(call, finding, 0, out);
    }

    static Finding from_table(const KnownOp &op, const lai_call &call, const std::string &name,
                              const std::string &argument, const std::string &value) {
        const auto routine = Routine::find(name);
        if (!routine || value.empty()) return {};
        std::vector<Binding> known = bindings_of(op, call);
        std::erase_if(known, [&](const Binding &b) { return b.name == argument; });
        if (value[0] == '\'' && value.size() == 3) {
            known.push_back({argument, static_cast<double>(value[1])});
        } else if (value.find_first_not_of("-0123456789") == std::string::npos) {
            known.push_back({argument, std::stod(value)});
        } else {
            return {};
        }
        for (const Routine::Check &check : routine->checks())
            if (routine->argument_name(check.argument) == argument &&
                !failing_clause(check.requirement, known).empty())
                return explain(name, -check.reported, known);
        return {};
    }

    // A leading dimension that is the number of columns of some operand with more rows than columns.
    static bool looks_row_major(const lai_call &call, const std::string &value) {
        for (std::uint32_t i = 0; i < call.operand_count; ++i) {
            const lai_operand &operand = *LAI_OPERAND(&call, i);
            if (operand.rows > operand.cols && std::to_string(operand.cols) == value) return true;
        }
        return false;
    }

    void report(const lai_call &call, const Finding &finding, std::uint64_t start_ns, lai_diagnosis &out) {
        // The same thing at the same place; calls that do not say where they stand are told apart by size.
        Key key;
        key.add(category_text(finding.category).code).add(finding.routine);
        if (call.site != 0) {
            key.add(static_cast<std::int64_t>(call.site));
        } else {
            key.add(call.dim_count > 0 ? call.dims[0] : 0);
        }
        const std::uint64_t before = repeats_.count(key.value());
        if (before == 0) log_once(key.value(), finding);
        const double seconds =
            start_ns != 0 ? static_cast<double>(host().now_ns() - start_ns) * 1e-9 : not_computed;
        const Keep keep = [&](const std::string &text) -> const char * {
            auto *copy =
                static_cast<char *>(host().raw()->arena_alloc(host().raw(), &call, text.size() + 1, 1));
            if (copy == nullptr) return "";
            std::memcpy(copy, text.c_str(), text.size() + 1);
            return copy;
        };
        deliver(finding, before == Repeats::full ? 0 : before, seconds, keep, out);
    }

    // Silent failures are worth a line in the log; what INFO tells, the caller has in hand.
    void log_once(std::uint64_t key, const Finding &finding) {
        const std::string line = finding.message + " [" + category_text(finding.category).code + "]";
        if (options_.log && finding.info == 0 && finding.severity >= LAI_SEVERITY_WARNING)
            host().warning(line);
        const std::lock_guard lock(said_mutex_);
        said_.emplace(key | 1, line);
    }

    Options options_;
    Sampling sampling_;
    Repeats repeats_;
    std::mutex said_mutex_;
    std::unordered_map<std::uint64_t, std::string> said_;
    lai_enhancer table_{};
};

}  // namespace
}  // namespace lapack_ai::diagnostics

LAPACK_AI_PLUGIN(lapack_ai::diagnostics::Diagnostics);

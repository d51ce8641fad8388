// Versions and life: an older and a newer host, init and shutdown again and again, a forked child.
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "checks.hpp"

namespace lapack_ai::conformance::checks {

namespace {

// One small call of every variant and element type; findings begin with `when`.
void small_calls(Session &s, const std::string &when, bool may_decline) {
    s.each_case(
        [&](Case &one) {
            const Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            Problem problem(one.op(), one.dtype, recipe);
            fill(problem);
            s.at(one, recipe);
            const Outcome outcome = s.run(one.variant, problem);
            if (outcome.status != LAI_OK) {
                if (!may_decline && outcome.status != LAI_DECLINED)
                    s.fail(when + ": a call answers " + status_name(outcome.status));
                return;
            }
            const Verdict found = s.verdict(one.variant, problem, outcome);
            if (!found.good()) s.fail(when + ": " + found.fault());
        },
        1);
}

// query and execute into structs that end early, with a mark behind the end.
template <typename Struct>
struct Short {
    explicit Short(std::uint32_t size) {
        std::memset(&value, 0, sizeof value);
        std::memset(reinterpret_cast<std::byte *>(&value) + size, 0x5A, sizeof value - size);
        value.size = size;
    }
    bool intact() const {
        const auto *bytes = reinterpret_cast<const unsigned char *>(&value);
        for (std::size_t i = value.size; i < sizeof value; ++i)
            if (bytes[i] != 0x5A) return false;
        return true;
    }
    Struct value;
};

void short_structs(Session &s) {
    s.each_case(
        [&](Case &one) {
            const Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            Problem problem(one.op(), one.dtype, recipe);
            fill(problem);
            s.at(one, recipe);
            Short<lai_cost> cost(LAI_SIZE_THROUGH(lai_cost, host_workspace_bytes));
            one.variant.table->query(one.variant.table->self, &problem.call(), &cost.value);
            if (!cost.intact()) s.fail("query writes behind the size that lai_cost says it has");
            if (cost.value.size != LAI_SIZE_THROUGH(lai_cost, host_workspace_bytes))
                s.fail("query changes lai_cost.size");
            Short<lai_result> result(LAI_SIZE_THROUGH(lai_result, rank));
            one.variant.table->execute(one.variant.table->self, &problem.call(), &result.value);
            if (!result.intact()) s.fail("execute writes behind the size that lai_result says it has");
        },
        1);
}

// A host of a later minor version has longer structs; operands travel with a stride.
void long_operands(Session &s) {
    s.each_case(
        [&](Case &one) {
            const Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            Problem problem(one.op(), one.dtype, recipe);
            fill(problem);
            s.at(one, recipe);
            constexpr std::size_t stride = sizeof(lai_operand) + 24;
            std::vector<std::byte> spread(problem.operand_count() * stride, std::byte{0x5A});
            for (std::size_t o = 0; o < problem.operand_count(); ++o) {
                lai_operand operand = *LAI_OPERAND(&problem.call(), o);
                operand.size = stride;
                std::memcpy(spread.data() + o * stride, &operand, sizeof operand);
            }
            lai_call &call = problem.call();
            const lai_operand *const tight = call.operands;
            call.operands = reinterpret_cast<const lai_operand *>(spread.data());
            call.operand_stride = stride;
            const Outcome outcome = s.run(one.variant, problem);
            if (outcome.status == LAI_OK) {
                const Verdict found = s.verdict(one.variant, problem, outcome);
                if (!found.good()) s.fail("operands of a newer host, with a larger stride: " + found.fault());
            }
            call.operands = tight;
            call.operand_stride = sizeof(lai_operand);
        },
        1);
}

void start_again(Session &s, const std::string &when) {
    std::string reason;
    if (s.init(reason) != LAI_OK) {
        if (reason.empty()) s.fail(when + ": init refuses without a reason");
        s.note(when + ": init refuses: " + reason);
        return;
    }
    s.find_variants();
    small_calls(s, when, true);
    s.shutdown();
}

void versions(Session &s) {
    if (!s.start()) return;
    short_structs(s);
    long_operands(s);
    s.shutdown();
    lai_host &host = s.host.table();
    const lai_host whole = host;
    host.size = sizeof host + KitHost::beyond;  // what a later version adds
    host.abi_minor = whole.abi_minor + 1;
    start_again(s, "a newer host");
    host = whole;
    // A host from before nested dispatch, metrics and extensions: the fields are not there.
    host.size = offsetof(lai_host, predict);
    std::memset(reinterpret_cast<std::byte *>(&host) + host.size, 0, sizeof host - host.size);
    start_again(s, "an older host");
    host = whole;
}

// In a forked child threads, queues and devices of the parent are gone. No answer is also an answer; dying or
// standing still is not.
void in_forked_child(Session &s) {
    s.at("a call in a forked child");
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(20);
        if (LAI_HAS(&s.entry(), lai_plugin_entry, after_fork_child) && s.entry().after_fork_child)
            s.entry().after_fork_child();
        int wrong = 0;
        s.each_case(
            [&](Case &one) {
                const Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
                Problem problem(one.op(), one.dtype, recipe);
                fill(problem);
                const Outcome outcome = s.run(one.variant, problem);
                wrong += outcome.status == LAI_OK && !s.verdict(one.variant, problem, outcome).good();
            },
            1);
        ::_exit(wrong ? 9 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        s.fail(WTERMSIG(status) == SIGALRM
                   ? "in a forked child calls do not come back within 20 s"
                   : std::string("in a forked child a call ends by ") + ::strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == 9)
        s.fail("in a forked child results are wrong");
}

void lifecycle(Session &s) {
    if (!s.start()) {
        s.shutdown();
        return;
    }
    small_calls(s, "after init", false);
    in_forked_child(s);
    for (int round = 0; round < 3; ++round) {
        s.shutdown();
        s.at("init after shutdown");
        std::string reason;
        const lai_status status = s.init(reason);
        if (status != LAI_OK)
            return s.fail("init after shutdown answers " + std::string(status_name(status)) + ": " + reason);
        s.find_variants();
        small_calls(s, "after shutdown and init", false);
    }
}

}  // namespace

std::span<const Check> life() {
    static constexpr Check all[] = {
        {"versions", "an older host and a newer one: shorter and longer structs, missing services", versions},
        {"lifecycle", "init, shutdown, init again, the end of the process, a forked child", lifecycle}};
    return all;
}

}  // namespace lapack_ai::conformance::checks

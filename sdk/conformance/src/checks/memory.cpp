// Whose memory is whose: nothing is written outside of what the call hands over, nothing that is only read is
// changed, no pointer is kept, nothing is left behind.
#include <malloc.h>

#include <dirent.h>
#include <cstdio>

#include <algorithm>

#include "checks.hpp"

namespace lapack_ai::conformance::checks {

namespace {

// A call with everything out of the ordinary at once.
Recipe anything(Case &one) {
    Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, Aspects::everything(), one.random);
    recipe.misalign = one.random.below(2);
    recipe.threads = 1 + static_cast<int>(one.random.below(2));
    return recipe;
}

void canaries(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        const Recipe recipe = anything(one);
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        s.host.arena_reset();
        const Outcome outcome = s.run(one.variant, problem);
        const std::string where = problem.overrun();
        if (!where.empty()) s.fail("written: " + where);
        if (outcome.overrun) s.fail("written behind the end of the workspace that query stated");
        if (!s.host.arena_reset()) s.fail("written behind the end of arena memory");
    });
}

void inputs(Session &s) {
    if (!s.start()) return;
    s.each_case([&](Case &one) {
        const Recipe recipe = anything(one);
        Problem problem(one.op(), one.dtype, recipe);
        fill(problem);
        s.at(one, recipe);
        s.query(one.variant, problem);
        if (const std::string where = problem.changed(true); !where.empty())
            return s.fail("query wrote to " + where);
        s.run(one.variant, problem);
        if (const std::string where = problem.changed(false); !where.empty())
            s.fail("an operand that is only read was written: " + where);
    });
}

// The caller's memory is gone after a call: whoever kept a pointer dies here.
void retention(Session &s) {
    if (!s.start()) return;
    s.each_case(
        [&](Case &one) {
            Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            recipe.own_pages = true;
            recipe.seed = 1 + one.random.below(1 << 20);
            Problem gone(one.op(), one.dtype, recipe);
            fill(gone);
            s.at(one, recipe);
            s.run(one.variant, gone);
            for (std::size_t o = 0; o < gone.operand_count(); ++o) gone.memory(o).revoke();
            s.host.arena_reset();
            Recipe next = recipe;
            next.own_pages = false;
            for (int again = 0; again < 2; ++again) {
                Problem problem(one.op(), one.dtype, next);
                fill(problem);
                s.judged(one, problem, s.run(one.variant, problem));
                next = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            }
        },
        3);
}

// Bytes in use on the heap. A sanitizer's heap is asked through its own door.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

std::int64_t heap_bytes() {
    if (__sanitizer_get_current_allocated_bytes)
        return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
    const struct mallinfo2 info = ::mallinfo2();
    return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

std::int64_t entries(const char *folder) {
    std::int64_t count = 0;
    if (DIR *open = ::opendir(folder)) {
        while (::readdir(open)) ++count;
        ::closedir(open);
    }
    return count;
}

// The least growth of a figure from one repetition to the next. A leak grows every time.
struct Growth {
    std::int64_t last = 0, least_step = 1 << 30;
    int rounds = 0;
    void see(std::int64_t value) {
        if (rounds++ > 0) least_step = std::min(least_step, value - last);
        last = value;
    }
};

void leaks(Session &s) {
    if (!s.start()) return;
    // Calls: every round the same ones.
    s.each_case(
        [&](Case &one) {
            const Recipe recipe = fuzz(one.op(), *one.variant.table, one.dtype, {}, one.random);
            Problem problem(one.op(), one.dtype, recipe);
            fill(problem);
            s.at(one, recipe);
            // Caches fill for a while and then stop; a leak goes on as long as one looks.
            Growth heap;
            for (int round = 0; round < 8 || (round < 60 && heap.least_step > 0); ++round) {
                for (int call = 0; call < 4; ++call) {
                    problem.restore();
                    s.run(one.variant, problem);
                    s.host.arena_reset();
                }
                if (round >= 3) heap.see(heap_bytes());
            }
            if (heap.least_step > 0)
                s.fail("every 4 calls leave " + std::to_string(heap.least_step) + " more bytes on the heap");
        },
        2);
    // The whole life, again and again.
    Growth heap, files, threads;
    for (int round = 0; round < 7; ++round) {
        s.shutdown();
        if (round >= 2) {
            heap.see(heap_bytes());
            files.see(entries("/proc/self/fd"));
            threads.see(entries("/proc/self/task"));
        }
        std::string reason;
        if (s.init(reason) != LAI_OK) return s.fail("init after shutdown fails: " + reason);
        s.find_variants();
    }
    s.at("init and shutdown, again and again");
    const auto judge = [&](const Growth &growth, std::int64_t from, const char *what) {
        if (growth.least_step >= from)
            s.fail("every round of init and shutdown leaves " + std::to_string(growth.least_step) + " more " +
                   what);
    };
    judge(heap, 1, "bytes on the heap");
    judge(files, 1, "open files");
    judge(threads, 1, "threads");
}

}  // namespace

std::span<const Check> memory() {
    static constexpr Check all[] = {
        {"canaries", "nothing is written around operands, between columns, behind scratch", canaries},
        {"inputs", "operands that are only read stay as they are; query writes nowhere", inputs},
        {"retention", "no pointer to the caller's memory is kept", retention},
        {"leaks", "no memory, file or thread is left behind by calls and by shutdown", leaks}};
    return all;
}

}  // namespace lapack_ai::conformance::checks

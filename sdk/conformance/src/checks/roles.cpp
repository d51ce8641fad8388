// The other roles, as far as they can be tried without a library around them.
#include <chrono>
#include <cstring>

#include "checks.hpp"
#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/memory.h"
#include "lapack_ai/abi/observer.h"

namespace lapack_ai::conformance::checks {

namespace {

bool begin(Session &s, const char *role, const char *name) {
    s.load();
    std::string reason;
    if (s.init(reason) != LAI_OK) {
        s.nothing_to_check("init refuses: " + reason);
        return false;
    }
    s.at(name);
    if (s.extension(role)) return true;
    s.nothing_to_check(std::string("it offers no ") + name + " role");
    return false;
}

// Columns there and back through other leading dimensions than they came with.
void memory_role(Session &s) {
    if (!begin(s, LAI_ROLE_MEMORY, "memory")) return;
    const auto &m = *static_cast<const lai_memory *>(s.extension(LAI_ROLE_MEMORY));
    constexpr std::size_t rows = 96, cols = 7, host_ld = 128, ld = 104, offset = 64;
    std::vector<unsigned char> from(host_ld * cols), to(host_ld * cols, 0xA7);
    for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<unsigned char>(i * 37 + i / 251);
    void *data = nullptr;
    if (const lai_status status = m.alloc(m.self, offset + ld * cols, &data); status != LAI_OK || !data)
        return s.fail(std::string("alloc of a kilobyte answers ") + status_name(status));
    if (m.retain) {
        m.retain(m.self, data);
        m.release(m.self, data);
    }
    if (m.upload(m.self, data, offset, ld, from.data(), host_ld, rows, cols) != LAI_OK)
        s.fail("upload fails");
    if (m.download(m.self, data, offset, ld, to.data(), host_ld, rows, cols) != LAI_OK)
        s.fail("download fails");
    for (std::size_t j = 0; j < cols; ++j) {
        if (std::memcmp(from.data() + j * host_ld, to.data() + j * host_ld, rows) != 0)
            return s.fail("column " + std::to_string(j) + " comes back changed");
        for (std::size_t i = rows; i < host_ld; ++i)
            if (to[j * host_ld + i] != 0xA7) return s.fail("download writes between the columns");
    }
    m.release(m.self, data);
    if (!LAI_HAS(&m, lai_memory, info) || !m.info) return;
    lai_memory_info info{};
    info.size = sizeof info;
    if (m.info(m.self, &info) != LAI_OK) s.fail("info fails");
    if ((info.known & 3) == 3 && info.used_bytes > info.total_bytes) s.fail("info: more used than there is");
}

// snprintf's manners: the same length whatever the capacity, never a byte behind it.
void check_text(Session &s, const char *what, const std::function<std::size_t(char *, std::size_t)> &write) {
    const std::size_t length = write(nullptr, 0);
    std::vector<char> buffer(length + 16, '#');
    const std::size_t capacity = std::min<std::size_t>(length, 8);
    write(buffer.data(), capacity);
    for (std::size_t i = capacity; i < buffer.size(); ++i)
        if (buffer[i] != '#') return s.fail(std::string(what) + " writes behind the capacity it is given");
}

void enhancer(Session &s) {
    if (!begin(s, LAI_ROLE_ENHANCER, "enhancer")) return;
    const auto &e = *static_cast<const lai_enhancer *>(s.extension(LAI_ROLE_ENHANCER));
    for (const char *id : {"lai.gesv/1", "lai.potrf/1", "lai.gemm/1"})
        for (const Content content : {Content::ordinary, Content::singular, Content::nan}) {
            const core::Op &op = *core::OpTable::instance().find(std::string_view(id));
            const lai_variant none{};
            Recipe recipe = of_size(op, none, LAI_DTYPE_F64, 6);
            recipe.content = content;
            Problem problem(op, LAI_DTYPE_F64, recipe);
            fill(problem);
            s.at(std::string(id) + ": " + recipe.describe(op));
            lai_diagnosis diagnosis{};
            diagnosis.size = sizeof diagnosis;
            void *state = nullptr;
            const lai_status status = e.preflight(e.self, &problem.call(), &state, &diagnosis);
            if (status != LAI_OK && status != LAI_INVALID)
                s.fail(std::string("preflight answers ") + status_name(status) + ", must be OK or INVALID");
            if (const std::string where = problem.changed(true); !where.empty())
                s.fail("preflight writes to an operand: " + where);
            // Nothing was run: only a product's outputs mean something without that.
            if (status != LAI_OK || std::strcmp(id, "lai.gemm/1") != 0) continue;
            lai_result result{};
            result.size = sizeof result;
            diagnosis = {};
            diagnosis.size = sizeof diagnosis;
            e.finish(e.self, &problem.call(), &result, state, &diagnosis);
            if (const std::string where = problem.changed(true); !where.empty())
                s.fail("finish writes to an operand: " + where);
            if (diagnosis.severity > LAI_SEVERITY_MISUSE) s.fail("finish gives a severity that is none");
            s.host.arena_reset();
        }
    if (LAI_HAS(&e, lai_enhancer, explain_code) && e.explain_code) {
        check_text(s, "explain_code",
                   [&](char *b, std::size_t n) { return e.explain_code(e.self, "LA0201", b, n); });
        if (e.explain_code(e.self, "no such code", nullptr, 0) != 0)
            s.fail("explain_code must answer 0 for an unknown code");
    }
}

void observer(Session &s) {
    if (!begin(s, LAI_ROLE_OBSERVER, "observer")) return;
    const auto &o = *static_cast<const lai_observer *>(s.extension(LAI_ROLE_OBSERVER));
    for (int round = 0; round < 2; ++round) {
        char reason[256] = "";
        const lai_status status = o.start(o.self, reason, sizeof reason);
        if (status != LAI_OK) {
            if (!*reason) s.fail("start fails without a reason");
            s.note(std::string("start: ") + reason);
        }
        if (LAI_HAS(&o, lai_observer, url) && o.url && (o.url(o.self) != nullptr) != (status == LAI_OK))
            s.fail("url must be there exactly while it serves");
        const auto begin_of_stop = std::chrono::steady_clock::now();
        o.stop(o.self);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_of_stop;
        if (took.count() > 3)
            s.fail("stop takes " + std::to_string(took.count()) + " s, must end within a second");
    }
}

}  // namespace

std::span<const Check> roles() {
    static constexpr Check all[] = {
        {"memory_role", "the memory role: there and back with other strides", memory_role},
        {"enhancer_role", "the enhancer role: reads, and never writes", enhancer},
        {"observer_role", "the observer role: start and stop, twice", observer}};
    return all;
}

}  // namespace lapack_ai::conformance::checks

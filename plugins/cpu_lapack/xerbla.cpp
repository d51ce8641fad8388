// Defining xerbla_ here keeps the archive's own out of the link: the linker takes an archive member only for
// what is missing.
#include "xerbla.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lapack_ai::cpu {
namespace {

struct Report {
    char routine[16] = "";
    std::int32_t argument = 0;
};
thread_local Report report;

}  // namespace

// Fortran passes the length as size_t, OpenBLAS's C parts as int: only the low half is sure to be there.
extern "C" void xerbla_(const char *routine, const std::int32_t *argument, std::int32_t length) {
    const std::size_t bytes = std::min(static_cast<std::size_t>(length), sizeof report.routine - 1);
    std::memcpy(report.routine, routine, bytes);
    report.routine[bytes] = '\0';
    report.argument = *argument;
}

std::string take_xerbla_report() {
    if (report.argument == 0) return {};
    std::string routine(report.routine);
    routine.erase(routine.find_last_not_of(' ') + 1);
    const std::string text = routine + ": argument " + std::to_string(report.argument);
    report = {};
    return text;
}

}  // namespace lapack_ai::cpu

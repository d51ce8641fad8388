#include "native.hpp"

#include <cstring>
#include <string_view>

#include "fortran.hpp"
#include "threads.hpp"

namespace lapack_ai::cpu {
namespace {

// Routine without its type letter, and the four entry points.
struct Routine {
    std::string_view name;
    void *s, *d, *c, *z;
};

#define CPU_LAPACK_ROUTINE(name, field)                                    \
    {                                                                      \
        name, reinterpret_cast<void *>(Fortran<float>::field),             \
            reinterpret_cast<void *>(Fortran<double>::field),              \
            reinterpret_cast<void *>(Fortran<std::complex<float>>::field), \
            reinterpret_cast<void *>(Fortran<std::complex<double>>::field) \
    }

const Routine routines[] = {
    CPU_LAPACK_ROUTINE("gemm_", gemm),   CPU_LAPACK_ROUTINE("getrf_", getrf),
    CPU_LAPACK_ROUTINE("getrs_", getrs), CPU_LAPACK_ROUTINE("getri_", getri),
    CPU_LAPACK_ROUTINE("potrf_", potrf), CPU_LAPACK_ROUTINE("potrs_", potrs),
    CPU_LAPACK_ROUTINE("geqrf_", geqrf), CPU_LAPACK_ROUTINE("orgqr_", orgqr),
    CPU_LAPACK_ROUTINE("ungqr_", orgqr), CPU_LAPACK_ROUTINE("gels_", gels),
    CPU_LAPACK_ROUTINE("gelsd_", gelsd), CPU_LAPACK_ROUTINE("gesdd_", gesdd),
    CPU_LAPACK_ROUTINE("gesvd_", gesvd), CPU_LAPACK_ROUTINE("syevd_", syevd),
    CPU_LAPACK_ROUTINE("heevd_", syevd), CPU_LAPACK_ROUTINE("geev_", geev),
    CPU_LAPACK_ROUTINE("gecon_", gecon), CPU_LAPACK_ROUTINE("pocon_", pocon),
    CPU_LAPACK_ROUTINE("trcon_", trcon),
};

#undef CPU_LAPACK_ROUTINE

void *symbol(const char *name) noexcept {
    for (const Routine &routine : routines) {
        if (name[0] == '\0' || routine.name != name + 1) continue;
        switch (name[0]) {
            case 's':
                return routine.s;
            case 'd':
                return routine.d;
            case 'c':
                return routine.c;
            case 'z':
                return routine.z;
            default:
                return nullptr;
        }
    }
    return nullptr;
}

void set_threads(std::int32_t threads) noexcept {
    set_native_threads(threads);
}

}  // namespace

const lai_bench_native native_table = {sizeof(lai_bench_native), 0, symbol, set_threads};

}  // namespace lapack_ai::cpu

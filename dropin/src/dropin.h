/* The drop-in's inner interface: numbers of the dispatched routines, their next definitions, the bridge to
 * liblapack_ai.
 *
 * A stub (stubs.S) stands in front of every exported symbol: too small, and it jumps to the next definition
 * with registers and stack untouched; large enough, and it jumps to the routine's bridge in C. A bridge never
 * reads hidden string lengths (C callers often pass none) and hands every argument error to the next
 * definition, so that the program's own xerbla_ reports it. */
#ifndef LAPACK_AI_DROPIN_H
#define LAPACK_AI_DROPIN_H

#include <stddef.h>
#include <stdint.h>

#include "lapack_ai/lapack_ai.h"

/* Routines in the order of the tables; each stands four times, for s, d, c, z. routines.def gives the same
 * order to the assembler. */
enum {
    ROUTINE_GEMM,
    ROUTINE_CBLAS_GEMM,
    ROUTINE_GESV,
    ROUTINE_POSV,
    ROUTINE_GELS,
    ROUTINE_GESVD,
    ROUTINE_GESDD,
    ROUTINE_SYEV,
    ROUTINE_SYEVD,
    ROUTINE_GETRF,
    ROUTINE_POTRF,
    ROUTINE_GEQRF,
    ROUTINE_COUNT
};
enum { TYPE_S, TYPE_D, TYPE_C, TYPE_Z, TYPE_COUNT };

typedef void (*routine_fn)(void);

/* The definitions that the program would have had without us, by routine * TYPE_COUNT + type. A slot first
 * holds the resolver. Read by the stubs. */
extern routine_fn lai_dropin_next[ROUTINE_COUNT * TYPE_COUNT];

/* Least m*n*k (gemm), m*n (SVD) and n (the rest) that is dispatched. Read by the stubs. */
extern int64_t lai_dropin_least_volume, lai_dropin_least_area, lai_dropin_least_length;

/* Finds the next definition of a slot and keeps it; ends the program with a message when there is none
 * anywhere, as the dynamic linker would. Any thread. */
routine_fn lai_dropin_resolve(size_t slot);

/* Name of a slot: "dgemm_". */
const char *lai_dropin_name(size_t slot);

/* True if integers are 64 bits wide in the program's BLAS (found once, by asking its idamax_). */
int lai_dropin_wide_integers(void);

/* Reads and writes the caller's integers. */
int64_t lai_dropin_integer(const void *value);
void lai_dropin_put_integer(void *place, int64_t value);
void lai_dropin_put_integers(void *place, const int64_t *values, int64_t count);

/* The C API of liblapack_ai, loaded at the first call that is large enough; null when it cannot be had. */
typedef struct dropin_api {
    lai_context *context;
    lai_call_options options;
    __typeof__(&lai_gemm) gemm;
    __typeof__(&lai_gesv) gesv;
    __typeof__(&lai_posv) posv;
    __typeof__(&lai_gels) gels;
    __typeof__(&lai_gesvd) gesvd;
    __typeof__(&lai_syev) syev;
    __typeof__(&lai_getrf) getrf;
    __typeof__(&lai_potrf) potrf;
    __typeof__(&lai_geqrf) geqrf;
    __typeof__(&lai_last_report) last_report;
    __typeof__(&lai_last_error) last_error;
} dropin_api;

/* The API if a call that returns to `return_address` is the program's own; null for the inner calls of a BLAS
 * or LAPACK library, and when there is no liblapack_ai. */
const dropin_api *lai_dropin_enter(const void *return_address);

/* Notes what became of a call: true if `info` is the answer, false if the next definition must do it
 * (argument errors, no backend, a backend's failure: the operands are then as the caller left them). */
int lai_dropin_done(const dropin_api *api, size_t slot, int64_t info, const int64_t *dims, int dim_count);

#endif

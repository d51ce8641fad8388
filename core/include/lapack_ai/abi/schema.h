/* Op schemas: what an operation is, as data. From a schema core checks arguments, snapshots, prices, meters,
 * explains and conformance-tests an op it has never heard of.
 *
 * Sizes, conditions and costs are expressions, text that core compiles once when the op is registered:
 *   numbers; the names of dims ("m"), flags ("trans_a"), scalars ("beta", its value != 0 counts as true) and
 *   "batch", "complex" (1 when T is); letters in single quotes ('N'); + - * /; == != < <= > >=; && || !; ?: ;
 * min(a,b), max(a,b), log2(x); parentheses. Arithmetic is double, exact to 2^53; true is 1. Example: rows of
 * A in gemm are "trans_a=='N' ? m : k". */
#ifndef LAPACK_AI_ABI_SCHEMA_H
#define LAPACK_AI_ABI_SCHEMA_H

#include "lapack_ai/abi/call.h"

typedef struct lai_dim_schema {
    uint32_t size;
    uint32_t reserved;
    const char *name;     /* "m" */
    const char *min_expr; /* smallest allowed value; null: "0" */
} lai_dim_schema;

typedef struct lai_flag_schema {
    uint32_t size;
    uint32_t initial;    /* the letter a typed API starts from */
    const char *name;    /* "trans_a" */
    const char *letters; /* "NTC" */
} lai_flag_schema;

typedef struct lai_scalar_schema {
    uint32_t size;
    uint32_t real_only; /* nonzero: im must be 0 */
    const char *name;   /* "alpha" */
} lai_scalar_schema;

/* Element type of an operand, relative to the call's dtype T. */
#define LAI_ELEMENT_T 0u
#define LAI_ELEMENT_REAL_T 1u    /* s for s and c, d for d and z */
#define LAI_ELEMENT_COMPLEX_T 2u /* c for s and c, z for d and z */
#define LAI_ELEMENT_I64 3u
#define LAI_ELEMENT_I32 4u
#define LAI_ELEMENT_F32 5u /* float whatever T is: sums of half precision */

/* The part of a matrix operand that is referenced. */
#define LAI_SHAPE_GENERAL 0u
#define LAI_SHAPE_UPPER 1u
#define LAI_SHAPE_LOWER 2u
#define LAI_SHAPE_BY_UPLO 3u /* the triangle that the flag "uplo" names; symmetric or Hermitian */
#define LAI_SHAPE_TRIANGULAR \
    4u /* the triangle that "uplo" names; the rest is zero, diagonal by flag "diag" */

/* One operand. `reads` and `writes` are conditions: gemm's C is written always and read if beta != 0; gesvd's
 * U is written if jobu is 'A' or 'S'. An operand neither read nor written may be null. */
typedef struct lai_operand_schema {
    uint32_t size;
    uint32_t element; /* LAI_ELEMENT_* */
    const char *name; /* "A" */
    const char *rows; /* expression */
    const char *cols;
    const char *reads;  /* null: "0" */
    const char *writes; /* null: "0" */
    uint32_t shape;     /* LAI_SHAPE_* */
    /* What it holds when INFO > 0: 0 nothing useful, 1 a partial result that callers rely on (LU and pivots
     * of gesv, the valid part of potrf). Every variant must agree on it. */
    uint32_t partial_on_info;
    uint32_t is_vector; /* no leading dimension argument: cols == 1 */
    uint32_t reserved;
} lai_operand_schema;

/* Remedies for row-major users, applied by core's API layer. */
#define LAI_ROW_MAJOR_COPY 0u   /* transposed copies, documented */
#define LAI_ROW_MAJOR_MAPPED 1u /* core knows a mapping without copies (gemm, gesvd, potrf, ...) */

/* Optional check of a finished call: returns the backward error of the outputs given the originals of the
 * in-out operands (`before`, same order as call->operands, null where not kept), or NaN if it cannot say.
 * O(n^2) work. [pure] */
typedef double (*lai_verify_fn)(const lai_call *call, const lai_operand *before, uint64_t seed);

typedef struct lai_op_schema {
    uint32_t size;
    uint32_t row_major; /* LAI_ROW_MAJOR_* */
    const char *id;     /* "lai.gemm/1"; third parties use their own reversed domain */
    const char *title;  /* "general matrix multiplication" */
    const char *lapack; /* LAPACK's name with '?' for the type letter: "?gemm"; null: none */
    /* The user's argument list in LAPACK's order, comma-separated: names of flags, dims, scalars, operands,
     * and "ld"+operand for leading dimensions ("lda"), in lower case. The position is the argument number of
     * error messages, and checks run in this order. Names core does not know (work, lwork, info) only count.
     */
    const char *arguments;
    const lai_dim_schema *dims;
    const lai_flag_schema *flags;
    const lai_scalar_schema *scalars;
    const lai_operand_schema *operands;
    uint32_t dim_count, flag_count, scalar_count, operand_count;
    uint32_t dim_stride, flag_stride, scalar_stride, operand_stride;
    uint64_t dtypes;   /* LAI_DTYPE_BIT mask of T */
    const char *flops; /* expression per item; real operations for real T (complex counts 4x by core) */
    const char *bytes; /* expression: least bytes moved, in units of sizeof(T); null: from the operands */
    const char
        *hangs_on_nonfinite; /* condition: iterative and may not return on Inf or NaN input; null: never */
    lai_verify_fn verify;    /* may be null */
    const char *require; /* condition all calls must meet beyond the dims' minima, e.g. "m>=n"; null: none */
} lai_op_schema;

/* Ids of the built-in ops. Operand, dim and flag order is fixed by core's table (docs/ops.md). */
#define LAI_OP_GEMM "lai.gemm/1"
#define LAI_OP_GEMM_BATCH "lai.gemm_batch/1"
#define LAI_OP_GESVD "lai.gesvd/1"
#define LAI_OP_GESV "lai.gesv/1"
#define LAI_OP_POSV "lai.posv/1"
#define LAI_OP_GELS "lai.gels/1"
#define LAI_OP_GELSD "lai.gelsd/1"
#define LAI_OP_SYEV "lai.syev/1" /* syev for s and d, heev for c and z */
#define LAI_OP_GEEV "lai.geev/1"
#define LAI_OP_GETRF "lai.getrf/1"
#define LAI_OP_GETRS "lai.getrs/1"
#define LAI_OP_GETRI "lai.getri/1"
#define LAI_OP_POTRF "lai.potrf/1"
#define LAI_OP_POTRS "lai.potrs/1"
#define LAI_OP_GEQRF "lai.geqrf/1"
#define LAI_OP_ORGQR "lai.orgqr/1" /* orgqr for s and d, ungqr for c and z */
#define LAI_OP_GECON "lai.gecon/1"
#define LAI_OP_POCON "lai.pocon/1"
#define LAI_OP_TRCON "lai.trcon/1"

#endif

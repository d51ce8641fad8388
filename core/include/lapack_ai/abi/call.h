/* One call of one op: what core hands to a variant, and what the variant hands back. */
#ifndef LAPACK_AI_ABI_CALL_H
#define LAPACK_AI_ABI_CALL_H

#include "lapack_ai/abi/types.h"

/* Flags of a lai_operand. */
#define LAI_OPERAND_POINTER_ARRAY UINT64_C(1) /* data is `void *const *`, one pointer per batch item */
#define LAI_OPERAND_PINNED UINT64_C(2)        /* page-locked host memory: transfers need no staging */

/* One matrix, vector or batch of matrices, column-major: element (i, j) of item b stands at
 * data + (b * batch_stride + j * ld + i) elements. A vector has cols == 1. The memory belongs to the caller
 * and lives until the call returns; a plugin never keeps the pointer. `data` may be null when the schema says
 * the operand is absent, or when rows or cols is 0. */
typedef struct lai_operand {
    uint32_t size;
    lai_dtype dtype;
    void *data;
    int64_t rows;
    int64_t cols;
    int64_t ld;           /* >= max(1, rows) */
    int64_t batch_stride; /* elements between items; 0 for a single matrix */
    uint64_t flags;
    uint32_t space; /* 0: host memory; else the number host->intern_space gave to a memory space id */
    uint32_t reserved;
} lai_operand;

/* Host-owned state of a call in flight (exclusions, deadline, registry snapshot, depth). Opaque to plugins;
 * it travels from a call to the nested calls made under it. */
typedef struct lai_frame lai_frame;

/* One call. Core owns it and everything it points to until execute or query returns; plugins only read it.
 * dims, flags, scalars and operands stand in the order of the op's schema. */
typedef struct lai_call {
    uint32_t size;
    uint32_t op;           /* number of the op in this process: host->op_number(id) */
    const char *op_id;     /* "lai.gemm/1" */
    lai_dtype dtype;       /* T of the schema */
    lai_accuracy accuracy; /* effective policy, never INHERIT inside a plugin */
    const int64_t *dims;
    const uint8_t *flags; /* letters, upper case */
    const lai_scalar *scalars;
    const lai_operand *operands;
    uint32_t dim_count;
    uint32_t flag_count;
    uint32_t scalar_count;
    uint32_t operand_count;
    uint32_t operand_stride; /* bytes between operands */
    uint32_t layout;         /* LAI_LAYOUT_*: how the user spoke */
    int64_t batch;           /* number of items; 1 for a single problem, 0 is an empty batch */
    int32_t thread_budget;   /* threads the variant may use, >= 1 */
    uint32_t deterministic;  /* nonzero: same input, same bits */
    uint64_t deadline_ns;    /* on the host's clock; 0: none. Advisory: core never abandons a running call */
    double target_error;     /* requested backward error, 0: none */
    void *workspace; /* host scratch of at least the bytes the query stated; 64-byte aligned; may be null */
    uint64_t workspace_bytes;
    const lai_frame *frame; /* null only at query time outside any call */
    uint64_t site;          /* where in the caller's program the call stands, any number; 0: not known */
    uint32_t language;      /* LAI_LANGUAGE_*: the caller's notation; INHERIT means LAPACK */
    uint32_t reserved;
} lai_call;

/* Operand i of a call, by its stride. */
#define LAI_OPERAND(call, i) \
    ((const lai_operand *)((const char *)(call)->operands + (size_t)(i) * (call)->operand_stride))

/* What execute reports. The host zeroes it and sets size; a plugin fills what it knows, 0 means unknown. */
typedef struct lai_result {
    uint32_t size;
    uint32_t reserved;
    int64_t info;        /* LAPACK's INFO; for a batch the first nonzero one */
    int64_t batch_index; /* the item info belongs to, 0-based */
    int64_t rank;        /* gelsd and its like; -1: not computed */
    double setup_seconds;
    double transfer_seconds;
    double compute_seconds;
    uint64_t host_bytes_used;
    uint64_t device_peak_bytes;
    uint64_t bytes_to_device;
    uint64_t bytes_from_device;
    const char *algorithm; /* static: "gesdd", "4x4x4:48 breadth-first" */
    const char *detail;    /* static or host->arena_alloc: why the status is not OK, or a remark */
    uint32_t argument;     /* LAI_INVALID: 1-based argument at fault, 0 unknown */
    uint32_t remark;       /* LAI_REMARK_* bits */
} lai_result;

#define LAI_REMARK_FALLBACK_ALGORITHM 1u /* the first algorithm did not converge, another was used */
#define LAI_REMARK_NONFINITE_RESULT 2u   /* the result holds Inf or NaN */
#define LAI_REMARK_RECOMPUTED 4u         /* a fast path was checked, found wanting, and done again */

#endif

/* The backend role: variants that answer `query` and carry out `execute`. */
#ifndef LAPACK_AI_ABI_BACKEND_H
#define LAPACK_AI_ABI_BACKEND_H

#include "lapack_ai/abi/call.h"

#define LAI_ROLE_BACKEND "lai.backend/0.draft"

/* What a variant expects a call to cost. The host zeroes it and sets size; absent stays 0. Seconds are for
 * this call alone on an idle machine. */
typedef struct lai_cost {
    uint32_t size;
    lai_reason reason; /* NONE: it takes the call; else why not (query then returns LAI_DECLINED) */
    double setup_seconds;
    double transfer_seconds;
    double compute_seconds;
    double sigma;                  /* standard deviation of log(measured/predicted); 0: unknown */
    uint64_t host_workspace_bytes; /* core supplies it as call->workspace */
    uint64_t host_extra_bytes;     /* what the variant takes itself */
    uint64_t device_workspace_bytes;
    uint64_t device_peak_bytes; /* operands and workspace together, on the device */
    uint64_t bytes_to_device;
    uint64_t bytes_from_device;
    /* Error bound: |error| <= error_coefficient * u * (norms or |A||B|), u the unit roundoff of the dtype. */
    double error_coefficient;
    uint32_t error_kind;             /* LAI_ERROR_* */
    uint32_t nondeterministic;       /* nonzero: the same input may give other bits */
    const char *algorithm;           /* static */
    const char *note;                /* static or arena: a word on a decline or a limit */
    uint64_t device_available_bytes; /* as far as known; 0: unknown */
    uint32_t stays_clean; /* of a MAY_DIRTY variant: nonzero when this call writes nothing before all that may
                             fail is over, so that core need not copy the originals */
    uint32_t reserved;
} lai_cost;

#define LAI_ERROR_UNKNOWN 0u
#define LAI_ERROR_COMPONENTWISE 1u
#define LAI_ERROR_NORMWISE 2u

/* Flags of a variant. */
#define LAI_VARIANT_MAY_DIRTY UINT64_C(1) /* may return non-OK after it began to write in-out operands */
#define LAI_VARIANT_LAST_RESORT \
    UINT64_C(2) /* slow and certain: stands last in line whatever the prediction */

/* Limits of one dim of the schema. */
typedef struct lai_dim_range {
    uint32_t size;
    uint32_t dim; /* index into the schema's dims */
    int64_t min;
    int64_t max; /* 0: no limit */
} lai_dim_range;

/* One way of carrying out one op. Static for the life of the plugin. */
typedef struct lai_variant {
    uint32_t size;
    uint32_t place;   /* LAI_PLACE_* */
    const char *name; /* unique within plugin and op: "gesdd"; null or "" when the plugin has one per op */
    const char *op_id;
    uint64_t dtypes; /* mask of LAI_DTYPE_BIT */
    uint64_t flags;
    const lai_dim_range *ranges;
    uint32_t range_count, range_stride;
    const uint32_t *spaces; /* spaces besides the host it can read and write; null: host only */
    uint32_t space_count;
    lai_accuracy accuracy;   /* class; 0 is COMPONENTWISE */
    int32_t max_concurrency; /* 0: no limit */
    uint32_t reserved;
    const char *device; /* breaker and model key: "cpu", "opencl:<uuid>"; null: "cpu" */
    void *self;
    /* Predicts this call. Returns LAI_OK, or LAI_DECLINED with cost->reason. Must not touch operand data (it
     * may be null while explaining). No allocation beyond the arena, no lock that execute holds. [pure] */
    lai_status (*query)(void *self, const lai_call *call, lai_cost *cost);
    /* Carries the call out, synchronously. Outputs untouched unless it returns LAI_OK (see MAY_DIRTY). [any]
     */
    lai_status (*execute)(void *self, const lai_call *call, lai_result *result);
} lai_variant;

/* The role's table. The list is fixed from init to shutdown. */
typedef struct lai_backend {
    uint32_t size;
    uint32_t variant_count;
    const lai_variant *const *variants; /* array of pointers, so variants may differ in size */
    /* Why there is nothing here though loading went well ("no OpenCL device found"); null: all is well. */
    const char *unavailable;
    /* JSON text about devices for `info` and the dashboard, written like snprintf: returns the length needed.
     * May be null. [any] */
    size_t (*describe)(void *self, char *buffer, size_t capacity);
    void *self;
    /* Measures which of the plugin's own tunables (tile sizes) suit the machine, within the budget, uses them
     * from then on and keeps them for later processes. Each candidate is checked for correctness before it is
     * timed. `progress` (may be null) gets the share done and what comes; 0 ends it early. Writes a summary
     * of lines, cut to `capacity`. May be null. [control] */
    lai_status (*tune)(void *self, double budget_seconds,
                       int (*progress)(void *user, double share, const char *what), void *user, char *summary,
                       size_t capacity);
} lai_backend;

#endif

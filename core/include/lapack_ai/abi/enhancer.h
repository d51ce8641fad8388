/* The enhancer role: turns INFO codes and silent failures into causes and remedies. */
#ifndef LAPACK_AI_ABI_ENHANCER_H
#define LAPACK_AI_ABI_ENHANCER_H

#include "lapack_ai/abi/call.h"

#define LAI_ROLE_ENHANCER "lai.enhancer/0.draft"

#define LAI_SEVERITY_NONE 0u
#define LAI_SEVERITY_NOTE 1u    /* worth knowing; the result is good */
#define LAI_SEVERITY_WARNING 2u /* the result is usable, or partly */
#define LAI_SEVERITY_ERROR 3u   /* no usable result */
#define LAI_SEVERITY_MISUSE 4u  /* the caller broke the contract */

#define LAI_STATE_NONE 0u /* what the outputs are worth */
#define LAI_STATE_PARTIAL 1u
#define LAI_STATE_SUSPECT 2u
#define LAI_STATE_USABLE 3u

#define LAI_APPLICABILITY_VERIFIED 1u /* tried or proven on this input */
#define LAI_APPLICABILITY_LIKELY 2u
#define LAI_APPLICABILITY_PLACEHOLDER 3u /* needs something filled in by the user */

#define LAI_MAX_ACTIONS 3
#define LAI_MAX_NAMED 8

typedef struct lai_action {
    const char *text;
    uint32_t applicability;
    uint32_t reserved;
} lai_action;

/* A diagnosis. Numbers not computed are NaN (doubles) or -1 (indices). Strings live in the arena of the
 * call's outermost frame or are static; core copies what outlives the call. Indices are 0-based here;
 * formatting puts them in the user's base. */
typedef struct lai_diagnosis {
    uint32_t size;
    uint32_t severity; /* LAI_SEVERITY_* (severity_level) */
    int64_t lapack_info;
    const char *code;             /* "LA0103", stable */
    const char *category;         /* "SINGULAR_LU_PIVOT" */
    const char *routine;          /* "dgesv" */
    const char *semantic_message; /* the first line, says it all in <= 100 characters */
    const char *detail;           /* further facts, lines separated by \n */
    const char *diagnostic_hint;  /* the first action, in short */
    int32_t argument_index;       /* 1-based; 0: none */
    uint32_t result_state;        /* LAI_STATE_* */
    const char *argument_name;
    const char *argument_value;
    const char *argument_requirement;
    const char *matrix;         /* "A" */
    int64_t batch_index;        /* -1: none */
    int64_t index_value;        /* row, column, minor or pivot; -1: none */
    const char *index_kind;     /* "row", "column", "minor", "eigenvalue" */
    const char *index_ordering; /* "user" or "pivoted" */
    double condition_number;    /* NaN: not computed */
    double condition_equilibrated;
    const char *condition_norm;   /* "1" */
    const char *condition_source; /* "gecon on the factors" */
    double backward_error;
    int64_t rank;                 /* -1: not known */
    const char *names_kind;       /* "row" or "column": what `named` lists */
    int64_t named[LAI_MAX_NAMED]; /* dependent rows or columns, 0-based */
    double named_coefficient[LAI_MAX_NAMED];
    uint32_t named_count;
    uint32_t action_count;
    lai_action actions[LAI_MAX_ACTIONS];
    const char *backend;
    double cost_seconds; /* what the diagnosis took */
    uint64_t repeats;    /* how often this code was seen at this place and not reported */
    double norm1;        /* 1-norm of the matrix as it was factored, before; set without a severity too */
} lai_diagnosis;

/* Both functions run on the thread of the call. They must be quick when there is nothing to say. */
typedef struct lai_enhancer {
    uint32_t size;
    uint32_t reserved;
    void *self;
    /* Before the call, after core's argument checks. May keep state (arena memory) for finish. LAI_OK: go on,
     * and `out` is left as it was; LAI_INVALID: do not run it, `out` is the answer (out->lapack_info is
     * INFO). Texts are in call->language. [any] */
    lai_status (*preflight)(void *self, const lai_call *call, void **state, lai_diagnosis *out);
    /* After the call. `out` comes blank but for lapack_info and backend. Sets out->severity and the rest when
     * there is something to say, else nothing but norm1. [any] */
    void (*finish)(void *self, const lai_call *call, const lai_result *result, void *state,
                   lai_diagnosis *out);
    /* Diagnosis of a bad argument found by core: argument number, what it was, what it must be. [any] */
    void (*misuse)(void *self, const lai_call *call, int32_t argument, const char *name, const char *value,
                   const char *requirement, lai_diagnosis *out);
    /* Text behind a code ("LA0103") or behind routine and INFO, snprintf-like; 0: unknown. [any] */
    size_t (*explain_code)(void *self, const char *code, char *buffer, size_t capacity);
    size_t (*explain_info)(void *self, const char *routine, int64_t info, const int64_t *dims,
                           uint32_t dim_count, char *buffer, size_t capacity);
} lai_enhancer;

#endif

/* What core offers to a plugin. The table lives as long as the process; `host` is passed back as first
 * argument. Functions after the first block may be null in an older host: test with LAI_HAS and against null.
 */
#ifndef LAPACK_AI_ABI_HOST_H
#define LAPACK_AI_ABI_HOST_H

#include "lapack_ai/abi/backend.h"
#include "lapack_ai/abi/schema.h"

/* Restrictions on a nested call, added to those inherited from all ancestors. */
typedef struct lai_constraints {
    uint32_t size;
    lai_accuracy accuracy;              /* 0: inherit; may only tighten */
    const char *const *exclude_plugins; /* plugin ids that must not take it */
    uint32_t exclude_count;
    int32_t thread_budget;   /* 0: inherit */
    const char *only_plugin; /* null: any */
} lai_constraints;

/* Work of parallel_for: item is in [0, count); worker in [0, thread budget). */
typedef void (*lai_task_fn)(void *context, int64_t item, int32_t worker);

typedef struct lai_host {
    uint32_t size;
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t reserved;

    /* Writes one line to the host's log; text is copied. [any] */
    void (*log)(const struct lai_host *host, uint32_t level, const char *text);
    /* Monotonic nanoseconds, the clock of deadlines. [pure] */
    uint64_t (*now_ns)(const struct lai_host *host);
    /* Number of an op, 0 if nobody registered it. [control or any] */
    uint32_t (*op_number)(const struct lai_host *host, const char *op_id);
    /* Registers an op; the schema must stay valid for the process. The same id again is fine when the schemas
     * agree, else LAI_INVALID. Only from init. [control] */
    lai_status (*register_op)(const struct lai_host *host, const lai_op_schema *schema, uint32_t *number);
    /* The schema behind a number, null if unknown. [any] */
    const lai_op_schema *(*op_schema)(const struct lai_host *host, uint32_t number);
    /* Number of a memory space, the same for the same text; never 0. [any] */
    uint32_t (*intern_space)(const struct lai_host *host, const char *space_id);
    /* This plugin's effective options (YAML key `plugins.<id>`, merged) as a JSON object. Owned by the host,
     * valid until shutdown returns. [control] */
    const char *(*options_json)(const struct lai_host *host);
    /* A core setting by its YAML path ("gpu.memory_limit_percent") as JSON text; null if there is none.
     * [control] */
    const char *(*setting_json)(const struct lai_host *host, const char *path);

    /* Scratch that lives until the outermost execute or query under this call's frame returns. align is a
     * power of two <= 4096. Null when memory is out. Only on the thread of the call. [any] */
    void *(*arena_alloc)(const struct lai_host *host, const lai_call *call, size_t bytes, size_t align);
    /* Runs task for all items on up to call->thread_budget threads, the caller's among them; returns when all
     * are done. Items must not call parallel_for. Nested invoke inside an item is allowed with item_call made
     * by the item from `call` (budget 1). [any] */
    lai_status (*parallel_for)(const struct lai_host *host, const lai_call *call, int64_t count,
                               lai_task_fn task, void *context);

    /* Nested dispatch. `child` is a call filled by the plugin (frame, deadline, accuracy and op may stay 0:
     * they come from parent and op_id). predict fills the cost of the best candidate and is [pure]; invoke
     * runs it, falling back like an outermost call, and is [any]. LAI_DECLINED: nobody takes it, or nested
     * deeper than
     * 4. LAI_BUSY: a concurrency limit, never waited for. */
    lai_status (*predict)(const struct lai_host *host, const lai_call *parent, const lai_call *child,
                          const lai_constraints *constraints, lai_cost *cost);
    lai_status (*invoke)(const struct lai_host *host, const lai_call *parent, const lai_call *child,
                         const lai_constraints *constraints, lai_result *result);

    /* Named figures of this plugin for the metrics endpoint. Creating the same name again gives the same
     * number; 0 means refused. kind: 0 counter, 1 gauge. add/set cost one relaxed atomic. */
    uint32_t (*metric)(const struct lai_host *host, uint32_t kind, const char *name,
                       const char *help);                                           /* [control] */
    void (*metric_add)(const struct lai_host *host, uint32_t number, double value); /* [any] */
    void (*metric_set)(const struct lai_host *host, uint32_t number, double value); /* [any] */

    /* Versioned host extensions ("lai.metrics/0.draft"); null if absent. [any] */
    const void *(*get_extension)(const struct lai_host *host, const char *id);
} lai_host;

#endif

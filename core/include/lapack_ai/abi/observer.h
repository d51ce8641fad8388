/* The observer role, and the metrics extension it reads from. An observer runs threads of its own and pulls;
 * core never waits for it. */
#ifndef LAPACK_AI_ABI_OBSERVER_H
#define LAPACK_AI_ABI_OBSERVER_H

#include "lapack_ai/abi/host.h"

#define LAI_ROLE_OBSERVER "lai.observer/0.draft"
#define LAI_EXT_METRICS "lai.metrics/0.draft"

typedef struct lai_observer {
    uint32_t size;
    uint32_t reserved;
    void *self;
    /* Starts serving; `reason` says why not. [control] */
    lai_status (*start)(void *self, char *reason, size_t capacity);
    /* Stops within a second; all threads joined. [control] */
    void (*stop)(void *self);
    /* Where it can be reached, "http://127.0.0.1:8080/"; null when it is not running. [any] */
    const char *(*url)(void *self);
} lai_observer;

/* One finished call (kind 0), or an event worth never losing: fallback (1), error (2), breaker change (3),
 * plugin change (4). */
typedef struct lai_event {
    uint32_t size;
    uint32_t kind;
    uint64_t sequence; /* gapless per process; a hole in what read_events gives means drops */
    uint64_t end_ns;   /* host clock */
    uint64_t wall_ns;  /* Unix time of the end */
    uint32_t op;       /* op number */
    lai_dtype dtype;
    int64_t dims[4]; /* the first dims of the schema */
    int64_t batch;
    uint32_t variant; /* number into the names below */
    uint32_t thread;  /* small number of the calling thread */
    double predicted_seconds;
    double actual_seconds;
    double transfer_seconds;
    uint64_t bytes_to_device, bytes_from_device, device_peak_bytes;
    int64_t info;
    lai_status status;
    uint32_t fallbacks; /* candidates that failed before this one */
    uint32_t strategy;  /* 0 cpu_optimized 1 cpu_fallback 2 gpu_opencl 3 other */
    uint32_t depth;     /* 0: outermost */
    double flops;
    double device_utilisation;          /* 0..1, by all processes, as last seen before this was collected */
    uint64_t device_utilisation_age_ns; /* how old that was at the end of the call; 0: unknown */
} lai_event;

typedef struct lai_metrics {
    uint32_t size;
    uint32_t reserved;
    /* Copies events with sequence > after, oldest first, at most capacity; returns how many. [any] */
    uint32_t (*read_events)(const lai_host *host, uint64_t after, lai_event *out, uint32_t capacity,
                            uint32_t stride);
    /* Text of a document, snprintf-like: "snapshot", "decisions", "crossover", "breakers", "devices",
     * "plugins", "config", "in_flight", "recording" (JSON), "prometheus" (text exposition 0.0.4). Returns 0
     * for an unknown one. [any]
     */
    size_t (*document)(const lai_host *host, const char *name, char *buffer, size_t capacity);
    /* Names behind the numbers of an event; null if unknown. [any] */
    const char *(*variant_name)(const lai_host *host, uint32_t variant);
    const char *(*op_name)(const lai_host *host, uint32_t op);
} lai_metrics;

#endif

/* The one symbol a plugin exports. */
#ifndef LAPACK_AI_ABI_PLUGIN_H
#define LAPACK_AI_ABI_PLUGIN_H

#include "lapack_ai/abi/host.h"

/* The constant table `lai_plugin_entry`. Nothing in a plugin runs before the host has read it. */
typedef struct lai_plugin_entry {
    uint32_t size;
    uint32_t abi_major; /* what the plugin was compiled against */
    uint32_t abi_minor;
    uint32_t reserved;
    const char *id; /* "cpu_lapack": [a-z][a-z0-9_]*, the YAML key */
    /* Prepares the plugin; may be called again after shutdown. On failure it writes a reason of up to
     * `capacity` bytes and returns a status other than OK; the plugin is then not used. [control] */
    lai_status (*init)(const lai_host *host, char *reason, size_t capacity);
    /* Gives back what init took. No call is in flight. [control] */
    void (*shutdown)(void);
    /* Runs in a forked child before anything else of the plugin: drop threads, queues, devices. May be null.
     */
    void (*after_fork_child)(void);
    /* Tables by role id (lai_backend, lai_enhancer, lai_observer, lai_memory) and other extensions; null when
     * not offered. Valid between init and shutdown. [any] */
    const void *(*get_extension)(const char *id);
} lai_plugin_entry;

#define LAI_PLUGIN_ENTRY_SYMBOL "lai_plugin_entry"

/* Opens the definition of the table: LAI_DEFINE_PLUGIN_ENTRY = {sizeof(lai_plugin_entry), ...}; The assembler
 * label gives it its exported name, which in C is taken by the type. */
#if defined(__cplusplus)
#define LAI_EXTERN_C extern "C"
#else
#define LAI_EXTERN_C extern
#endif
#define LAI_DEFINE_PLUGIN_ENTRY                                                                        \
    LAI_EXTERN_C const struct lai_plugin_entry lai_plugin_entry_table __asm__(LAI_PLUGIN_ENTRY_SYMBOL) \
        __attribute__((visibility("default")));                                                        \
    __attribute__((used)) const struct lai_plugin_entry lai_plugin_entry_table

/* Test extension: addresses of the plugin's own native routines ("dgemm_"), so that a benchmark compares with
 * the same copy of the library the plugin runs. */
#define LAI_EXT_BENCH_NATIVE "lai.bench.native/0.draft"
typedef struct lai_bench_native {
    uint32_t size;
    uint32_t reserved;
    void *(*symbol)(const char *name);    /* null: not there */
    void (*set_threads)(int32_t threads); /* threads of the native library on the calling thread */
} lai_bench_native;

#endif

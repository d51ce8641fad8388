/* The OpenCL runtime that every opencl_* plugin stands on: one device, one context and one memory pool a
 * process, shared through this shared library. It dlopens libOpenCL.so.1 itself; a machine without it,
 * without a driver or without a device gets a reason instead of a runtime.
 *
 * Device memory is named by addresses: pointers that must not be read, but that may be moved by whole bytes
 * within an allocation, like host pointers. An address is also what stands in lai_operand.data of the memory
 * space lai_ocl_space(). Work is enqueued through an operation: a lease on the device with an in-order queue
 * and temporaries of its own. All functions are [any] unless marked; none throws, prints or exits. Failing
 * functions return a lai_status and leave a sentence for the calling thread in lai_ocl_last_error(). */
#ifndef LAPACK_AI_OPENCL_RUNTIME_H
#define LAPACK_AI_OPENCL_RUNTIME_H

#include "lapack_ai/abi/host.h"
#include "lapack_ai/abi/memory.h"

#if defined(__cplusplus)
extern "C" {
#endif

#define LAI_OCL_API __attribute__((visibility("default")))

typedef struct lai_ocl_operation lai_ocl_operation;
typedef struct lai_ocl_kernel lai_ocl_kernel;

/* ---- life -----------------------------------------------------------------------------------------------
 */

/* Opens the runtime, or joins the one that is open (then the options are those of the first to open it:
 * `gpu.*` settings of the host, environment before them). On failure `reason` says why there is no device.
 * Each LAI_OK wants one lai_ocl_close. [control] */
LAI_OCL_API lai_status lai_ocl_open(const lai_host *host, char *reason, size_t capacity);
LAI_OCL_API void lai_ocl_close(void);
/* In a forked child: the device belongs to the parent, every later call is LAI_DEVICE_LOST. [control] */
LAI_OCL_API void lai_ocl_after_fork_child(void);
/* Sentence about the last failure on this thread; never null. */
LAI_OCL_API const char *lai_ocl_last_error(void);

/* ---- the device -----------------------------------------------------------------------------------------
 */

#define LAI_OCL_DEVICE_CPU 1u
#define LAI_OCL_DEVICE_GPU 2u
#define LAI_OCL_DEVICE_OTHER 3u

#define LAI_OCL_FEATURE_FP64 1u        /* double in kernels */
#define LAI_OCL_FEATURE_FP64_MATRIX 2u /* mma.sync on doubles and cp.async, through inline PTX */
#define LAI_OCL_FEATURE_FP16_MATRIX 4u /* mma.sync on half and bfloat16 with float sums */
#define LAI_OCL_FEATURE_PTX 8u         /* the compiler takes inline PTX: an NVIDIA driver */

typedef struct lai_ocl_device {
    uint32_t size;
    uint32_t type;     /* LAI_OCL_DEVICE_* */
    uint32_t features; /* LAI_OCL_FEATURE_*, found by compiling a test for each */
    uint32_t compute_units;
    uint32_t max_work_group; /* at most 1024, whatever the driver says */
    uint32_t local_bytes;    /* at most 48 KiB less 16 bytes, whatever the driver says */
    uint64_t total_bytes;
    uint64_t max_allocation_bytes;
    const char *name; /* these live as long as the runtime */
    const char *driver;
    const char *platform;
    const char *space; /* "opencl:<uuid>" */
} lai_ocl_device;

LAI_OCL_API lai_status lai_ocl_device_info(lai_ocl_device *info);
/* Memory space id, "opencl:<uuid>"; null while the runtime is closed. */
LAI_OCL_API const char *lai_ocl_space(void);
/* The memory role, ready to be offered by any opencl_* plugin; null while closed. */
LAI_OCL_API const lai_memory *lai_ocl_memory(void);

/* What is known about the device now. `known` has a bit (1 << position of the field, from used_bytes = 0) for
 * each figure; what nobody tells is absent. */
typedef struct lai_ocl_figures {
    uint32_t size;
    uint32_t known;
    uint64_t used_bytes;        /* 0: handed out by the pool */
    uint64_t cached_bytes;      /* 1: kept for reuse */
    uint64_t limit_bytes;       /* 2: gpu.memory_limit_percent of the device */
    uint64_t free_bytes;        /* 3: what the pool may still hand out */
    uint64_t device_used_bytes; /* 4: by all processes (NVML) */
    double busy_seconds;        /* 5: execution time of own kernels and copies */
    double device_utilisation;  /* 6: 0..1, by all processes (NVML) */
    double temperature_celsius; /* 7: NVML */
    double power_watts;         /* 8: NVML */
    uint64_t allocations;       /* 9: slabs created */
    uint64_t reuses;            /* 10: slabs handed out again */
    uint64_t trims;             /* 11 */
    uint64_t operations;        /* 12: begun */
    uint64_t programs_built;    /* 13: compiled from source */
    uint64_t programs_loaded;   /* 14: read from the disk cache */
    uint64_t contexts_lost;     /* 15 */
    uint64_t bytes_to_device;   /* 16 */
    uint64_t bytes_from_device; /* 17 */
} lai_ocl_figures;

LAI_OCL_API lai_status lai_ocl_read_figures(lai_ocl_figures *figures);

/* ---- operations -----------------------------------------------------------------------------------------
 */

/* Begins an operation. deadline_ns is on CLOCK_MONOTONIC, 0 for the watchdog's default. LAI_BUSY beyond
 * gpu.max_concurrent_operations; LAI_DEVICE_LOST when the device is gone for good. */
LAI_OCL_API lai_status lai_ocl_begin(uint64_t deadline_ns, lai_ocl_operation **op);
/* Waits until all that was enqueued is done. LAI_TIMEOUT when the deadline passes first: the operation may
 * then only be ended; what it still writes stays reserved until the device is done with it. */
LAI_OCL_API lai_status lai_ocl_wait(lai_ocl_operation *op);
/* Ends it: temporaries go back to the pool once the queue is idle. Waits unless the operation timed out. */
LAI_OCL_API void lai_ocl_end(lai_ocl_operation *op);
/* Temporary device memory of the operation (uninitialised), returned by lai_ocl_end. */
LAI_OCL_API lai_status lai_ocl_temporary(lai_ocl_operation *op, uint64_t bytes, void **address);
/* Seconds the device spent on this operation so far, copies and kernels (after lai_ocl_wait). */
LAI_OCL_API void lai_ocl_times(lai_ocl_operation *op, double *transfer_seconds, double *compute_seconds);

/* ---- memory ---------------------------------------------------------------------------------------------
 */

#define LAI_OCL_PERSISTENT 1u /* its slab survives trimming once it is released */

LAI_OCL_API lai_status lai_ocl_alloc(uint64_t bytes, uint32_t flags, void **address);
LAI_OCL_API void lai_ocl_retain(void *address);
LAI_OCL_API void lai_ocl_release(void *address);
/* Page-locked host memory: copies to and from it need no staging. Null when the driver has none. */
LAI_OCL_API void *lai_ocl_host_alloc(uint64_t bytes);
LAI_OCL_API void lai_ocl_host_free(void *pointer);

/* 2-d copies between host and device: `cols` columns of row_bytes, strides in bytes. Pageable memory goes
 * through pinned chunks. An upload may return before the copy is done, but not before the host memory may be
 * changed; a download returns when the host memory is filled, all earlier work of the operation done.
 * Pinned host memory (`pinned` nonzero) is read in place and must stay until lai_ocl_wait. */
LAI_OCL_API lai_status lai_ocl_upload(lai_ocl_operation *op, void *to, uint64_t to_ld, const void *from,
                                      uint64_t from_ld, uint64_t row_bytes, uint64_t cols, uint32_t pinned);
LAI_OCL_API lai_status lai_ocl_download(lai_ocl_operation *op, void *to, uint64_t to_ld, const void *from,
                                        uint64_t from_ld, uint64_t row_bytes, uint64_t cols, uint32_t pinned);
/* Device to device, enqueued; the ranges do not overlap. */
LAI_OCL_API lai_status lai_ocl_copy(lai_ocl_operation *op, void *to, uint64_t to_ld, const void *from,
                                    uint64_t from_ld, uint64_t row_bytes, uint64_t cols);
/* Zeroes `bytes` (a multiple of 4, address aligned to 4). */
LAI_OCL_API lai_status lai_ocl_zero(lai_ocl_operation *op, void *to, uint64_t bytes);

/* ---- kernels --------------------------------------------------------------------------------------------
 */

/* A kernel by source text, build options and name; built once (memory, then disk cache, then compiler) and
 * valid for the process. The text must be static. */
LAI_OCL_API lai_status lai_ocl_get_kernel(const char *source, const char *options, const char *name,
                                          lai_ocl_kernel **kernel);

/* One argument of a launch. ADDRESS sets two kernel arguments: the buffer, and the offset of the address in
 * elements of `bytes` bytes each, as a long. A null address is a null buffer with offset 0. */
#define LAI_OCL_ARG_VALUE 0u   /* `bytes` bytes at `data` */
#define LAI_OCL_ARG_ADDRESS 1u /* `data` is the device address, `bytes` the element size */
#define LAI_OCL_ARG_LOCAL 2u   /* `bytes` of local memory */
typedef struct lai_ocl_arg {
    uint32_t kind;
    uint32_t bytes;
    const void *data;
} lai_ocl_arg;

/* Enqueues a kernel; global sizes are multiples of the local ones. */
LAI_OCL_API lai_status lai_ocl_launch(lai_ocl_operation *op, lai_ocl_kernel *kernel, uint32_t dimensions,
                                      const size_t *global, const size_t *local, const lai_ocl_arg *args,
                                      uint32_t arg_count);

/* ---- matrix multiplication on device memory ---------------------------------------------------------------
 */

/* C_p := alpha op(A_p) op(B_p) + beta C_p for p < count, column-major, all operands on the device. trans is
 * N, T or C; dtype s, d, c, z (LAI_DTYPE_F32 ...). Strides between problems in elements; with count 1 they
 * are unused. dtype LAI_DTYPE_F16 and LAI_DTYPE_BF16 are those of A and B; C and all sums are floats then.
 * With tables (device arrays of count int64 element offsets added to a, b, c) strides are unused.
 * C is not read when beta is 0. k = 0 or alpha = 0 scales C. Enqueued: returns before it ran. */
typedef struct lai_ocl_gemm_call {
    uint32_t size;
    lai_dtype dtype;
    char trans_a, trans_b;
    uint16_t reserved;
    uint32_t slices; /* 0: products in dtype; 2 to 7: one product of doubles from that many float slices */
    int64_t m, n, k, count;
    lai_scalar alpha, beta;
    const void *a;
    int64_t lda, stride_a;
    const void *b;
    int64_t ldb, stride_b;
    void *c;
    int64_t ldc, stride_c;
    const void *table_a, *table_b, *table_c; /* all three or none */
} lai_ocl_gemm_call;

LAI_OCL_API lai_status lai_ocl_gemm(lai_ocl_operation *op, const lai_ocl_gemm_call *call);

/* Measures which tile sizes suit the device and keeps them in <program cache>/tuning.json, keyed by device
 * and driver; used from then on, by later processes too. A candidate is checked before it is timed.
 * `progress` (may be null) gets the share done and what comes; 0 ends it early. Writes a summary of lines
 * like snprintf. Takes an operation's place. [control] */
LAI_OCL_API lai_status lai_ocl_tune(double budget_seconds,
                                    int (*progress)(void *user, double share, const char *what), void *user,
                                    char *summary, size_t capacity);

/* ---- tests ----------------------------------------------------------------------------------------------
 */

/* Makes the `after`-th next passage (from 0) through a site fail `times` times with OpenCL error `code`.
 * Sites: "allocate", "build", "launch", "transfer", "wait" (code 0 there: the device hangs until the
 * deadline). LAPACK_AI_OPENCL_FAULTS="launch:-5:0:1,..." (site:code:after:times) does the same from outside.
 */
LAI_OCL_API void lai_ocl_inject_fault(const char *site, int32_t code, int32_t after, int32_t times);
/* Forgets lost contexts and injected faults, so that a test starts with a healthy device. [control] */
LAI_OCL_API void lai_ocl_reset_for_tests(void);

#if defined(__cplusplus)
}
#endif
#endif

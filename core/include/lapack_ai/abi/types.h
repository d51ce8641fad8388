/* Basic types of the plugin contract: versions, status, data types, policies, the vocabulary of reasons.
 *
 * Plain C11, no C enums in structs, fixed-width integers only. Every struct of the contract begins with
 * `uint32_t size`, the byte size its author compiled with; a callee reads and writes no more than that, new
 * fields go last, and zero always means "absent". Arrays of structs travel with a stride, so both sides may
 * differ in size. Strings are UTF-8, NUL-terminated and, unless said otherwise, static for the process.
 *
 * Thread tags used throughout: [control] called by one thread at a time, never from inside a call;
 * [any] called from any thread, concurrently; [pure] like [any], and without side effects. */
#ifndef LAPACK_AI_ABI_TYPES_H
#define LAPACK_AI_ABI_TYPES_H

#include <stddef.h>
#include <stdint.h>

/* While the major version is 0 host and plugin must agree exactly; from 1.0 on the usual rule holds: same
 * major, and both work at the lower minor. */
#define LAI_ABI_MAJOR 0u
#define LAI_ABI_MINOR 1u

/* Size of a struct up to and including `member`: what a callee compares `size` with before it touches it. */
#define LAI_SIZE_THROUGH(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))
#define LAI_HAS(object, type, member) ((object)->size >= LAI_SIZE_THROUGH(type, member))

/* Status of a call through the contract. It says whether the call was carried out; LAPACK's INFO, carried in
 * lai_result, says what the mathematics answered. INFO != 0 comes with LAI_OK. */
typedef int32_t lai_status;
#define LAI_OK 0            /* carried out; outputs and info are valid */
#define LAI_DECLINED 1      /* this variant does not take this call; nothing was touched */
#define LAI_BUSY 2          /* concurrency limit reached; nothing was touched, may succeed later */
#define LAI_OUT_OF_MEMORY 3 /* host or device memory did not suffice; outputs untouched */
#define LAI_DEVICE_LOST 4   /* the device or its context is gone; outputs untouched */
#define LAI_TIMEOUT 5       /* the deadline passed before completion; outputs untouched */
#define LAI_FAULT_CLEAN 6   /* failed; inputs and outputs are as the caller left them */
#define LAI_FAULT_DIRTY 7   /* failed after it began to write in-out operands (MAY_DIRTY variants only) */
#define LAI_INVALID 8       /* the call itself is malformed: a wrong argument, never a device fault */
#define LAI_STATUS_COUNT 9

/* Element types. The letter is LAPACK's. */
typedef uint32_t lai_dtype;
#define LAI_DTYPE_NONE 0u
#define LAI_DTYPE_F32 1u /* s */
#define LAI_DTYPE_F64 2u /* d */
#define LAI_DTYPE_C32 3u /* c: two floats */
#define LAI_DTYPE_C64 4u /* z: two doubles */
#define LAI_DTYPE_I32 5u
#define LAI_DTYPE_I64 6u
#define LAI_DTYPE_F16 7u
#define LAI_DTYPE_BF16 8u
#define LAI_DTYPE_COUNT 9u
#define LAI_DTYPE_BIT(dtype) (UINT64_C(1) << (dtype))
#define LAI_DTYPES_SDCZ                                                                           \
    (LAI_DTYPE_BIT(LAI_DTYPE_F32) | LAI_DTYPE_BIT(LAI_DTYPE_F64) | LAI_DTYPE_BIT(LAI_DTYPE_C32) | \
     LAI_DTYPE_BIT(LAI_DTYPE_C64))

/* A scalar argument; im is 0 for real types. */
typedef struct lai_scalar {
    double re;
    double im;
} lai_scalar;

/* Accuracy policy of a call, and the class of a variant: a variant may run when its class <= the policy. */
typedef uint32_t lai_accuracy;
#define LAI_ACCURACY_INHERIT 0u       /* the enclosing context's */
#define LAI_ACCURACY_COMPONENTWISE 1u /* conventional algorithms only */
#define LAI_ACCURACY_NORMWISE 2u      /* fast matrix multiplication with a stated normwise bound */
#define LAI_ACCURACY_MIXED 3u         /* lower-precision products with a stated bound */

/* The layout the user spoke in. Operands in a lai_call are always column-major; this is for messages. */
#define LAI_LAYOUT_COL 0u
#define LAI_LAYOUT_ROW 1u

/* Whose notation texts use for rows, columns and entries. Numbers in structs always count from 0. */
#define LAI_LANGUAGE_INHERIT 0u /* as the context says; LAI_LANGUAGE_LAPACK where nothing is said */
#define LAI_LANGUAGE_LAPACK 1u  /* from 1, as LAPACK, Fortran and the command line: row 3 of A, A(3,1) */
#define LAI_LANGUAGE_C 2u       /* from 0, in brackets: row [2] of A, A[2,0] */
#define LAI_LANGUAGE_PYTHON 3u  /* NumPy's: row A[2, :], A[2, 0] */

/* What kind of place a variant runs in; a result's execution_strategy follows from it. */
#define LAI_PLACE_CPU 0u
#define LAI_PLACE_OPENCL 1u
#define LAI_PLACE_OTHER 2u
/* It composes other variants through nested dispatch and runs where they run. */
#define LAI_PLACE_COMPOSED 3u

/* Why a candidate was not chosen, or a variant declined: the one shared vocabulary. */
typedef uint32_t lai_reason;
#define LAI_REASON_NONE 0u          /* eligible */
#define LAI_REASON_CHOSEN 1u        /* it ran */
#define LAI_REASON_SLOWER 2u        /* a faster one was there */
#define LAI_REASON_DTYPE 3u         /* element type not supported */
#define LAI_REASON_SHAPE 4u         /* outside the variant's dimension range */
#define LAI_REASON_FLAG 5u          /* a flag letter it does not implement */
#define LAI_REASON_SPACE 6u         /* operands live in a memory space it cannot reach */
#define LAI_REASON_STRIDE 7u        /* leading dimension or batch stride not supported */
#define LAI_REASON_ACCURACY 8u      /* the accuracy policy forbids it */
#define LAI_REASON_DEVICE_MEMORY 9u /* does not fit the device memory limit */
#define LAI_REASON_HOST_MEMORY 10u  /* workspace larger than the host can give */
#define LAI_REASON_BREAKER_OPEN 11u /* circuit breaker open */
#define LAI_REASON_DISABLED 12u     /* disabled by configuration */
#define LAI_REASON_EXCLUDED 13u     /* excluded by the caller (nested dispatch, --disable) */
#define LAI_REASON_NOT_FORCED 14u   /* another backend was named */
#define LAI_REASON_BUSY 15u         /* its concurrency limit is reached */
#define LAI_REASON_FAULTED 16u      /* it failed in this very call */
#define LAI_REASON_DETERMINISM 17u  /* not reproducible and `deterministic: true` */
#define LAI_REASON_NO_DEVICE 18u    /* its device is not there */
#define LAI_REASON_DEPTH 19u        /* nested deeper than the limit */
#define LAI_REASON_QUERY_FAILED 20u /* its query answered with an error */
#define LAI_REASON_DEADLINE 21u     /* predicted to end after the deadline */
#define LAI_REASON_COUNT 22u

/* Log levels, least to most severe. */
#define LAI_LOG_DEBUG 0u
#define LAI_LOG_INFO 1u
#define LAI_LOG_WARNING 2u
#define LAI_LOG_ERROR 3u
#define LAI_LOG_OFF 4u

#endif

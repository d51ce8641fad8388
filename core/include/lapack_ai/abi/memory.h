/* The memory role: lets core own matrices on a device, fetch originals before a CPU fallback, and let
 * operands span plugins. Several plugins may offer the same space id; the first one wins. */
#ifndef LAPACK_AI_ABI_MEMORY_H
#define LAPACK_AI_ABI_MEMORY_H

#include "lapack_ai/abi/types.h"

#define LAI_ROLE_MEMORY "lai.memory/0.draft"

typedef struct lai_memory_info {
    uint32_t size;
    uint32_t known; /* bits: 1 total, 2 used, 4 free; what a driver does not tell is absent, never 0 */
    uint64_t total_bytes;
    uint64_t used_bytes;
    uint64_t free_bytes;
} lai_memory_info;

/* `data` below is what stands in lai_operand.data for this space: an address that no host memory has, and
 * that may be moved by whole bytes within its allocation, so that blocks of a matrix are plain pointer
 * arithmetic. Only the space's plugins look behind it. Sizes are bytes; a 2-d copy moves `rows_bytes` of each
 * of `cols` columns, strides in bytes. Functions after `info` may be null. All [any]. */
typedef struct lai_memory {
    uint32_t size;
    uint32_t reserved;
    const char *space; /* "opencl:<uuid>" */
    void *self;
    lai_status (*alloc)(void *self, uint64_t bytes, void **data);
    void (*retain)(void *self, void *data);
    void (*release)(void *self, void *data);
    lai_status (*upload)(void *self, void *data, uint64_t offset, uint64_t ld_bytes, const void *host,
                         uint64_t host_ld_bytes, uint64_t rows_bytes, uint64_t cols);
    lai_status (*download)(void *self, const void *data, uint64_t offset, uint64_t ld_bytes, void *host,
                           uint64_t host_ld_bytes, uint64_t rows_bytes, uint64_t cols);
    lai_status (*info)(void *self, lai_memory_info *info);
    /* Within the space; the regions do not overlap. */
    lai_status (*copy)(void *self, void *to, uint64_t to_offset, uint64_t to_ld_bytes, const void *from,
                       uint64_t from_offset, uint64_t from_ld_bytes, uint64_t rows_bytes, uint64_t cols);
    /* Page-locked host memory, which copies need not stage; null when there is none left. */
    void *(*host_alloc)(void *self, uint64_t bytes);
    void (*host_free)(void *self, void *pointer);
} lai_memory;

#endif

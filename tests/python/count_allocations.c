/* Preloaded into Python: counts allocations of at least a given size, by malloc's family and mmap. glibc
 * exports its own functions under names of their own, so no look-up is needed that might allocate. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_size_t threshold = (size_t)-1;
static atomic_long count;

/* Counts from zero what takes `bytes` or more. */
void count_from(size_t bytes) {
    atomic_store(&count, 0);
    atomic_store(&threshold, bytes);
}

/* Stops, and returns the count. */
long counted(void) {
    atomic_store(&threshold, (size_t)-1);
    return atomic_load(&count);
}

static void note(size_t size) {
    if (size >= atomic_load(&threshold)) atomic_fetch_add(&count, 1);
}

void *malloc(size_t size) {
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    note(n * size);
    return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size) {
    note(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    note(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    note(size);
    *out = __libc_memalign(alignment, size);
    return *out != NULL ? 0 : ENOMEM;
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    note(length);
    return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}

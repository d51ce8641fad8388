/* Matrices in a device's memory, and page-locked host memory. Included by lapack_ai.h.
 *
 * A device matrix is a value: shape, leading dimension and an address that the host must not read, but that
 * every function of lapack_ai.h takes where it takes a pointer, alone or beside host memory. Storage is
 * column-major. A chain of calls on device matrices moves no data; where the backend that runs a call cannot
 * reach them (every CPU backend, after a device fault too), core fetches what is read, runs the call on the
 * copies and writes back what is written, so the answer is the same and only slower. Row-major calls take
 * device matrices where docs/ops.md says that nothing is copied.
 *
 * Lifetime: lai_device_create gives one reference to the memory, lai_device_retain adds one,
 * lai_device_release takes one back; views share the memory and own nothing. Memory must not be released
 * while a call uses it. A device that is lost, or whose plugin is switched off, loses its matrices: calls on
 * them are errors.
 *
 * Threads: all functions from any thread; each call on device matrices is complete when it returns. Calls
 * that write the same elements at the same time race, as on the host. After fork() they belong to the parent.
 *
 * All return 0 or an LAI_ERROR_* with lai_last_error(): GPU_UNAVAILABLE when there is no such device (the
 * message says why), OUT_OF_MEMORY, BAD_INPUT for shapes, USAGE for null or an address of no device matrix,
 * BACKEND_FAILED when the device refused a copy. */
#ifndef LAPACK_AI_DEVICE_H
#define LAPACK_AI_DEVICE_H

#include "lapack_ai/lapack_ai.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lai_device_matrix {
    uint32_t size;
    lai_dtype dtype; /* any LAI_DTYPE_*; what a call takes its schema says */
    void *data;      /* device address of element (0, 0); element (i, j) stands i + j * ld elements on */
    int64_t rows;
    int64_t cols;
    int64_t ld; /* >= max(1, rows) */
} lai_device_matrix;

/* Memory for a rows x cols matrix, uninitialised, on the device with that space id ("opencl:<uuid>", as
 * lai_document "devices" lists them); null: the first device there is. `out->size` is to be set by the
 * caller. */
LAI_API int64_t lai_device_create(lai_context *context, const char *space, lai_dtype dtype, int64_t rows,
                                  int64_t cols, lai_device_matrix *out);
LAI_API int64_t lai_device_retain(const lai_device_matrix *matrix);
LAI_API int64_t lai_device_release(const lai_device_matrix *matrix);

/* The block of rows x cols from element (row, col) on: a view over the same memory. Reads nothing. */
LAI_API int64_t lai_device_view(const lai_device_matrix *matrix, int64_t row, int64_t col, int64_t rows,
                                int64_t cols, lai_device_matrix *out);

/* Whole matrices between host and device; `layout` and `ld` are the host's. Row-major data is transposed
 * through a copy on the host. */
LAI_API int64_t lai_device_upload(const lai_device_matrix *to, uint32_t layout, const void *from, int64_t ld);
LAI_API int64_t lai_device_download(const lai_device_matrix *from, uint32_t layout, void *to, int64_t ld);
/* Within one device; same shape and element type, not overlapping. */
LAI_API int64_t lai_device_copy(const lai_device_matrix *to, const lai_device_matrix *from);

/* The space id of an address inside a device matrix; null: it is host memory. Lives as long as the process.
 */
LAI_API const char *lai_device_space(const void *address);

/* Page-locked host memory: an ordinary array, but copies between it and the device run at full speed. Calls
 * recognise it by its address. Null with lai_last_error() when there is none. lai_host_free ignores null. */
LAI_API void *lai_host_alloc(lai_context *context, uint64_t bytes);
LAI_API void lai_host_free(void *pointer);

#ifdef __cplusplus
}
#endif

#endif

/* LAPACK AI's C API: dense linear algebra that picks the best backend for every call and can say why.
 *
 * Plain C11. Every function may be called from any thread unless it is tagged [control]; nothing prints,
 * exits or throws. A null context stands for the process-wide default context, made on first use.
 *
 * Return values of calls (int64_t): 0 carried out; > 0 LAPACK's INFO, an answer of the mathematics; -1 to
 * -999 minus the number of the argument at fault, counted as in LAPACK's own routine of that name; <= -1000
 * an LAI_ERROR_*: the call was not carried out and the outputs are as they were. lai_last_diagnostic() has
 * the whole story, lai_last_error() one line of it.
 *
 * Texts are returned as snprintf does: the function writes at most `capacity` bytes with the closing NUL and
 * returns the length needed without it; negative is an LAI_ERROR_*. A null buffer with capacity 0 asks. */
#ifndef LAPACK_AI_H
#define LAPACK_AI_H

#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LAI_API __attribute__((visibility("default")))
#else
#define LAI_API
#endif

/* Why a call was not carried out. */
#define LAI_ERROR_INTERNAL (-1000)      /* a defect of the library */
#define LAI_ERROR_USAGE (-2000)         /* wrong use of this interface: unknown op, null where not allowed */
#define LAI_ERROR_CONFIGURATION (-3000) /* YAML, environment or an override */
#define LAI_ERROR_BAD_INPUT (-4000)     /* the input cannot be used, and it is no single argument's fault */
#define LAI_ERROR_NO_BACKEND (-5000)    /* no backend may run the call; the message names each reason */
#define LAI_ERROR_BACKEND_FAILED                                                                           \
    (-6000)                             /* every backend that could run it failed, or one did under strict \
                                         */
#define LAI_ERROR_OUT_OF_MEMORY (-7000) /* memory for a transposed copy or for bookkeeping was out */
#define LAI_ERROR_GPU_UNAVAILABLE                                                                           \
    (-8000) /* a GPU backend was forced, or device memory asked for, and there is no device, it is switched \
             * off, or its circuit breaker is open; the message says which */
#define LAI_ERROR_ACCURACY                                                                                  \
    (-9000) /* the requested backward error was not reached, or cannot be certified; lai_last_certificate() \
             */

/* Library version, "0.1.0". Static. */
LAI_API const char *lai_version(void);

/* ---- contexts ------------------------------------------------------------------------------------------ */

/* Configuration overlaid on the process-wide runtime (plugins, registry, models, breakers are shared). Safe
 * to use from many threads at once. */
typedef struct lai_context lai_context;

/* One setting, as on the command line; the highest layer. */
typedef struct lai_override {
    uint32_t size;
    uint32_t reserved;
    const char *path;   /* "dispatch.fallback", "plugins.alpha_gemm.enabled" */
    const char *value;  /* YAML text: "strict", "false", "[a, b]" */
    const char *source; /* where it came from, for messages: "--fallback"; null: "lai_context_create" */
} lai_override;

typedef struct lai_context_options {
    uint32_t size;
    uint32_t override_count;
    const lai_override *overrides; /* copied */
    const char *config_file; /* replaces the /etc and XDG files; null: LAPACK_AI_CONFIG, or those files */
    uint32_t language;       /* LAI_LANGUAGE_* of the texts of this context's calls; 0: LAPACK's */
    uint32_t reserved;
} lai_context_options;

/* Makes a context; `options` may be null. The first context of the process discovers and loads the plugins.
 * Returns 0 and the context, or an LAI_ERROR_* with lai_last_error(). [control] */
LAI_API int64_t lai_context_create(const lai_context_options *options, lai_context **out);

/* Gives a context back; no call of it may be in flight. Null is allowed. [control] */
LAI_API void lai_context_destroy(lai_context *context);

/* Reads the configuration anew. On error the old one stays. Calls in flight end under the old one. */
LAI_API int64_t lai_context_reload(lai_context *context);

/* ---- one call ------------------------------------------------------------------------------------------ */

#define LAI_FALLBACK_INHERIT 0u /* as configured */
#define LAI_FALLBACK_AUTO 1u    /* the next backend, counted */
#define LAI_FALLBACK_WARN 2u    /* the next backend, counted and logged */
#define LAI_FALLBACK_STRICT 3u  /* an error */

/* What one call may set over its context; all zero means "as configured". */
typedef struct lai_call_options {
    uint32_t size;
    lai_accuracy accuracy;      /* LAI_ACCURACY_* */
    const char *backend;        /* only this plugin, or "plugin/variant"; one that is not there is an error */
    const char *const *disable; /* plugins that must not take it */
    uint32_t disable_count;
    uint32_t fallback;   /* LAI_FALLBACK_* */
    int32_t threads;     /* thread budget; 0: automatic */
    uint32_t language;   /* LAI_LANGUAGE_* of this call's texts */
    uint64_t timeout_ns; /* advisory deadline from now; 0: none */
    /* The result must reach this backward error, and it is checked (docs/accuracy.md): gemm, gemm_batch,
     * gesv, posv, gesvd, syev. Allows every accuracy class unless `accuracy` is set. 0: not asked. */
    double backward_error;
    uint64_t
        site; /* the place in the caller's program by which repeated diagnoses are counted, any number; 0:
               * the return address of the function called, which a binding shares among its callers */
} lai_call_options;

/* How the last call of this thread went. Strings live as long as the process. */
typedef struct lai_report {
    uint32_t size;
    lai_status status;
    int64_t info;
    const char *op;        /* "gesvd"; "" before the first call */
    const char *backend;   /* plugin id; "" when nothing ran */
    const char *variant;   /* variant name within the plugin */
    const char *strategy;  /* "cpu_optimized", "cpu_fallback", "gpu_opencl", "other" */
    const char *algorithm; /* what the backend says it did: "gesdd"; "" unknown */
    double predicted_seconds;
    double actual_seconds; /* 0 when metrics and diagnostics are off: no clock was read */
    double transfer_seconds;
    uint32_t fallbacks;     /* backends that failed before this one */
    uint32_t cached;        /* nonzero: the decision came from the cache */
    uint32_t remark;        /* LAI_REMARK_* bits */
    uint32_t copied;        /* nonzero: row-major operands were copied or transposed in place */
    int64_t rank;           /* gelsd; -1: not computed */
    int64_t batch_index;    /* the item info belongs to, 0-based; -1: no batch */
    double certified_error; /* bound on the backward error, at most what was asked for; -1: none was asked */
    uint64_t host_bytes, device_peak_bytes, bytes_to_device, bytes_from_device;
    double norm1; /* 1-norm of A as it was factored, measured by the diagnostics before gesv, posv, getrf,
                   * potrf and gels overwrote it: what lai_gecon and lai_pocon take together with the factors.
                   * lai_gesv factors the transpose of a row-major A: pass its factors as LAI_LAYOUT_COL and
                   * the answer is the condition of A in the infinity norm. NaN: not measured */
} lai_report;

/* A call in its general form, for every op, built in or registered by a plugin. Order and meaning of dims,
 * flags, scalars and operands are the schema's (docs/ops.md). The caller's arrays are only read. */
typedef struct lai_request {
    uint32_t size;
    uint32_t layout; /* LAI_LAYOUT_COL or LAI_LAYOUT_ROW, of all matrices */
    const char *op;  /* "gesvd" or "lai.gesvd/1" */
    lai_dtype dtype; /* T */
    uint32_t reserved;
    const int64_t *dims;
    const char *flags;         /* letters in the schema's order, either case: "AA"; null: the initial ones */
    const lai_scalar *scalars; /* null: all zero */
    void *const *operands;     /* null entries where absent; null while only explaining */
    const int64_t *lds;        /* per operand, 0 or null: as tight as it goes */
    const int64_t *strides;    /* per operand, elements between batch items; null: no batch */
    int64_t batch;             /* items; 0 with strides null and pointer_arrays 0: a single problem */
    uint32_t pointer_arrays;   /* nonzero: each operand is an array of `batch` pointers */
    uint32_t dim_count, flag_count, scalar_count, operand_count; /* of the arrays above; checked */
} lai_request;

/* Runs a call. `options` may be null. Row-major matrices are mapped where LAPACK allows and else copied
 * (docs/ops.md says which). */
LAI_API int64_t lai_execute(lai_context *context, const lai_request *request,
                            const lai_call_options *options);

#define LAI_FORMAT_TEXT 0u
#define LAI_FORMAT_JSON 1u

/* Ranks without running: every candidate with predicted set-up, transfer and compute time, memory, accuracy,
 * breaker, and whether it would be chosen or why not. Operands may be null. */
LAI_API int64_t lai_explain(lai_context *context, const lai_request *request, const lai_call_options *options,
                            uint32_t format, char *buffer, size_t capacity);

/* The report of this thread's last call; never null. Overwritten by the thread's next call. */
LAI_API const lai_report *lai_last_report(void);

#define LAI_CERTIFIED_NONE 0u
#define LAI_CERTIFIED_MET 1u     /* bound <= requested */
#define LAI_CERTIFIED_PARTLY 2u  /* the same for a necessary condition: values without vectors */
#define LAI_CERTIFIED_NOT_MET 3u /* no backend reached it: the call returned LAI_ERROR_ACCURACY */
#define LAI_CERTIFIED_IMPOSSIBLE \
    4u /* Inf or NaN in the input, overflow, no check for the operation: likewise */

#define LAI_TRIAL_MET 0u
#define LAI_TRIAL_NOT_ACCURATE 1u /* as accurate as it states, but not as was asked */
#define LAI_TRIAL_WRONG 2u        /* no correct backend gives this result; its breaker is open */
#define LAI_TRIAL_FAILED 3u       /* it returned an error */

/* One backend that was tried for a call with a requested backward error. */
typedef struct lai_certified_trial {
    uint32_t size;
    uint32_t verdict;    /* LAI_TRIAL_* */
    const char *backend; /* lives as long as the process */
    const char *variant;
    double expected; /* backward error expected before it ran */
    double estimate; /* measured; NaN: not measured */
    double bound;
    double seconds; /* of its execution; 0: no clock was read */
} lai_certified_trial;

/* What is proven of a call's result. With probability 1 - miss_probability over random vectors that were
 * drawn for this call the backward error is at most `bound`. */
typedef struct lai_certificate {
    uint32_t size;
    uint32_t verdict; /* LAI_CERTIFIED_* */
    double requested;
    double estimate; /* of the backward error; NaN: none */
    double bound;
    double miss_probability; /* 0: everything was looked at; NaN: only a necessary condition was */
    const char *measured;    /* what the numbers are of; static */
    const char *remark;      /* why it is impossible; "" */
    double check_seconds;    /* copies of the originals and checks */
    double total_seconds;    /* the whole call */
    uint32_t probes;         /* random vectors; 0: none were needed */
    uint32_t trial_count;
    uint32_t trial_stride;
    uint32_t reserved;
    const lai_certified_trial *trials; /* in the order they ran */
} lai_certificate;

/* The certificate of this thread's last call, also when it ended with LAI_ERROR_ACCURACY; null when it asked
 * for no backward error or INFO > 0. Valid until the thread's next call that asks for one. */
LAI_API const lai_certificate *lai_last_certificate(void);

/* The diagnosis of this thread's last call with all its strings, or null when there was nothing to say.
 * Valid until the thread's next call or its end. Indices are 0-based. */
LAI_API const lai_diagnosis *lai_last_diagnostic(void);

/* One line on why this thread's last function of this API failed; "" when it did not. */
LAI_API const char *lai_last_error(void);

/* For language bindings: makes `message` this thread's last error, as if a function of this API had failed
 * with `code`, and returns the code. */
LAI_API int64_t lai_report_error(int64_t code, const char *message);

/* A diagnosis as text of several lines or as JSON. */
LAI_API int64_t lai_format_diagnosis(const lai_diagnosis *diagnosis, uint32_t format, char *buffer,
                                     size_t capacity);

/* The text behind a diagnosis code ("LA0103"). 0: unknown. */
LAI_API int64_t lai_explain_code(lai_context *context, const char *code, char *buffer, size_t capacity);

/* What an INFO value of a LAPACK routine ("dgesv", 3) means; dims as the op's schema lists them, may be null.
 * 0: unknown. */
LAI_API int64_t lai_explain_info(lai_context *context, const char *routine, int64_t info, const int64_t *dims,
                                 uint32_t dim_count, char *buffer, size_t capacity);

/* ---- what is there ---------------------------------------------------------------------------------------
 */

/* A JSON document about the library's state: "info" (version, machine, plugins, devices, calibration),
 * "plugins", "profile" (what calibration measured), "config" (effective values with their provenance), "ops"
 * (schemas), and those of the metrics endpoint: "snapshot", "decisions", "crossover", "breakers", "devices";
 * "recording" holds them all with the events, as `metrics.file` does; "prometheus" is text exposition 0.0.4.
 */
LAI_API int64_t lai_document(lai_context *context, const char *name, char *buffer, size_t capacity);

/* What lai_calibrate measures. Zero means the default. */
typedef struct lai_calibration_options {
    uint32_t size;
    uint32_t fresh;        /* nonzero: forget the profile's contents; else go on where it ended */
    const char *ops;       /* "gemm,gesvd"; null: all that some backend offers */
    const char *dtypes;    /* "sd"; null: "d" */
    double budget_seconds; /* 0: 60. No measurement begins that is predicted to end after it */
    const char *file;      /* null: cost_model.profile, or the user's cache folder */
    int32_t repeats;       /* 0: 5; the median counts */
    uint32_t reserved;
    /* Called before each measurement with the share of the budget used and a line of what comes; 0 ends it
     * early, keeping what was measured. May be null. On the calling thread. */
    int (*progress)(void *user, double share, const char *what);
    void *user;
} lai_calibration_options;

/* Measures this machine's backends on log-spaced shapes, writes the profile by atomic rename, and uses it
 * from now on. Writes a summary as JSON: {"file", "measured", "skipped", "seconds", "remarks"}; unlike other
 * functions that write text it does its work at every call, so give a buffer of some KiB. Returns the length
 * of the text or an LAI_ERROR_*. Other threads may call meanwhile, at the price of noise. */
LAI_API int64_t lai_calibrate(lai_context *context, const lai_calibration_options *options, char *buffer,
                              size_t capacity);

/* Times a call of the request's op, element type, dims, flags and batch on made-up matrices
 * (well-conditioned; its operands, scalars and strides are not looked at): the median of `repeats` (0: one)
 * after one to warm up, in seconds. */
LAI_API int64_t lai_measure(lai_context *context, const lai_request *request, const lai_call_options *options,
                            int32_t repeats, double *seconds);

/* All problems of the configuration that `options` (may be null) would give, one per line
 * "file:line: message"; length 0 means it is sound. Needs no context and loads no plugin code. */
LAI_API int64_t lai_config_check(const lai_context_options *options, char *buffer, size_t capacity);

/* Writes `plugins.<plugin>.enabled: <enabled>` ("true", "false", "auto") to the user's configuration file,
 * keeping its comments and order: options->config_file, else LAPACK_AI_CONFIG, else the XDG file, made when
 * missing. The text is "path:line" of the edit. Contexts see it after a reload. [control] */
LAI_API int64_t lai_config_set_plugin(const lai_context_options *options, const char *plugin,
                                      const char *enabled, char *buffer, size_t capacity);

/* Where the library's log lines go; null: nowhere, as at first. `sink` gets one line at a time without
 * newline, from any thread, and must not call this library. When this returns the old sink is out of use. */
typedef void (*lai_log_fn)(void *user, uint32_t level, const char *line);
LAI_API void lai_set_log_sink(lai_log_fn sink, void *user);

/* Schema of an op by id or short name; null: unknown. Static. */
LAI_API const lai_op_schema *lai_op(const char *op);

/* Switches a plugin on or off in the whole process; disabling waits for calls in flight. From inside a call:
 * LAI_ERROR_USAGE. [control] */
LAI_API int64_t lai_plugin_enable(lai_context *context, const char *plugin);
LAI_API int64_t lai_plugin_disable(lai_context *context, const char *plugin);

/* Stops background threads and observers. Optional: call it before exit if they must not run any more.
 * [control] */
LAI_API void lai_shutdown(void);

/* ---- the operations -------------------------------------------------------------------------------------
 *
 * One function an operation for all of s, d, c, z: `dtype` says what the pointers point to. The arguments are
 * LAPACK's without work arrays and INFO, after context, options (may be null), layout and dtype. Row-major:
 * ld is the distance between rows. T is the element type, R the real one of the same precision; ipiv is
 * int64_t, 1-based. Arguments that the job letters make absent may be null. "Copies" below means memory taken
 * beyond the caller's; all else works on the caller's arrays. */

/* C := alpha op(A) op(B) + beta C; trans 'N', 'T', 'C'. C m x n. No copies in either layout. Positions:
 * ?gemm. */
LAI_API int64_t lai_gemm(lai_context *context, const lai_call_options *options, uint32_t layout,
                         lai_dtype dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                         lai_scalar alpha, const void *a, int64_t lda, const void *b, int64_t ldb,
                         lai_scalar beta, void *c, int64_t ldc);

/* The same for `batch` problems of one shape, items at fixed distances (in elements). */
LAI_API int64_t lai_gemm_batch_strided(lai_context *context, const lai_call_options *options, uint32_t layout,
                                       lai_dtype dtype, char trans_a, char trans_b, int64_t m, int64_t n,
                                       int64_t k, lai_scalar alpha, const void *a, int64_t lda,
                                       int64_t stride_a, const void *b, int64_t ldb, int64_t stride_b,
                                       lai_scalar beta, void *c, int64_t ldc, int64_t stride_c,
                                       int64_t batch);

/* The same, items given by arrays of `batch` pointers. */
LAI_API int64_t lai_gemm_batch(lai_context *context, const lai_call_options *options, uint32_t layout,
                               lai_dtype dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                               lai_scalar alpha, const void *const *a, int64_t lda, const void *const *b,
                               int64_t ldb, lai_scalar beta, void *const *c, int64_t ldc, int64_t batch);

/* A = U S VT. job letters 'A' all, 'S' the first min(m, n), 'O' into A, 'N' none; not both 'O'. S R min(m,
 * n), descending. A is destroyed. The backend chooses the algorithm. Row-major: no copies, U and VT change
 * places. INFO > 0: did not converge. */
LAI_API int64_t lai_gesvd(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, char jobu, char jobvt, int64_t m, int64_t n, void *a, int64_t lda,
                          void *s, void *u, int64_t ldu, void *vt, int64_t ldvt);

/* Solves op(A) X = B; A becomes its LU factors, B becomes X. INFO = i > 0: U(i,i) is exactly zero. `trans` is
 * not in LAPACK's list and is reported as argument 9, after INFO. Row-major: A is taken as the transposed
 * column-major matrix, so A and ipiv hold the factors of A**T (reuse them with lai_getrs column-major and the
 * other trans); B is copied when nrhs > 1; complex 'C' copies A too. */
LAI_API int64_t lai_gesv(lai_context *context, const lai_call_options *options, uint32_t layout,
                         lai_dtype dtype, char trans, int64_t n, int64_t nrhs, void *a, int64_t lda,
                         int64_t *ipiv, void *b, int64_t ldb);

/* Solves A X = B, A symmetric (Hermitian) positive definite, triangle `uplo` given; A becomes its Cholesky
 * factor, B becomes X. INFO = i > 0: the leading minor of order i is not positive. Row-major: A is not
 * copied; B is for nrhs > 1 and for complex types. */
LAI_API int64_t lai_posv(lai_context *context, const lai_call_options *options, uint32_t layout,
                         lai_dtype dtype, char uplo, int64_t n, int64_t nrhs, void *a, int64_t lda, void *b,
                         int64_t ldb);

/* Least squares or minimum norm solution of op(A) X = B with A m x n of full rank; B max(m, n) x nrhs holds
 * the right-hand sides, then X. A becomes its QR or LQ factors. trans 'N' or 'T' (real), 'C' (complex).
 * Row-major: real types do not copy A (its factors are those of A**T); complex types do; B is copied for
 * nrhs > 1. */
LAI_API int64_t lai_gels(lai_context *context, const lai_call_options *options, uint32_t layout,
                         lai_dtype dtype, char trans, int64_t m, int64_t n, int64_t nrhs, void *a,
                         int64_t lda, void *b, int64_t ldb);

/* Minimum norm least squares by SVD, any rank: singular values below rcond * s[0] count as zero (rcond < 0:
 * machine precision). A is destroyed, B max(m, n) x nrhs becomes X, S R min(m, n). The rank goes to *rank
 * (may be null). Row-major: A and B are copied. */
LAI_API int64_t lai_gelsd(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, int64_t m, int64_t n, int64_t nrhs, void *a, int64_t lda, void *b,
                          int64_t ldb, void *s, double rcond, int64_t *rank);

/* Eigenvalues W (R n, ascending) and, for jobz 'V', orthonormal eigenvectors (columns of A on return) of a
 * symmetric or Hermitian matrix; syev for s and d, heev for c and z. Row-major: no copies; the vectors are
 * transposed in place. */
LAI_API int64_t lai_syev(lai_context *context, const lai_call_options *options, uint32_t layout,
                         lai_dtype dtype, char jobz, char uplo, int64_t n, void *a, int64_t lda, void *w);

/* Eigenvalues W (complex, n, for every dtype) and left and right eigenvectors of a general matrix, packed as
 * LAPACK does for real types. A is destroyed. Row-major: matrices are transposed in place. Positions:
 * jobvl 1, jobvr 2, n 3, a 4, lda 5, w 6, vl 7, ldvl 8, vr 9, ldvr 10 as in zgeev. */
LAI_API int64_t lai_geev(lai_context *context, const lai_call_options *options, uint32_t layout,
                         lai_dtype dtype, char jobvl, char jobvr, int64_t n, void *a, int64_t lda, void *w,
                         void *vl, int64_t ldvl, void *vr, int64_t ldvr);

/* P A = L U. Row-major: A is copied (in place when square). INFO = i > 0: U(i,i) is exactly zero. */
LAI_API int64_t lai_getrf(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, int64_t m, int64_t n, void *a, int64_t lda, int64_t *ipiv);

/* Solves op(A) X = B from lai_getrf's factors of the same layout. Row-major: A and B are copied. */
LAI_API int64_t lai_getrs(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, char trans, int64_t n, int64_t nrhs, const void *a, int64_t lda,
                          const int64_t *ipiv, void *b, int64_t ldb);

/* Inverse from lai_getrf's factors of the same layout. Row-major: A is transposed in place. */
LAI_API int64_t lai_getri(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, int64_t n, void *a, int64_t lda, const int64_t *ipiv);

/* Cholesky factor in the triangle `uplo`; the other is not touched. No copies. INFO = i > 0: the leading
 * minor of order i is not positive. */
LAI_API int64_t lai_potrf(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, char uplo, int64_t n, void *a, int64_t lda);

/* Solves A X = B from lai_potrf's factor of the same layout. Row-major: B is copied for nrhs > 1 and for
 * complex types. */
LAI_API int64_t lai_potrs(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, char uplo, int64_t n, int64_t nrhs, const void *a, int64_t lda,
                          void *b, int64_t ldb);

/* A = Q R; tau T min(m, n). Row-major: A is copied (in place when square). */
LAI_API int64_t lai_geqrf(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, int64_t m, int64_t n, void *a, int64_t lda, void *tau);

/* The first n columns of Q from lai_geqrf's factors of the same layout, m >= n >= k; orgqr for s and d, ungqr
 * for c and z. Row-major: A is copied (in place when square). */
LAI_API int64_t lai_orgqr(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, int64_t m, int64_t n, int64_t k, void *a, int64_t lda,
                          const void *tau);

/* Reciprocal condition number in the 1-norm ('1', 'O') or infinity norm ('I') from lai_getrf's factors and
 * the norm of the original. rcond is one R. Row-major: A is copied. */
LAI_API int64_t lai_gecon(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, char norm, int64_t n, const void *a, int64_t lda, double anorm,
                          void *rcond);

/* The same (1-norm) from lai_potrf's factor. No copies. */
LAI_API int64_t lai_pocon(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, char uplo, int64_t n, const void *a, int64_t lda, double anorm,
                          void *rcond);

/* The same of a triangular matrix, diag 'U' for a unit diagonal. No copies. */
LAI_API int64_t lai_trcon(lai_context *context, const lai_call_options *options, uint32_t layout,
                          lai_dtype dtype, char norm, char uplo, char diag, int64_t n, const void *a,
                          int64_t lda, void *rcond);

#ifdef __cplusplus
}
#endif

#include "lapack_ai/device.h"

#endif

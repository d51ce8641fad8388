/* Between a bridge and liblapack_ai: loads it at the first large call, tells the program's own calls from the
 * inner calls of its libraries, and says where calls went when asked to (LAPACK_AI_VERBOSE=dispatch,
 * LAPACK_AI_SUMMARY=1). The constructor reads environment variables and nothing else: it runs in every
 * process under preload. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dropin.h"

#define NEVER INT64_MAX

/* Below these the way through the dispatcher is not worth its some hundred nanoseconds. */
int64_t lai_dropin_least_volume = 96LL * 96 * 96;
int64_t lai_dropin_least_area = 64LL * 64;
int64_t lai_dropin_least_length = 64;

static int verbose, summary;
static uint64_t dispatched, passed_inner, passed_failed;

static dropin_api api;
static int api_usable;
static pthread_once_t api_once = PTHREAD_ONCE_INIT;

static void count(uint64_t *counter) {
    __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

__attribute__((constructor)) static void begin(void) {
    const char *text = secure_getenv("LAPACK_AI_VERBOSE");
    verbose = text && strstr(text, "dispatch");
    text = secure_getenv("LAPACK_AI_SUMMARY");
    summary = text && *text && strcmp(text, "0") != 0;
    text = secure_getenv("LAPACK_AI_DROPIN_THRESHOLD");
    if (text) {
        char *end;
        const long long least = strtoll(text, &end, 10);
        if (end != text && *end == '\0' && least >= 0 && least <= 1000000) {
            lai_dropin_least_length = least;
            lai_dropin_least_area = least * least;
            lai_dropin_least_volume = least * least * least;
        }
    }
}

__attribute__((destructor)) static void end(void) {
    if (summary)
        fprintf(stderr, "lapack_ai drop-in: dispatched=%llu inner=%llu passed_on=%llu\n",
                (unsigned long long)dispatched, (unsigned long long)passed_inner,
                (unsigned long long)passed_failed);
}

/* Always 0: not usable. */
static int give_up(const char *what, const char *why) {
    if (verbose || summary) fprintf(stderr, "lapack_ai drop-in: %s: %s\n", what, why ? why : "");
    lai_dropin_least_length = lai_dropin_least_area = lai_dropin_least_volume = NEVER;
    return 0;
}

static int load(void *library, void *slot, const char *name) {
    void *found = dlsym(library, name);
    memcpy(slot, &found, sizeof found);
    return found != NULL;
}

static int load_api(void) {
    Dl_info own;
    char path[4096];
    if (!dladdr((void *)&api, &own) || !own.dli_fname) return give_up("cannot find its own file", NULL);
    const char *slash = strrchr(own.dli_fname, '/');
    const int folder = slash ? (int)(slash - own.dli_fname) : 0;
    snprintf(path, sizeof path, "%.*s%sliblapack_ai.so.0", folder, own.dli_fname, slash ? "/" : "");
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return give_up("cannot load liblapack_ai", dlerror());
    __typeof__(&lai_context_create) create;
    if (!(load(library, &create, "lai_context_create") && load(library, &api.gemm, "lai_gemm") &&
          load(library, &api.gesv, "lai_gesv") && load(library, &api.posv, "lai_posv") &&
          load(library, &api.gels, "lai_gels") && load(library, &api.gesvd, "lai_gesvd") &&
          load(library, &api.syev, "lai_syev") && load(library, &api.getrf, "lai_getrf") &&
          load(library, &api.potrf, "lai_potrf") && load(library, &api.geqrf, "lai_geqrf") &&
          load(library, &api.last_report, "lai_last_report") &&
          load(library, &api.last_error, "lai_last_error")))
        return give_up("liblapack_ai lacks a function", dlerror());
    const int64_t answer = create(NULL, &api.context);
    if (answer != 0) return give_up("configuration", api.last_error());
    api.options.size = sizeof api.options;
    /* A program that nobody changed expects what its LAPACK promised it: conventional algorithms. */
    const char *accuracy = secure_getenv("LAPACK_AI_DROPIN_ACCURACY");
    api.options.accuracy = accuracy && strcmp(accuracy, "normwise") == 0 ? LAI_ACCURACY_NORMWISE
                           : accuracy && strcmp(accuracy, "mixed") == 0  ? LAI_ACCURACY_MIXED
                                                                         : LAI_ACCURACY_COMPONENTWISE;
    return 1;
}

static void open_api(void) {
    api_usable = load_api();
}

/* Libraries whose calls of BLAS and LAPACK are inner calls: they arrive here through the procedure linkage
 * table. */
static int is_backend(const char *file) {
    const char *slash = file ? strrchr(file, '/') : NULL;
    const char *name = slash ? slash + 1 : file;
    static const char *const prefixes[] = {"libblas",  "liblapack", "libopenblas",
                                           "libcblas", "libatlas",  "libmkl"};
    for (size_t i = 0; name && i < sizeof prefixes / sizeof *prefixes; ++i)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) return 1;
    return 0;
}

const dropin_api *lai_dropin_enter(const void *return_address) {
    Dl_info caller;
    if (dladdr(return_address, &caller) && is_backend(caller.dli_fname)) {
        count(&passed_inner);
        return NULL;
    }
    pthread_once(&api_once, open_api);
    return api_usable ? &api : NULL;
}

int lai_dropin_done(const dropin_api *used, size_t slot, int64_t info, const int64_t *dims, int dim_count) {
    const int answered = info >= 0;
    count(answered ? &dispatched : &passed_failed);
    if (verbose) {
        char shape[96] = "";
        for (int i = 0, at = 0; i < dim_count && at < 64; ++i)
            at += snprintf(shape + at, sizeof shape - (size_t)at, "%s%lld", i ? "x" : "", (long long)dims[i]);
        const lai_report *report = used->last_report();
        if (answered)
            fprintf(stderr, "lapack_ai: %s %s -> %s (%s) predicted %.3g s, took %.3g s%s\n",
                    lai_dropin_name(slot), shape, report->backend, report->strategy,
                    report->predicted_seconds, report->actual_seconds, info > 0 ? ", INFO > 0" : "");
        else
            fprintf(stderr, "lapack_ai: %s %s -> passed on: %s\n", lai_dropin_name(slot), shape,
                    used->last_error());
    }
    return answered;
}

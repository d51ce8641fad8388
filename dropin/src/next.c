/* The preload face: finds what the program would have called without us. RTLD_NEXT serves linked programs; an
 * extension module of Python has its BLAS in a local scope, where RTLD_NEXT does not look, so the library is
 * then opened by its name, which gives the copy that is already mapped. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "dropin.h"

static const char *const names[ROUTINE_COUNT * TYPE_COUNT] = {
#define ROUTINE(index, test, s, d, c, z) #s, #d, #c, #z,
#include "routines.def"
#undef ROUTINE
};

const char *lai_dropin_name(size_t slot) {
    return names[slot];
}

static void *find(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    static const char *const libraries[] = {"libblas.so.3", "liblapack.so.3", "libopenblas.so.0"};
    for (size_t i = 0; !found && i < sizeof libraries / sizeof *libraries; ++i) {
        void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);
        if (library) found = dlsym(library, name);
    }
    return found;
}

routine_fn lai_dropin_resolve(size_t slot) {
    union {
        void *object;
        routine_fn function;
    } found = {find(names[slot])};
    if (!found.object) {
        fprintf(stderr, "lapack_ai drop-in: no library defines %s\n", names[slot]);
        abort();
    }
    __atomic_store_n(&lai_dropin_next[slot], found.function, __ATOMIC_RELEASE);
    return found.function;
}

/* idamax_ of n = 2 told in 32 bits, with the upper half negative: 64-bit integers see n < 0 and answer 0. */
int lai_dropin_wide_integers(void) {
    static int known; /* 0 unknown, 1 narrow, 2 wide; a race writes the same value twice */
    int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (answer == 0) {
        union {
            void *object;
            int64_t (*function)(const int32_t *, const double *, const int64_t *);
        } idamax = {find("idamax_")};
        const int32_t n[2] = {2, -1};
        const double x[2] = {1.0, 2.0};
        const int64_t increment = 1;
        answer = idamax.object && (int32_t)idamax.function(n, x, &increment) == 0 ? 2 : 1;
        __atomic_store_n(&known, answer, __ATOMIC_RELAXED);
    }
    return answer == 2;
}

int64_t lai_dropin_integer(const void *value) {
    return lai_dropin_wide_integers() ? *(const int64_t *)value : *(const int32_t *)value;
}

void lai_dropin_put_integer(void *place, int64_t value) {
    if (lai_dropin_wide_integers())
        *(int64_t *)place = value;
    else
        *(int32_t *)place = (int32_t)value;
}

void lai_dropin_put_integers(void *place, const int64_t *values, int64_t count) {
    if (lai_dropin_wide_integers())
        for (int64_t i = 0; i < count; ++i) ((int64_t *)place)[i] = values[i];
    else
        for (int64_t i = 0; i < count; ++i) ((int32_t *)place)[i] = (int32_t)values[i];
}

/* The manifest: an ELF note a host reads before it runs any code of a plugin.
 *
 * Section .note.lapack_ai (allocated, so it is found through PT_NOTE), owner name "LAPACK_AI", type
 * LAI_NOTE_TYPE. The descriptor is LAI_MANIFEST_MAGIC as 8 bytes, then one UTF-8 JSON object without pointers
 * or padding rules:
 *   {"abi": [0, 1], "id": "cpu_lapack", "version": "0.1.0", "title": "...", "license": "BSD-3-Clause",
 *    "platform": "x86_64-linux-gnu", "cpu_features": ["avx2"], "roles": ["lai.backend/0.draft"],
 *    "ops": ["lai.gemm/1"], "needs_device": "opencl" | "", "options": { JSON Schema of plugins.<id> }}
 * lapack_ai_add_plugin() makes it; a plugin without one is refused. */
#ifndef LAPACK_AI_ABI_MANIFEST_H
#define LAPACK_AI_ABI_MANIFEST_H

#include <stdint.h>

#define LAI_NOTE_SECTION ".note.lapack_ai"
#define LAI_NOTE_OWNER "LAPACK_AI"
#define LAI_NOTE_TYPE 0x4c414931u /* "LAI1" */
/* ELF note header as it stands in the file; name and descriptor follow, each padded to 4 bytes. */
typedef struct lai_note_header {
    uint32_t name_size;
    uint32_t descriptor_size;
    uint32_t type;
} lai_note_header;

#define LAI_MANIFEST_MAGIC "LAIMANI1"

#endif

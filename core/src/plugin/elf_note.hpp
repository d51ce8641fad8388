// The manifest note of a plugin file, read from the ELF structure without mapping or running anything.
#pragma once

#include <string>

namespace lapack_ai::core {

// Descriptor of the note with owner LAI_NOTE_OWNER and type LAI_NOTE_TYPE, found through PT_NOTE. Also checks
// what would otherwise show only as a crash of the dynamic loader: a file for this class, byte order and
// processor, that is a shared object and holds every byte its segments name. Throws Error(bad_input) with the
// exact reason (no path in it).
std::string read_elf_note(const std::string &path);

}  // namespace lapack_ai::core

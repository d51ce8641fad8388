// See elf_note.hpp. Every offset comes from the file and is checked against its size before it is used.
#include "plugin/elf_note.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "lapack_ai/abi/manifest.h"

namespace lapack_ai::core {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t this_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr std::uint16_t this_machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr std::uint16_t this_machine = EM_PPC64;
#else
#error "add the ELF machine number of this processor"
#endif
static_assert(sizeof(void *) == 8, "64-bit ELF is assumed");

constexpr unsigned char this_byte_order =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

// More than any linker writes, and small enough that a lying header costs nothing.
constexpr std::uint64_t note_size_limit = std::uint64_t{1} << 20;

[[noreturn]] void refuse(const std::string &reason) {
    throw Error(ErrorKind::bad_input, reason);
}

class ElfFile {
  public:
    explicit ElfFile(const std::string &path)
        : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        if (file_ < 0) refuse("cannot be opened: " + std::generic_category().message(errno));
        struct stat status;
        if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) {
            ::close(file_);
            refuse("not a regular file");
        }
        size_ = static_cast<std::uint64_t>(status.st_size);
    }
    ElfFile(const ElfFile &) = delete;
    ElfFile &operator=(const ElfFile &) = delete;
    ~ElfFile() { ::close(file_); }

    std::uint64_t size() const { return size_; }
    bool holds(std::uint64_t offset, std::uint64_t count) const {
        return offset <= size_ && count <= size_ - offset;
    }

    void read(std::uint64_t offset, void *target, std::uint64_t count) const {
        if (!holds(offset, count)) refuse("truncated: the file ends inside its headers");
        auto *bytes = static_cast<char *>(target);
        while (count > 0) {
            const ssize_t got = ::pread(file_, bytes, count, static_cast<off_t>(offset));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) refuse("cannot be read: " + std::generic_category().message(got < 0 ? errno : EIO));
            bytes += got;
            offset += static_cast<std::uint64_t>(got);
            count -= static_cast<std::uint64_t>(got);
        }
    }

  private:
    int file_;
    std::uint64_t size_ = 0;
};

Elf64_Ehdr read_header(const ElfFile &file) {
    Elf64_Ehdr header;
    if (file.size() == 0) refuse("the file is empty");
    unsigned char magic[SELFMAG] = {};
    if (file.size() >= SELFMAG) file.read(0, magic, SELFMAG);
    if (std::memcmp(magic, ELFMAG, SELFMAG) != 0) refuse("not a shared object: no ELF header");
    if (!file.holds(0, sizeof header)) refuse("truncated: the file ends inside its ELF header");
    file.read(0, &header, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64) refuse("not a 64-bit shared object");
    if (header.e_ident[EI_DATA] != this_byte_order) refuse("made for the other byte order");
    if (header.e_machine != this_machine) {
        refuse("made for another processor (ELF machine " + std::to_string(header.e_machine) +
               ", this one is " + std::to_string(this_machine) + ")");
    }
    if (header.e_type != ET_DYN)
        refuse("not a shared object (ELF type " + std::to_string(header.e_type) + ")");
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 || header.e_phnum == PN_XNUM) {
        refuse("malformed ELF program headers");
    }
    return header;
}

std::vector<Elf64_Phdr> read_segments(const ElfFile &file, const Elf64_Ehdr &header) {
    std::vector<Elf64_Phdr> segments(header.e_phnum);
    file.read(header.e_phoff, segments.data(), segments.size() * sizeof(Elf64_Phdr));
    for (const Elf64_Phdr &segment : segments) {
        if (segment.p_type == PT_LOAD && !file.holds(segment.p_offset, segment.p_filesz)) {
            refuse("truncated: its segments need more than the " + std::to_string(file.size()) +
                   " bytes that are there");
        }
    }
    return segments;
}

// The wanted descriptor among the notes of one segment; false when it is not there.
bool find_in(const std::string &notes, std::uint64_t alignment, std::string &descriptor) {
    const auto padded = [&](std::uint64_t count) { return (count + alignment - 1) & ~(alignment - 1); };
    std::uint64_t at = 0;
    while (notes.size() - at >= sizeof(lai_note_header)) {
        lai_note_header note;
        std::memcpy(&note, notes.data() + at, sizeof note);
        const std::uint64_t name_at = at + sizeof note;
        const std::uint64_t descriptor_at = at + padded(sizeof note + note.name_size);
        const std::uint64_t next = descriptor_at + padded(note.descriptor_size);
        if (descriptor_at + note.descriptor_size > notes.size()) refuse("malformed ELF note");
        if (note.type == LAI_NOTE_TYPE && note.name_size == sizeof LAI_NOTE_OWNER &&
            std::memcmp(notes.data() + name_at, LAI_NOTE_OWNER, sizeof LAI_NOTE_OWNER) == 0) {
            descriptor = notes.substr(descriptor_at, note.descriptor_size);
            return true;
        }
        if (next > notes.size()) return false;
        at = next;
    }
    return false;
}

}  // namespace

std::string read_elf_note(const std::string &path) {
    const ElfFile file(path);
    const Elf64_Ehdr header = read_header(file);
    for (const Elf64_Phdr &segment : read_segments(file, header)) {
        if (segment.p_type != PT_NOTE) continue;
        if (segment.p_filesz > note_size_limit) refuse("malformed ELF note: larger than 1 MiB");
        std::string notes(segment.p_filesz, '\0');
        file.read(segment.p_offset, notes.data(), notes.size());
        std::string descriptor;
        if (find_in(notes, segment.p_align == 8 ? 8 : 4, descriptor)) return descriptor;
    }
    refuse("no LAPACK AI manifest (section " LAI_NOTE_SECTION "); was it built with lapack_ai_add_plugin()?");
}

}  // namespace lapack_ai::core

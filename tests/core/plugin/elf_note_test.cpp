// The note reader against files that lie: cut short at any place, with any byte changed.
#include <elf.h>

#include <cstring>
#include <random>

#include "plugin/elf_note.hpp"
#include "plugin_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ElfNoteTest : public PluginTest {
  protected:
    std::string refusal(const std::string &contents) {
        const std::string path = write("plugin.so", contents);
        return error_of([&] { read_elf_note(path); });
    }
    // The good file with one field of its ELF header replaced.
    template <typename Field>
    std::string with(std::size_t offset, Field value) {
        std::string bytes = read(faulty("nothing"));
        std::memcpy(bytes.data() + offset, &value, sizeof value);
        return bytes;
    }
};

TEST_F(ElfNoteTest, FindsTheNoteOfAGoodFile) {
    EXPECT_THAT(read_elf_note(faulty("nothing")), StartsWith("LAIMANI1{"));
}

TEST_F(ElfNoteTest, SaysWhatIsWrongWithAFile) {
    EXPECT_EQ(refusal(""), "the file is empty");
    EXPECT_EQ(refusal("hello"), "not a shared object: no ELF header");
    EXPECT_EQ(refusal("just some text, longer than an ELF header, that somebody called plugin.so ........"),
              "not a shared object: no ELF header");
    EXPECT_THAT(refusal(with(EI_CLASS, std::uint8_t{ELFCLASS32})), HasSubstr("64-bit"));
    EXPECT_THAT(refusal(with(EI_DATA, std::uint8_t{ELFDATA2MSB})), HasSubstr("byte order"));
    EXPECT_THAT(refusal(with(offsetof(Elf64_Ehdr, e_machine), std::uint16_t{EM_386})),
                HasSubstr("another processor (ELF machine 3"));
    EXPECT_THAT(refusal(with(offsetof(Elf64_Ehdr, e_type), std::uint16_t{ET_EXEC})),
                HasSubstr("not a shared object"));
    EXPECT_THAT(refusal(with(offsetof(Elf64_Ehdr, e_phnum), std::uint16_t{0})), HasSubstr("program headers"));
    EXPECT_THAT(refusal(with(offsetof(Elf64_Ehdr, e_phoff), ~std::uint64_t{0})), HasSubstr("truncated"));
    EXPECT_THAT(error_of([&] { read_elf_note(folder); }), HasSubstr("not a regular file"));
    EXPECT_THAT(error_of([&] { read_elf_note(folder + "/none.so"); }), HasSubstr("No such file"));
    EXPECT_THAT(error_of([] { read_elf_note("/proc/self/exe"); }), HasSubstr("no LAPACK AI manifest"));
}

TEST_F(ElfNoteTest, RefusesEveryTruncation) {
    const std::string bytes = read(faulty("nothing"));
    // What follows the last segment (section headers, symbols for debuggers) is not needed to run the file.
    std::size_t needed = 0;
    const auto *header = reinterpret_cast<const Elf64_Ehdr *>(bytes.data());
    const auto *segments = reinterpret_cast<const Elf64_Phdr *>(bytes.data() + header->e_phoff);
    for (int i = 0; i < header->e_phnum; ++i) {
        if (segments[i].p_type == PT_LOAD) {
            needed = std::max<std::size_t>(needed, segments[i].p_offset + segments[i].p_filesz);
        }
    }
    ASSERT_LE(needed, bytes.size());
    for (std::size_t length = 0; length < needed; length += 61) {
        EXPECT_NE(refusal(bytes.substr(0, length)), "") << "cut to " << length << " bytes";
    }
    EXPECT_NE(refusal(bytes.substr(0, needed - 1)), "");
    EXPECT_EQ(refusal(bytes.substr(0, needed)), "");
}

TEST_F(ElfNoteTest, SurvivesChangedBytes) {
    const std::string bytes = read(faulty("nothing"));
    std::mt19937 random(7);
    // The headers and notes stand at the front.
    std::uniform_int_distribution<std::size_t> place(0, 2047);
    std::uniform_int_distribution<int> value(0, 255);
    int refused = 0;
    for (int round = 0; round < 1000; ++round) {
        std::string changed = bytes;
        for (int i = 0; i < 4; ++i) changed[place(random)] = static_cast<char>(value(random));
        const std::string path = write("plugin.so", changed);
        refused += error_of([&] { read_manifest(path); }).empty() ? 0 : 1;
    }
    EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace lapack_ai::core

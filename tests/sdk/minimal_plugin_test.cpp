// The smallest backend, loaded as a host would: one exported symbol, an ELF note, right answers in all
// precisions.
#include <elf.h>
#include <gtest/gtest.h>

#include <complex>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "lapack_ai/abi/manifest.h"
#include "lapack_ai/sdk/json.hpp"
#include "support/plugin_fixture.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

std::vector<char> bytes_of(const char *path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The manifest's text, found as a host finds it: through PT_NOTE, without section headers.
std::string manifest_of(const std::vector<char> &file) {
    Elf64_Ehdr header;
    std::memcpy(&header, file.data(), sizeof header);
    for (int i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        std::memcpy(&segment, file.data() + header.e_phoff + static_cast<std::size_t>(i) * header.e_phentsize,
                    sizeof segment);
        if (segment.p_type != PT_NOTE) continue;
        for (std::size_t at = segment.p_offset; at < segment.p_offset + segment.p_filesz;) {
            lai_note_header note;
            std::memcpy(&note, file.data() + at, sizeof note);
            const char *owner = file.data() + at + sizeof note;
            const char *descriptor = owner + (note.name_size + 3) / 4 * 4;
            if (note.type == LAI_NOTE_TYPE && std::strcmp(owner, LAI_NOTE_OWNER) == 0 &&
                std::memcmp(descriptor, LAI_MANIFEST_MAGIC, 8) == 0)
                return std::string(descriptor + 8, note.descriptor_size - 8);
            at = static_cast<std::size_t>(descriptor - file.data()) + (note.descriptor_size + 3) / 4 * 4;
        }
    }
    return {};
}

TEST(MinimalPlugin, CarriesItsManifest) {
    const std::string text = manifest_of(bytes_of(MINIMAL_PLUGIN));
    const Json manifest(text);
    EXPECT_EQ(manifest["id"].string(""), "minimal");
    EXPECT_EQ(manifest["version"].string(""), "0.1.0");
    EXPECT_EQ(manifest["abi"].at(0).integer(-1), LAI_ABI_MAJOR);
    EXPECT_EQ(manifest["abi"].at(1).integer(-1), LAI_ABI_MINOR);
    EXPECT_EQ(manifest["ops"].at(0).string(""), LAI_OP_GEMM);
    EXPECT_EQ(manifest["options"]["type"].string(""), "object");
    EXPECT_TRUE(manifest["cpu_features"].present());
}

// Names in .dynsym that the file defines.
std::vector<std::string> exported_symbols(const std::vector<char> &file) {
    Elf64_Ehdr header;
    std::memcpy(&header, file.data(), sizeof header);
    std::vector<Elf64_Shdr> sections(header.e_shnum);
    std::memcpy(sections.data(), file.data() + header.e_shoff, sections.size() * sizeof(Elf64_Shdr));
    std::vector<std::string> names;
    for (const Elf64_Shdr &section : sections) {
        if (section.sh_type != SHT_DYNSYM) continue;
        const char *strings = file.data() + sections[section.sh_link].sh_offset;
        for (std::size_t at = 0; at < section.sh_size; at += sizeof(Elf64_Sym)) {
            Elf64_Sym symbol;
            std::memcpy(&symbol, file.data() + section.sh_offset + at, sizeof symbol);
            if (symbol.st_shndx != SHN_UNDEF && symbol.st_name) names.emplace_back(strings + symbol.st_name);
        }
    }
    return names;
}

TEST(MinimalPlugin, ExportsOneSymbol) {
    EXPECT_EQ(exported_symbols(bytes_of(MINIMAL_PLUGIN)), std::vector<std::string>{LAI_PLUGIN_ENTRY_SYMBOL});
}

template <typename T>
class MinimalGemm : public testing::Test {};
using Types = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(MinimalGemm, Types);

// [1 2; 3 4] * [5 6; 7 8] + 2 * ones, by hand.
TYPED_TEST(MinimalGemm, MultipliesTwoByTwo) {
    using T = TypeParam;
    const TestHost host;
    const TestPlugin plugin(MINIMAL_PLUGIN, host);
    EXPECT_STREQ(plugin.entry().id, "minimal");
    const std::vector<T> A = {1, 3, 2, 4}, B = {5, 7, 6, 8};
    std::vector<T> C(4, T(1));
    CallBuilder call(LAI_OP_GEMM, dtype_of<T>);
    call.dims(2, 2, 2).flags('N', 'N').scalars(1.0, 2.0);
    call.matrix(MatrixView<const T>{A.data(), 2, 2, 2}).matrix(MatrixView<const T>{B.data(), 2, 2, 2});
    call.matrix(MatrixView<T>{C.data(), 2, 2, 2});
    lai_cost cost;
    EXPECT_EQ(plugin.query(call, cost), LAI_OK);
    EXPECT_GT(cost.compute_seconds, 0);
    EXPECT_STREQ(plugin.run(call).algorithm, "three loops");
    EXPECT_EQ(C, (std::vector<T>{21, 45, 24, 52}));
}

TEST(MinimalPlugin, StartsAgainAfterShutdown) {
    const TestHost host;
    for (int round = 0; round < 2; ++round) {
        const TestPlugin plugin(MINIMAL_PLUGIN, host);
        EXPECT_EQ(plugin.backend().variant_count, 1u);
        EXPECT_EQ(plugin.entry().get_extension("org.example.unknown/1"), nullptr);
    }
}

TEST(MinimalPlugin, DeclinesTypesItDoesNotHave) {
    const TestHost host;
    const TestPlugin plugin(MINIMAL_PLUGIN, host);
    CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F16);
    call.dims(1, 1, 1).flags('N', 'N').scalars(1.0, 0.0);
    for (int i = 0; i < 3; ++i) call.absent(LAI_DTYPE_F16);
    lai_result result{};
    EXPECT_EQ(plugin.execute(call, result), LAI_DECLINED);
}

}  // namespace

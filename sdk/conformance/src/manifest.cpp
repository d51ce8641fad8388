// See manifest.hpp.
#include "manifest.hpp"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "lapack_ai/abi/manifest.h"
#include "lapack_ai/sdk/json.hpp"
#include "plugin/elf_note.hpp"

namespace lapack_ai::conformance {

namespace {

std::vector<std::string> strings(const sdk::Json &list) {
    std::vector<std::string> all;
    for (std::int64_t i = 0; i < list.size(); ++i) all.push_back(list.at(i).string(""));
    return all;
}

}  // namespace

ManifestFacts read_manifest(const std::string &file) {
    constexpr std::size_t magic = sizeof LAI_MANIFEST_MAGIC - 1;
    const std::string note = core::read_elf_note(file);
    if (note.compare(0, magic, LAI_MANIFEST_MAGIC) != 0)
        throw std::runtime_error("the manifest does not begin with " LAI_MANIFEST_MAGIC);
    ManifestFacts facts;
    facts.text = note.substr(magic);
    facts.text.erase(facts.text.find_last_not_of('\0') + 1);
    const sdk::Json json(facts.text);
    if (!json["id"].present()) throw std::runtime_error("the manifest is not a JSON object with an \"id\"");
    facts.id = json["id"].string("");
    facts.version = json["version"].string("");
    facts.platform = json["platform"].string("");
    facts.needs_device = json["needs_device"].string("");
    facts.abi_major = json["abi"].at(0).integer(-1);
    facts.abi_minor = json["abi"].at(1).integer(-1);
    facts.roles = strings(json["roles"]);
    facts.ops = strings(json["ops"]);
    const std::string_view options = json["options"].text();
    facts.options_are_object = options.empty() || options.front() == '{';
    return facts;
}

std::vector<std::string> exported_symbols(const std::string &file) {
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const auto copy = [&](std::size_t at, auto &to) {
        if (at > bytes.size() || sizeof to > bytes.size() - at)
            throw std::runtime_error("the file ends inside its section headers");
        std::memcpy(&to, bytes.data() + at, sizeof to);
    };
    Elf64_Ehdr header;
    copy(0, header);
    const auto section = [&](std::size_t i) {
        Elf64_Shdr s;
        copy(header.e_shoff + i * sizeof s, s);
        return s;
    };
    std::vector<std::string> names;
    for (std::size_t i = 0; i < header.e_shnum; ++i) {
        const Elf64_Shdr table = section(i);
        if (table.sh_type != SHT_DYNSYM) continue;
        const Elf64_Shdr strings_of = section(table.sh_link);
        for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
            Elf64_Sym symbol;
            copy(table.sh_offset + at, symbol);
            const std::size_t name = strings_of.sh_offset + symbol.st_name;
            if (symbol.st_shndx != SHN_UNDEF && symbol.st_name && name < bytes.size())
                names.emplace_back(bytes.data() + name);
        }
    }
    return names;
}

}  // namespace lapack_ai::conformance

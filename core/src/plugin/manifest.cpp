// read_manifest(): the note's JSON to a Manifest. Whether this host can use the plugin is check_manifest()'s
// business.
#include "plugin/manifest.hpp"

#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "config/check.hpp"
#include "lapack_ai/abi/manifest.h"
#include "plugin/elf_note.hpp"
#include "plugin/platform.hpp"

namespace lapack_ai::core {

namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string &reason) {
    throw Error(ErrorKind::bad_input, reason);
}

std::string text_at(const json &manifest, const char *key) {
    const auto at = manifest.find(key);
    if (at == manifest.end()) return {};
    if (!at->is_string()) refuse(std::string("malformed manifest: '") + key + "' is not a text");
    return at->get<std::string>();
}

std::vector<std::string> texts_at(const json &manifest, const char *key) {
    const auto at = manifest.find(key);
    if (at == manifest.end()) return {};
    std::vector<std::string> texts;
    const bool is_list = at->is_array();
    for (const json &item : is_list ? *at : json::array()) {
        if (item.is_string()) texts.push_back(item.get<std::string>());
    }
    if (!is_list || texts.size() != at->size()) {
        refuse(std::string("malformed manifest: '") + key + "' is not a list of texts");
    }
    return texts;
}

}  // namespace

Manifest parse_manifest(const std::string &descriptor) {
    constexpr std::size_t magic_size = sizeof LAI_MANIFEST_MAGIC - 1;
    if (descriptor.compare(0, magic_size, LAI_MANIFEST_MAGIC) != 0) {
        refuse("malformed manifest: it does not begin with " LAI_MANIFEST_MAGIC);
    }
    std::string text = descriptor.substr(magic_size);
    text.erase(text.find_last_not_of('\0') + 1);
    const json content = json::parse(text, nullptr, false);
    if (!content.is_object()) refuse("malformed manifest: not a JSON object");

    Manifest manifest;
    const auto abi = content.find("abi");
    if (abi == content.end() || !abi->is_array() || abi->size() != 2 || !(*abi)[0].is_number_unsigned() ||
        !(*abi)[1].is_number_unsigned()) {
        refuse("malformed manifest: 'abi' is not [major, minor]");
    }
    manifest.abi_major = (*abi)[0].get<std::uint32_t>();
    manifest.abi_minor = (*abi)[1].get<std::uint32_t>();
    manifest.id = text_at(content, "id");
    if (!is_plugin_id(manifest.id)) {
        refuse("malformed manifest: id '" + manifest.id.substr(0, 64) +
               "' is not made of a-z, 0-9 and _, beginning with a letter");
    }
    manifest.version = text_at(content, "version");
    manifest.title = text_at(content, "title");
    manifest.license = text_at(content, "license");
    manifest.platform = text_at(content, "platform");
    manifest.needs_device = text_at(content, "needs_device");
    manifest.cpu_features = texts_at(content, "cpu_features");
    manifest.roles = texts_at(content, "roles");
    manifest.ops = texts_at(content, "ops");
    if (const auto options = content.find("options"); options != content.end()) {
        if (!options->is_object()) refuse("malformed manifest: 'options' is not a JSON Schema object");
        manifest.options_schema = options->dump();
    }
    return manifest;
}

Manifest read_manifest(const std::string &path) {
    try {
        return parse_manifest(read_elf_note(path));
    } catch (const Error &error) {
        throw Error(error.kind(), path + ": " + error.what());
    }
}

std::string check_manifest(const Manifest &manifest) {
    const auto version = [](std::uint32_t major, std::uint32_t minor) {
        return std::to_string(major) + "." + std::to_string(minor);
    };
    const bool same_major = manifest.abi_major == LAI_ABI_MAJOR;
    if (!same_major || (LAI_ABI_MAJOR == 0 && manifest.abi_minor != LAI_ABI_MINOR)) {
        return "made for plugin ABI " + version(manifest.abi_major, manifest.abi_minor) +
               ", this library has " + version(LAI_ABI_MAJOR, LAI_ABI_MINOR) +
               "; rebuild the plugin with its SDK";
    }
    if (!manifest.platform.empty() && manifest.platform != platform()) {
        return "made for " + manifest.platform + ", this is " + platform();
    }
    std::string missing;
    for (const std::string &feature : missing_cpu_features(manifest.cpu_features)) {
        missing += (missing.empty() ? "" : ", ") + feature;
    }
    return missing.empty() ? std::string() : "needs a processor with " + missing;
}

}  // namespace lapack_ai::core

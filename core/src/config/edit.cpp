// See edit.hpp. The parsed tree tells where things stand in the text; what is inserted or replaced there is
// one short piece. Whether that did the right thing is not argued but checked, by parsing the result.
#include "config/edit.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/check.hpp"
#include "config/surroundings.hpp"
#include "config/value.hpp"
#include "config/yaml.hpp"

namespace lapack_ai::core {

namespace {

constexpr auto npos = std::string::npos;

// Same content, whatever the order of keys and the way of writing.
bool same(const Value &a, const Value &b) {
    if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size() ||
        a.entries.size() != b.entries.size()) {
        return false;
    }
    return std::equal(a.items.begin(), a.items.end(), b.items.begin(), same) &&
           std::all_of(a.entries.begin(), a.entries.end(), [&](const Entry &entry) {
               const Entry *other = b.find(entry.key);
               return other && same(entry.value, other->value);
           });
}

const Entry *own(const Value &map, const std::string &key) {
    const Entry *entry = map.find(key);
    return entry && !entry->merged ? entry : nullptr;
}

class Editor {
  public:
    Editor(std::string text, std::shared_ptr<const Source> source, std::string id, std::string word)
        : text_(std::move(text)), source_(std::move(source)), id_(std::move(id)), word_(std::move(word)) {
        newline_ = text_.find("\r\n") != npos ? "\r\n" : "\n";
    }

    // Returns the offset of the edit.
    std::size_t run(const Value &root) {
        if (root.kind == Value::Kind::null) return append(0);
        const Entry *plugins = own(root, "plugins");
        if (!plugins) {
            return root.flow ? into_braces(root, "plugins: {" + plugin_entry() + "}")
                             : append(column(root.entries.front().position));
        }
        const Value &section = plugins->value;
        if (section.kind == Value::Kind::null) {
            if (!root.flow && is_blank_after_key(*plugins)) {
                return line_below(*plugins, column(plugins->position) + 2, plugin_entry());
            }
            return set_null(*plugins, "{" + plugin_entry() + "}");
        }
        if (section.aliased) return replace_alias(section, plugin_entry());
        const Entry *plugin = own(section, id_);
        if (!plugin) return into(*plugins, plugin_entry());
        if (plugin->value.kind == Value::Kind::null) {
            return set_null(*plugin, "{" + enabled_entry() + "}");
        }
        if (plugin->value.aliased) return replace_alias(plugin->value, enabled_entry());
        const Entry *enabled = own(plugin->value, "enabled");
        if (!enabled) return into(*plugin, enabled_entry());
        if (enabled->value.kind == Value::Kind::null) return set_null(*enabled, word_);
        return replace(enabled->value.position, token_end(enabled->value), word_);
    }

    const std::string &text() const { return text_; }

  private:
    std::string enabled_entry() const { return "enabled: " + word_; }
    std::string plugin_entry() const { return id_ + ": {" + enabled_entry() + "}"; }

    [[noreturn]] void give_up(std::size_t position) const {
        const auto line =
            std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(position), '\n');
        throw Error(ErrorKind::configuration,
                    source_->name + ":" + std::to_string(line + 1) +
                        ": written in a way that cannot be edited safely; set plugins." + id_ +
                        ".enabled to " + word_ + " by hand");
    }

    std::size_t column(std::size_t position) const {
        const auto before = position == 0 ? npos : text_.rfind('\n', position - 1);
        return before == npos ? position : position - before - 1;
    }
    std::size_t line_end(std::size_t position) const {  // of the text before the line's newline
        std::size_t end = std::min(text_.find('\n', position), text_.size());
        return end > position && text_[end - 1] == '\r' ? end - 1 : end;
    }
    std::size_t skip_blanks(std::size_t position) const {
        return std::min(text_.find_first_not_of(" \t", position), text_.size());
    }

    std::size_t replace(std::size_t begin, std::size_t end, const std::string &by) {
        text_.replace(begin, end - begin, by);
        return begin;
    }

    // End of a scalar's or an alias's token. What has an &anchor or a !tag before it is left to the user.
    std::size_t token_end(const Value &value) const {
        return token_end(value.position, value.text, value.aliased);
    }

    std::size_t token_end(std::size_t begin, const std::string &content, bool alias) const {
        if (begin >= text_.size()) give_up(text_.size());
        if (alias) return std::min(text_.find_first_of(" \t\r\n,]}", begin), text_.size());
        if (text_[begin] == '"' || text_[begin] == '\'') {
            const std::size_t end = quoted_end(text_, begin);
            if (end == npos) give_up(begin);
            return end;
        }
        if (text_.compare(begin, content.size(), content) != 0 || content.empty()) give_up(begin);
        return begin + content.size();
    }

    // Offset behind the colon of a key.
    std::size_t behind_colon(const Entry &entry) const {
        const std::size_t at = skip_blanks(token_end(entry.position, entry.key, false));
        if (at >= text_.size() || text_[at] != ':') give_up(entry.position);
        return at + 1;
    }

    bool is_blank_after_key(const Entry &entry) const {
        const std::size_t at = skip_blanks(behind_colon(entry));
        return at >= line_end(entry.position) || text_[at] == '#';
    }

    // Gives a value to a key that has none, or an explicit null.
    std::size_t set_null(const Entry &entry, const std::string &value) {
        const std::size_t colon = behind_colon(entry);
        const std::size_t at = skip_blanks(colon);
        for (const char *null : {"~", "null", "Null", "NULL"}) {
            const std::size_t length = std::string_view(null).size();
            if (at > colon && text_.compare(at, length, null) == 0) return replace(at, at + length, value);
        }
        return replace(colon, colon, " " + value);
    }

    // A new entry at the top of the map that is the value of `parent`.
    std::size_t into(const Entry &parent, const std::string &entry) {
        const Value &map = parent.value;
        if (!map.is_map()) give_up(map.position);
        if (map.flow) return into_braces(map, entry);
        // Below the key's line and so above the first entry's comment, which stays with its entry.
        const auto first = std::find_if(map.entries.begin(), map.entries.end(),
                                        [](const Entry &candidate) { return !candidate.merged; });
        if (first == map.entries.end()) give_up(map.position);
        return line_below(parent, column(first->position), entry);
    }

    std::size_t line_below(const Entry &parent, std::size_t indent, const std::string &entry) {
        const std::size_t end = line_end(parent.position);
        replace(end, end, newline_ + std::string(indent, ' ') + entry);
        return end + newline_.size();
    }

    std::size_t into_braces(const Value &map, const std::string &entry) {
        const std::size_t brace = text_.find('{', map.position);
        if (brace == npos) give_up(map.position);
        const std::size_t next = std::min(text_.find_first_not_of(" \t\r\n", brace + 1), text_.size());
        const bool is_empty = next < text_.size() && text_[next] == '}';
        const bool is_spaced = brace + 1 < text_.size() && text_[brace + 1] == ' ';
        std::string piece = entry;
        if (is_spaced) piece = " " + piece;
        if (!is_empty) piece += is_spaced ? "," : ", ";
        return replace(brace + 1, brace + 1, piece);
    }

    // `*base` becomes a map of its own that takes over what the base has.
    std::size_t replace_alias(const Value &alias, const std::string &entry) {
        const std::size_t end = token_end(alias);
        const std::string name = text_.substr(alias.position, end - alias.position);
        return replace(alias.position, end, "{<<: " + name + ", " + entry + "}");
    }

    // A new section behind everything, but before a closing `...`.
    std::size_t append(std::size_t indent) {
        std::size_t at = text_.size();
        if (const auto end = text_.rfind("\n..."); end != npos && trimmed(text_.substr(end + 4)).empty()) {
            at = end + 1;
        }
        const bool needs_newline = at > 0 && text_[at - 1] != '\n';
        const std::string margin(indent, ' ');
        const std::string piece = (needs_newline ? newline_ : "") + margin + "plugins:" + newline_ + margin +
                                  "  " + plugin_entry() + newline_;
        text_.insert(at, piece);
        return at + piece.size() - newline_.size() - 1;
    }

    std::string text_;
    std::shared_ptr<const Source> source_;
    std::string id_, word_;
    std::string newline_;
};

const char *word_of(Enabled enabled) {
    return enabled == Enabled::automatic ? "auto" : enabled == Enabled::yes ? "true" : "false";
}

}  // namespace

std::string with_plugin_enabled(const std::string &text, const std::string &name, const std::string &id,
                                Enabled enabled, int &line) {
    if (!is_plugin_id(id)) {
        throw Error(ErrorKind::usage,
                    "'" + id + "' cannot be a plugin's id: a-z, 0-9 and _, beginning with a letter");
    }
    const auto source = std::make_shared<const Source>(Source{name, true});
    // The mark that some editors put first is no part of the document, and positions count without it.
    const std::string mark = text.rfind("\xef\xbb\xbf", 0) == 0 ? text.substr(0, 3) : "";
    const std::string body = text.substr(mark.size());
    const Value before = parse_yaml(body, source);
    if (before.kind != Value::Kind::null && !before.is_map()) {
        throw Error(ErrorKind::configuration, before.where() + ": must be a section of `key: value`");
    }

    const std::string path = "plugins." + id + ".enabled", word = word_of(enabled);
    if (const Value *now = find_path(before, path); now && now->is_scalar()) {
        const auto flag = as_boolean(*now);
        if (lower_case(now->text) == word || (flag && *flag == (word == "true") && word != "auto")) {
            line = now->line;
            return text;
        }
    }
    Editor editor(body, source, id, word);
    const std::size_t at = editor.run(before);
    const auto lines =
        std::count(editor.text().begin(), editor.text().begin() + static_cast<std::ptrdiff_t>(at), '\n');
    line = static_cast<int>(lines) + 1;

    Value expected = before.is_map() ? before : Value::map(source);
    set_path(expected, path, Value::scalar(word, source));
    bool right = false;
    try {
        right = same(parse_yaml(editor.text(), source), expected);
    } catch (const Error &) {
        right = false;
    }
    if (!right) {
        throw Error(ErrorKind::configuration,
                    name + ":" + std::to_string(line) +
                        ": setting this here would change other values too; set plugins." + id +
                        ".enabled to " + word + " by hand");
    }
    return mark + editor.text();
}

Edit edit_plugin_enabled(const std::string &file, const std::string &id, Enabled enabled) {
    const std::optional<std::string> found = read_file_if_there(file, yaml_size_limit);
    const std::string before = found.value_or(
        "# Settings of LAPACK AI that differ from the shipped default; `lapack-ai config show` "
        "prints what is in effect.\n");
    Edit edit{file, 0, false};
    const std::string after = with_plugin_enabled(before, file, id, enabled, edit.line);
    edit.changed = !found || after != before;
    if (edit.changed) write_file_atomically(file, after);
    return edit;
}

std::string editable_config_file(const LoadOptions &options) {
    if (!options.config_file.empty()) return options.config_file;
    const Surroundings surroundings = Surroundings::of_process();
    if (const auto named = surroundings.variable("LAPACK_AI_CONFIG")) return *named;
    const std::string folder = surroundings.user_config_folder();
    if (folder.empty()) {
        throw Error(ErrorKind::configuration,
                    "no configuration file to edit: HOME is not set; name one with --config");
    }
    return folder + "/lapack_ai.yaml";
}

}  // namespace lapack_ai::core

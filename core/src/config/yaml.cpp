// See yaml.hpp. Built on yaml-cpp's events and not on its nodes: events carry the position of everything,
// show duplicate keys, and let limits stop a hostile document before it has grown.
#include "config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lapack_ai::core {

namespace {

[[noreturn]] void fail(const Source &source, int line, const std::string &message) {
    const std::string where =
        source.has_lines && line > 0 ? source.name + ":" + std::to_string(line) : source.name;
    throw Error(ErrorKind::configuration, where + ": " + message);
}

std::size_t count_nodes(const Value &value) {
    std::size_t count = 1;
    for (const Value &item : value.items) count += count_nodes(item);
    for (const Entry &entry : value.entries) count += count_nodes(entry.value);
    return count;
}

// Builds the tree from yaml-cpp's events with a stack of open lists and maps.
class Builder final : public YAML::EventHandler {
  public:
    explicit Builder(std::shared_ptr<const Source> source) : source_(std::move(source)) {}

    Value take() { return std::move(root_); }

    // Line of the last quoted scalar when its quote is never closed, else 0: yaml-cpp 0.7 takes the rest of
    // the file for its text and says nothing.
    int open_quote_line(std::string_view text) const {
        if (last_quoted_.line == 0) return 0;
        std::size_t at = last_quoted_.position;
        while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
            at = std::min(text.find_first_of(" \t\r\n", at), text.size());
            at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
        }
        return quoted_end(text, at) == std::string_view::npos ? last_quoted_.line : 0;
    }

    void OnDocumentStart(const YAML::Mark &) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override {
        Value value = node(mark, anchor);
        if (const Open *open = innermost(); open && open->has_key) value.line = open->key_line;
        add(std::move(value), anchor);
    }

    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end()) fail(*source_, mark.line + 1, "an alias inside the node it names");
        count(known->second.second, mark);
        Value value = known->second.first;
        value.aliased = true;
        value.anchored = false;
        value.line = mark.line + 1;
        value.position = static_cast<std::size_t>(mark.pos);
        add(std::move(value), YAML::NullAnchor);
    }

    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &text) override {
        Value value = node(mark, anchor);
        value.kind = Value::Kind::scalar;
        value.text = text;
        value.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
        check_tag(tag, mark);
        if (tag == "!") last_quoted_ = {value.line, value.position};
        add(std::move(value), anchor);
    }

    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        open(Value::Kind::list, mark, tag, anchor, style);
    }
    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        open(Value::Kind::map, mark, tag, anchor, style);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

  private:
    struct Open {
        Value value;
        YAML::anchor_t anchor;
        bool has_key = false;
        std::string key;
        int key_line = 0;
        std::size_t key_position = 0;
        std::vector<Value> merged;  // of `<<`
    };

    Open *innermost() { return stack_.empty() ? nullptr : &stack_.back(); }

    void count(std::size_t nodes, const YAML::Mark &mark) {
        nodes_ += nodes;
        if (nodes_ > yaml_node_limit) fail(*source_, mark.line + 1, "too many values for a configuration");
    }

    Value node(const YAML::Mark &mark, YAML::anchor_t anchor) {
        count(1, mark);
        Value value;
        value.line = mark.line + 1;
        value.position = static_cast<std::size_t>(mark.pos);
        value.anchored = anchor != YAML::NullAnchor;
        value.source = source_;
        return value;
    }

    // Tags could change what a plain text means; only the ones that cannot surprise are let through.
    void check_tag(const std::string &tag, const YAML::Mark &mark) const {
        if (tag.empty() || tag == "?" || tag == "!") return;
        for (const char *known : {"str", "int", "float", "bool", "map", "seq"}) {
            if (tag == std::string("tag:yaml.org,2002:") + known) return;
        }
        fail(*source_, mark.line + 1, "unknown tag '" + tag + "'");
    }

    void open(Value::Kind kind, const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
              YAML::EmitterStyle::value style) {
        check_tag(tag, mark);
        if (static_cast<int>(stack_.size()) >= yaml_depth_limit) {
            fail(*source_, mark.line + 1,
                 "nested deeper than " + std::to_string(yaml_depth_limit) + " levels");
        }
        if (const Open *parent = innermost(); parent && parent->value.is_map() && !parent->has_key) {
            fail(*source_, mark.line + 1, "a key must be a plain word; is a bracket not closed?");
        }
        Value value = node(mark, anchor);
        value.kind = kind;
        value.flow = style == YAML::EmitterStyle::Flow;
        stack_.push_back({std::move(value), anchor, false, {}, 0, 0, {}});
    }

    void close() {
        Open done = std::move(stack_.back());
        stack_.pop_back();
        // What a `<<` brings stands behind the map's own keys.
        for (const Value &base : done.merged) {
            for (const Entry &entry : base.entries) {
                if (done.value.find(entry.key)) continue;
                done.value.entries.push_back(entry);
                done.value.entries.back().merged = true;
            }
        }
        add(std::move(done.value), done.anchor);
    }

    void add(Value value, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) anchors_[anchor] = {value, count_nodes(value)};
        Open *parent = innermost();
        if (!parent) {
            root_ = std::move(value);
        } else if (!parent->value.is_map()) {
            parent->value.items.push_back(std::move(value));
        } else if (!parent->has_key) {
            set_key(*parent, value);
        } else {
            parent->has_key = false;
            if (parent->key == "<<") {
                set_merged(*parent, std::move(value));
            } else {
                parent->value.entries.push_back(
                    {parent->key, parent->key_line, parent->key_position, std::move(value)});
            }
        }
    }

    void set_key(Open &parent, const Value &key) {
        if (!key.is_scalar()) fail(*source_, key.line, "a key must be a plain word");
        if (const Entry *first = parent.value.find(key.text)) {
            fail(*source_, key.line,
                 "duplicate key '" + key.text + "', first on line " + std::to_string(first->line));
        }
        parent.has_key = true;
        parent.key = key.text;
        parent.key_line = key.line;
        parent.key_position = key.position;
    }

    void set_merged(Open &parent, Value value) {
        std::vector<Value> bases;
        if (value.kind == Value::Kind::list) {
            bases = std::move(value.items);
        } else {
            bases.push_back(std::move(value));
        }
        for (Value &base : bases) {
            if (!base.is_map()) fail(*source_, parent.key_line, "'<<' needs a section or a list of sections");
            parent.merged.push_back(std::move(base));
        }
    }

    std::shared_ptr<const Source> source_;
    std::vector<Open> stack_;
    std::map<YAML::anchor_t, std::pair<Value, std::size_t>> anchors_;
    std::size_t nodes_ = 0;
    struct {
        int line = 0;
        std::size_t position = 0;
    } last_quoted_;
    Value root_;
};

}  // namespace

std::size_t quoted_end(std::string_view text, std::size_t begin) {
    const char quote = begin < text.size() ? text[begin] : '\0';
    if (quote != '"' && quote != '\'') return std::string_view::npos;
    for (std::size_t at = begin + 1; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            // Single quotes are escaped by doubling.
            if (quote == '"' || at + 1 >= text.size() || text[at + 1] != quote) return at + 1;
            ++at;
        }
    }
    return std::string_view::npos;
}

Value parse_yaml(std::string_view text, const std::shared_ptr<const Source> &source) {
    if (text.size() > yaml_size_limit) fail(*source, 0, "larger than 1 MiB, too large for a configuration");
    if (!is_utf8_text(text)) fail(*source, 0, "not a text file in UTF-8");
    if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
    std::istringstream stream{std::string(text)};
    stream.imbue(std::locale::classic());
    Builder builder(source);
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            Value empty;
            empty.source = source;
            return empty;
        }
        Builder second(source);
        if (parser.HandleNextDocument(second)) {
            fail(*source, second.take().line, "a second document; one file holds one");
        }
    } catch (const YAML::Exception &error) {
        fail(*source, error.mark.is_null() ? 0 : error.mark.line + 1, "not valid YAML: " + error.msg);
    }
    if (const int line = builder.open_quote_line(text); line > 0) {
        fail(*source, line, "not valid YAML: a quote is not closed");
    }
    Value root = builder.take();
    if (!root.source) root.source = source;
    return root;
}

}  // namespace lapack_ai::core

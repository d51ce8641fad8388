#include "io/npy_header.hpp"

#include <string_view>

#include "io/input_error.hpp"
#include "io/number.hpp"

namespace lapack_ai::cli {

namespace {

class Parser {
  public:
    Parser(const std::string &text, const std::string &name) : text_(text), name_(name) {}

    NpyHeader parse() {
        NpyHeader header;
        bool have_descr = false, have_order = false, have_shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string key = string();
            expect(':');
            bool *seen = key == "descr"           ? &have_descr
                         : key == "fortran_order" ? &have_order
                         : key == "shape"         ? &have_shape
                                                  : nullptr;
            if (!seen) fail("key " + quoted(key) + ": must be descr, fortran_order or shape");
            if (*seen) fail("key " + quoted(key) + " stands twice");
            *seen = true;
            if (key == "descr") {
                skip();
                if (rest().substr(0, 1) == "[") fail("descr: structured elements; must be one number type");
                header.descr = string();
            } else if (key == "fortran_order") {
                header.fortran_order = boolean();
            } else {
                header.shape = tuple();
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip();
        if (!rest().empty()) fail("text after the closing brace: " + quoted(std::string(rest())));
        if (!have_descr || !have_order || !have_shape)
            fail("descr, fortran_order and shape must all be there");
        return header;
    }

  private:
    std::string_view rest() const { return std::string_view(text_).substr(position_); }

    void skip() {
        while (position_ < text_.size() &&
               std::string_view(" \t\n\r").find(text_[position_]) != std::string_view::npos)
            ++position_;
    }

    bool accept(char c) {
        skip();
        if (position_ == text_.size() || text_[position_] != c) return false;
        ++position_;
        return true;
    }

    void expect(char c) {
        if (!accept(c)) fail(std::string("expected ") + c + " at " + quoted(std::string(rest())));
    }

    std::string string() {
        skip();
        const char quote = position_ < text_.size() ? text_[position_] : '\0';
        if (quote != '\'' && quote != '"') fail("expected a string at " + quoted(std::string(rest())));
        const std::size_t end = text_.find(quote, position_ + 1);
        if (end == std::string::npos) fail("a string without end");
        std::string value = text_.substr(position_ + 1, end - position_ - 1);
        position_ = end + 1;
        return value;
    }

    bool boolean() {
        skip();
        for (const std::string_view word : {std::string_view("True"), std::string_view("False")}) {
            if (rest().substr(0, word.size()) == word) {
                position_ += word.size();
                return word == "True";
            }
        }
        fail("fortran_order: must be True or False, not " + quoted(std::string(rest())));
    }

    std::vector<std::int64_t> tuple() {
        std::vector<std::int64_t> values;
        expect('(');
        while (!accept(')')) {
            skip();
            const std::string_view word = rest().substr(0, rest().find_first_not_of("+-0123456789"));
            const auto value = parse_integer(word);
            if (!value) fail("shape: must be integers of 64 bits, not " + quoted(std::string(rest())));
            position_ += word.size();
            if (rest().substr(0, 1) == "L") ++position_;  // Python 2 wrote long integers so
            values.push_back(*value);
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return values;
    }

    [[noreturn]] void fail(const std::string &message) const {
        throw InputError(name_ + ": .npy header: " + message);
    }

    const std::string &text_;
    const std::string &name_;
    std::size_t position_ = 0;
};

}  // namespace

NpyHeader parse_npy_header(const std::string &text, const std::string &name) {
    return Parser(text, name).parse();
}

}  // namespace lapack_ai::cli

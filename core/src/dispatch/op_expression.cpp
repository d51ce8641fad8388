// Compiles and evaluates the expressions of op schemas: a recursive-descent parser that emits instructions
// for a stack machine. All operands are evaluated (no short circuit): expressions have no side effects.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#include "base/error.hpp"
#include "dispatch/op_table.hpp"

namespace lapack_ai::core {
namespace {

enum Opcode : std::uint8_t {
    push_number,
    push_dim,
    push_flag,
    push_scalar,
    push_batch,
    push_complex,
    negate,
    logical_not,
    take_log2,
    multiply,
    divide,
    add,
    subtract,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    take_min,
    take_max,
    choose
};

struct BinaryOperator {
    std::string_view text;
    Opcode opcode;
};

// Levels of precedence from the loosest; within a level longer tokens come first.
constexpr std::array<BinaryOperator, 1> or_level{{{"||", logical_or}}};
constexpr std::array<BinaryOperator, 1> and_level{{{"&&", logical_and}}};
constexpr std::array<BinaryOperator, 2> equality_level{{{"==", equal}, {"!=", not_equal}}};
constexpr std::array<BinaryOperator, 4> order_level{
    {{"<=", less_equal}, {">=", greater_equal}, {"<", less}, {">", greater}}};
constexpr std::array<BinaryOperator, 2> sum_level{{{"+", add}, {"-", subtract}}};
constexpr std::array<BinaryOperator, 2> product_level{{{"*", multiply}, {"/", divide}}};

class Parser {
  public:
    Parser(const lai_op_schema &schema, const char *text) : schema_(schema), text_(text) {}

    std::vector<Expression::Instruction> parse() {
        condition();
        skip_space();
        if (at_ != text_.size()) fail("expected an operator");
        return std::move(code_);
    }

    std::uint64_t names() const { return names_; }

  private:
    [[noreturn]] void fail(const std::string &reason) const {
        throw Error(ErrorKind::usage, "op " + std::string(schema_.id ? schema_.id : "(no id)") +
                                          ": expression \"" + std::string(text_) + "\", position " +
                                          std::to_string(at_ + 1) + ": " + reason);
    }

    void skip_space() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }

    bool accept(std::string_view token) {
        skip_space();
        if (text_.substr(at_, token.size()) != token) return false;
        at_ += token.size();
        return true;
    }

    void expect(std::string_view token) {
        if (!accept(token)) fail("expected '" + std::string(token) + "'");
    }

    void emit(Opcode opcode, std::size_t index = 0, double value = 0) {
        depth_ += opcode <= push_complex ? 1 : 0;
        if (opcode >= multiply) depth_ -= opcode == choose ? 2 : 1;
        if (depth_ > Expression::max_depth) fail("too deeply nested");
        code_.push_back({opcode, static_cast<std::uint16_t>(index), value});
    }

    // Nesting is bounded so that a hostile schema cannot exhaust the stack.
    struct Nested {
        explicit Nested(Parser &parser) : parser_(parser) {
            if (++parser_.nesting_ > 64) parser_.fail("too deeply nested");
        }
        ~Nested() { --parser_.nesting_; }
        Parser &parser_;
    };

    void condition() {
        const Nested nested(*this);
        binary<0>();
        if (!accept("?")) return;
        condition();
        expect(":");
        condition();
        emit(choose);
    }

    template <int level>
    void binary() {
        if constexpr (level == 0) chain<level>(or_level);
        if constexpr (level == 1) chain<level>(and_level);
        if constexpr (level == 2) chain<level>(equality_level);
        if constexpr (level == 3) chain<level>(order_level);
        if constexpr (level == 4) chain<level>(sum_level);
        if constexpr (level == 5) chain<level>(product_level);
        if constexpr (level == 6) unary();
    }

    template <int level, std::size_t count>
    void chain(const std::array<BinaryOperator, count> &operators) {
        binary<level + 1>();
        for (;;) {
            const auto found =
                std::find_if(operators.begin(), operators.end(),
                             [this](const BinaryOperator &candidate) { return accept(candidate.text); });
            if (found == operators.end()) return;
            binary<level + 1>();
            emit(found->opcode);
        }
    }

    void unary() {
        const Nested nested(*this);
        if (accept("-")) {
            unary();
            emit(negate);
        } else if (accept("!")) {
            unary();
            emit(logical_not);
        } else {
            primary();
        }
    }

    void primary() {
        skip_space();
        if (at_ == text_.size()) fail("expected a value, found the end");
        const char first = text_[at_];
        if (accept("(")) {
            condition();
            expect(")");
        } else if (first == '\'') {
            letter();
        } else if ((first >= '0' && first <= '9') || first == '.') {
            number();
        } else if ((first >= 'a' && first <= 'z') || first == '_') {
            name();
        } else {
            fail(std::string("expected a value, found '") + first + "'");
        }
    }

    void letter() {
        if (at_ + 2 >= text_.size() || text_[at_ + 2] != '\'') fail("expected one letter in quotes");
        emit(push_number, 0, static_cast<unsigned char>(text_[at_ + 1]));
        at_ += 3;
    }

    void number() {
        double value = 0;
        const char *end = text_.data() + text_.size();
        const auto [rest, error] = std::from_chars(text_.data() + at_, end, value);
        if (error != std::errc{}) fail("malformed number");
        at_ = static_cast<std::size_t>(rest - text_.data());
        emit(push_number, 0, value);
    }

    void name() {
        const std::size_t begin = at_;
        while (at_ < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_'))
            ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (word == "min" || word == "max") return call(word == "min" ? take_min : take_max, 2);
        if (word == "log2") return call(take_log2, 1);
        if (word == "batch") return emit(push_batch);
        if (word == "complex") return emit(push_complex);
        if (lookup(schema_.dims, schema_.dim_stride, schema_.dim_count, word, push_dim, 0)) return;
        if (lookup(schema_.flags, schema_.flag_stride, schema_.flag_count, word, push_flag, 16)) return;
        if (lookup(schema_.scalars, schema_.scalar_stride, schema_.scalar_count, word, push_scalar, 32))
            return;
        at_ = begin;
        fail("unknown name '" + std::string(word) + "'");
    }

    void call(Opcode opcode, int arguments) {
        expect("(");
        for (int i = 0; i < arguments; ++i) {
            if (i > 0) expect(",");
            condition();
        }
        expect(")");
        emit(opcode);
    }

    template <typename Schema>
    bool lookup(const Schema *first, std::uint32_t stride, std::uint32_t count, std::string_view word,
                Opcode opcode, std::uint32_t bit) {
        for (std::uint32_t i = 0; i < count; ++i) {
            if (word != entry(first, stride, i).name) continue;
            emit(opcode, i);
            names_ |= UINT64_C(1) << (bit + std::min(i, UINT32_C(15)));
            return true;
        }
        return false;
    }

    const lai_op_schema &schema_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    int nesting_ = 0;
    std::uint64_t names_ = 0;
    std::vector<Expression::Instruction> code_;
};

// A scalar as a number: itself when real, else its modulus, so that it is zero exactly when both parts are.
double scalar_value(const lai_scalar &scalar) {
    return scalar.im == 0 ? scalar.re : std::hypot(scalar.re, scalar.im);
}

double binary_value(std::uint8_t opcode, double a, double b) {
    switch (opcode) {
        case multiply:
            return a * b;
        case divide:
            return a / b;
        case add:
            return a + b;
        case subtract:
            return a - b;
        case less:
            return a < b;
        case less_equal:
            return a <= b;
        case greater:
            return a > b;
        case greater_equal:
            return a >= b;
        case equal:
            return a == b;
        case not_equal:
            return a != b;
        case logical_and:
            return a != 0 && b != 0;
        case logical_or:
            return a != 0 || b != 0;
        case take_min:
            return std::min(a, b);
        default:
            return std::max(a, b);
    }
}

std::int64_t saturate(double value) {
    constexpr double limit = 9223372036854775808.0;
    if (!(value < limit)) return std::numeric_limits<std::int64_t>::max();
    if (value < -limit) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(std::floor(value));
}

}  // namespace

Expression::Expression(const lai_op_schema &schema, const char *text) {
    if (text == nullptr) return;
    Parser parser(schema, text);
    code_ = parser.parse();
    names_ = parser.names();
    recognise_form();
}

void Expression::recognise_form() {
    const auto is = [this](std::initializer_list<std::uint8_t> opcodes) {
        return std::equal(code_.begin(), code_.end(), opcodes.begin(), opcodes.end(),
                          [](const Instruction &a, std::uint8_t b) { return a.opcode == b; });
    };
    form_ = Form::general;
    if (is({push_number})) {
        form_ = Form::constant;
        constant_ = saturate(code_[0].value);
    } else if (is({push_dim})) {
        form_ = Form::dim;
        first_ = code_[0].index;
    } else if (is({push_dim, push_dim, take_min}) || is({push_dim, push_dim, take_max})) {
        form_ = code_[2].opcode == take_min ? Form::min : Form::max;
        first_ = code_[0].index;
        second_ = code_[1].index;
    } else if (is({push_flag, push_number, equal, push_dim, push_dim, choose})) {
        form_ = Form::choice;
        flag_ = code_[0].index;
        letter_ = static_cast<std::uint8_t>(code_[1].value);
        first_ = code_[3].index;
        second_ = code_[4].index;
    }
}

std::int64_t Expression::size(const lai_call &call) const noexcept {
    switch (form_) {
        case Form::constant:
            return constant_;
        case Form::dim:
            return call.dims[first_];
        case Form::min:
            return std::min(call.dims[first_], call.dims[second_]);
        case Form::max:
            return std::max(call.dims[first_], call.dims[second_]);
        case Form::choice:
            return call.dims[call.flags[flag_] == letter_ ? first_ : second_];
        default:
            return saturate(run(call));
    }
}

double Expression::evaluate(const lai_call &call) const noexcept {
    return code_.empty() ? 0 : run(call);
}

double Expression::run(const lai_call &call) const noexcept {
    std::array<double, max_depth + 1> stack;
    std::size_t top = 0;  // values on the stack
    for (const Instruction &step : code_) {
        switch (step.opcode) {
            case push_number:
                stack[top++] = step.value;
                break;
            case push_dim:
                stack[top++] = static_cast<double>(call.dims[step.index]);
                break;
            case push_flag:
                stack[top++] = call.flags[step.index];
                break;
            case push_scalar:
                stack[top++] = scalar_value(call.scalars[step.index]);
                break;
            case push_batch:
                stack[top++] = static_cast<double>(call.batch);
                break;
            case push_complex:
                stack[top++] = is_complex(call.dtype);
                break;
            case negate:
                stack[top - 1] = -stack[top - 1];
                break;
            case logical_not:
                stack[top - 1] = stack[top - 1] == 0;
                break;
            case take_log2:
                stack[top - 1] = std::log2(stack[top - 1]);
                break;
            case choose:
                stack[top - 3] = stack[top - 3] != 0 ? stack[top - 2] : stack[top - 1];
                top -= 2;
                break;
            default:
                stack[top - 2] = binary_value(step.opcode, stack[top - 2], stack[top - 1]);
                --top;
        }
    }
    return stack[0];
}

}  // namespace lapack_ai::core

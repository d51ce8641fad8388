// Recursive descent that evaluates while it reads. Expressions are a line long and read only when a call
// failed, so nothing is compiled or kept.
#include "table/expression.hpp"

#include <cctype>
#include <cmath>
#include <vector>

namespace lapack_ai::diagnostics {
namespace {

using Number = std::optional<double>;
using Truth = std::optional<bool>;

Truth both(Truth a, Truth b) {
    if ((a && !*a) || (b && !*b)) return false;
    return a && b ? Truth(true) : Truth();
}
Truth either(Truth a, Truth b) {
    if ((a && *a) || (b && *b)) return true;
    return a && b ? Truth(false) : Truth();
}

class Reader {
  public:
    Reader(std::string_view text, Bindings bindings) : text_(text), bindings_(bindings) {}

    Truth clause() {
        Truth result = disjunction();
        if (word("if")) {
            Truth premise = disjunction();
            result = either(result, premise ? Truth(!*premise) : Truth());
        }
        return result;
    }
    Number sum() {
        Number left = product();
        for (;;) {
            if (symbol('+')) {
                left = apply(left, product(), [](double a, double b) { return a + b; });
            } else if (symbol('-')) {
                left = apply(left, product(), [](double a, double b) { return a - b; });
            } else {
                return left;
            }
        }
    }

  private:
    template <class F>
    static Number apply(Number a, Number b, F f) {
        return a && b ? Number(f(*a, *b)) : Number();
    }

    void skip() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool symbol(char c) {
        skip();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::string_view peek_word() {
        skip();
        std::size_t end = at_;
        while (end < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[end])) || text_[end] == '_'))
            ++end;
        return text_.substr(at_, end - at_);
    }
    bool word(std::string_view w) {
        if (peek_word() != w) return false;
        at_ += w.size();
        return true;
    }

    Truth disjunction() {
        Truth result = conjunction();
        while (word("or")) result = either(result, conjunction());
        return result;
    }
    Truth conjunction() {
        Truth result = negation();
        while (word("and")) result = both(result, negation());
        return result;
    }
    Truth negation() {
        if (word("not")) {
            Truth inner = negation();
            return inner ? Truth(!*inner) : Truth();
        }
        skip();
        if (at_ < text_.size() &&
            text_[at_] == '(') {  // a condition in parentheses, or a number that begins so
            const std::size_t start = at_;
            ++at_;
            Truth inner = disjunction();
            if (symbol(')') && !comparison_follows()) return inner;
            at_ = start;
        }
        return comparison();
    }
    bool comparison_follows() {
        skip();
        return at_ < text_.size() && std::string_view("+-*<>=!").find(text_[at_]) != std::string_view::npos;
    }
    Truth comparison() {
        const Number left = sum();
        if (word("in")) {
            skip();
            const std::size_t begin = ++at_;
            while (at_ < text_.size() && text_[at_] != '\'') ++at_;
            const std::string_view letters = text_.substr(begin, at_++ - begin);
            if (!left) return {};
            return letters.find(static_cast<char>(*left)) != std::string_view::npos;
        }
        skip();
        std::size_t end = at_;
        while (end < text_.size() && std::string_view("<>=!").find(text_[end]) != std::string_view::npos)
            ++end;
        const std::string_view relation = text_.substr(at_, end - at_);
        if (relation.empty()) return left ? Truth(*left != 0) : Truth();
        at_ = end;
        const Number right = sum();
        if (!left || !right) return {};
        if (relation == "=") return *left == *right;
        if (relation == "!=") return *left != *right;
        if (relation == "<") return *left < *right;
        if (relation == "<=") return *left <= *right;
        if (relation == ">") return *left > *right;
        return *left >= *right;
    }
    Number product() {
        Number left = primary();
        for (;;) {
            if (symbol('*')) {
                left = apply(left, primary(), [](double a, double b) { return a * b; });
            } else if (symbol('/')) {
                left = apply(left, primary(), [](double a, double b) { return a / b; });
            } else {
                return left;
            }
        }
    }
    Number primary() {
        if (symbol('(')) {
            const Number inner = sum();
            symbol(')');
            return inner;
        }
        if (symbol('-')) return apply(0.0, primary(), [](double a, double b) { return a - b; });
        const std::string_view name = peek_word();
        if (name.empty()) {
            at_ = text_.size();
            return {};
        }
        at_ += name.size();
        if (std::isdigit(static_cast<unsigned char>(name[0]))) return std::stod(std::string(name));
        if (at_ < text_.size() && text_[at_] == '(') return function(name);
        for (const Binding &b : bindings_)
            if (b.name == name) return b.value;
        return {};
    }
    Number function(std::string_view name) {
        ++at_;
        if (name == "pick") {
            const Truth condition = disjunction();
            symbol(',');
            const Number yes = sum();
            symbol(',');
            const Number no = sum();
            symbol(')');
            if (!condition) return yes && no && *yes == *no ? yes : Number();
            return *condition ? yes : no;
        }
        std::vector<Number> values;
        do values.push_back(sum());
        while (symbol(','));
        symbol(')');
        Number result = values[0];
        if (name == "abs") return result ? Number(std::fabs(*result)) : Number();
        if (name == "max" || name == "min") {
            for (const Number &v : values)
                result =
                    apply(result, v, [&](double a, double b) { return (name == "max") == (a > b) ? a : b; });
            return result;
        }
        if (name == "div" && values.size() == 2)
            return apply(result, values[1], [](double a, double b) { return std::trunc(a / b); });
        if (name == "mod" && values.size() == 2)
            return apply(result, values[1], [](double a, double b) { return std::fmod(a, b); });
        return {};  // finite(), sorted() and the like speak of data
    }

    std::string_view text_;
    Bindings bindings_;
    std::size_t at_ = 0;
};

// Splits at top-level commas; calls f(clause).
template <class F>
void for_each_clause(std::string_view text, F f) {
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '(') ++depth;
        if (i < text.size() && text[i] == ')') --depth;
        if (i == text.size() || (text[i] == ',' && depth == 0)) {
            std::string_view clause = text.substr(begin, i - begin);
            while (!clause.empty() && clause.front() == ' ') clause.remove_prefix(1);
            if (!clause.empty()) f(clause);
            begin = i + 1;
        }
    }
}

std::string integer_text(double value) {
    if (value == std::trunc(value) && std::fabs(value) < 9e15)
        return std::to_string(static_cast<long long>(value));
    return std::to_string(value);
}

}  // namespace

std::optional<double> evaluate_number(std::string_view expression, Bindings bindings) {
    if (expression.empty()) return {};
    return Reader(expression, bindings).sum();
}

std::optional<bool> holds(std::string_view requirement, Bindings bindings) {
    Truth all = true;
    for_each_clause(requirement,
                    [&](std::string_view clause) { all = both(all, Reader(clause, bindings).clause()); });
    return all;
}

std::string_view failing_clause(std::string_view requirement, Bindings bindings) {
    std::string_view failing;
    for_each_clause(requirement, [&](std::string_view clause) {
        const Truth truth = Reader(clause, bindings).clause();
        if (truth && !*truth) failing = clause;
    });
    return failing;
}

bool mentions(std::string_view expression, std::string_view name) {
    const auto part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    for (std::size_t at = expression.find(name); at != std::string_view::npos;
         at = expression.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !part(expression[at - 1])) && (end >= expression.size() || !part(expression[end])))
            return true;
    }
    return false;
}

namespace {

// "UPLO in 'UL'" becomes "UPLO = 'U' or 'L'".
std::string spell_letters(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (text.substr(i, 5) == " in '") {
            const std::size_t end = text.find('\'', i + 5);
            const std::string_view letters = text.substr(i + 5, end - i - 5);
            out += " = ";
            for (std::size_t k = 0; k < letters.size(); ++k) {
                if (k > 0) out += k + 1 == letters.size() ? " or " : ", ";
                out += std::string("'") + letters[k] + "'";
            }
            i = end + 1;
        } else {
            out += text[i++];
        }
    }
    return out;
}

// Facts about data, in words.
std::string data_fact(std::string_view clause) {
    const auto inside = [&](std::string_view function) {
        return std::string(clause.substr(function.size() + 1, clause.find(')') - function.size() - 1));
    };
    const auto is = [&](std::string_view function) {
        return clause.substr(0, function.size()) == function && clause.size() > function.size() &&
               clause[function.size()] == '(';
    };
    if (is("finite")) return inside("finite") + " free of NaN and Inf";
    if (is("sorted")) return inside("sorted") + " in order";
    if (is("nonnegative")) return inside("nonnegative") + " without negative entries";
    if (is("blocks")) return inside("blocks") + " with proper 2-by-2 diagonal blocks";
    if (is("smallest")) return "all entries of " + inside("smallest") + " > 0";
    if (is("internal")) return "internal step on " + inside("internal") + " must succeed";
    if (is("count")) return "at most M selected columns";
    if (is("first")) return inside("first") + "(1) > 1 if JOBU = 'C'";
    return {};
}

}  // namespace

std::string in_words(std::string_view clause, Bindings bindings) {
    if (std::string fact = data_fact(clause); !fact.empty()) return fact;
    std::string text(clause);
    if (text.find("minimum") != std::string::npos) {
        const std::size_t at = text.find("minimum");
        text.replace(at, 7, "the minimum that a workspace query returns");
        return text;
    }
    std::string value;
    const std::size_t condition = clause.find(" if ");
    const std::string_view head = clause.substr(0, condition);
    if (const std::size_t at = head.find(" >= "); at != std::string_view::npos) {
        const std::string_view bound = head.substr(at + 4);
        const auto number = evaluate_number(bound, bindings);
        const std::string digits = number ? integer_text(*number) : "";
        if (number && bound != digits) value = " = " + digits;
        if (head.find("pick(") != std::string_view::npos || bound.size() > 60) {
            // nested choices are for the machine: show what they come to here
            return std::string(head.substr(0, at + 4)) +
                   (number ? digits : "the minimum that a workspace query returns");
        }
    }
    text = std::string(head) + value;
    if (condition != std::string_view::npos) text += std::string(clause.substr(condition));
    return spell_letters(text);
}

}  // namespace lapack_ai::diagnostics

// Element types, LAPACK's letters as scoped enums, and what a call may ask for.
#pragma once

#include <chrono>
#include <complex>
#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>

#include "lapack_ai/lapack_ai.h"

namespace lapack_ai {

// Scoped enums that store the LAPACK letter.
enum class Trans : char { none = 'N', transpose = 'T', conj_transpose = 'C' };
enum class Uplo : char { upper = 'U', lower = 'L' };
enum class Diag : char { non_unit = 'N', unit = 'U' };
enum class Norm : char { one = '1', infinity = 'I' };
enum class JobSvd : char { all = 'A', thin = 'S', overwrite = 'O', none = 'N' };
enum class JobVectors : char { none = 'N', vectors = 'V' };

template <typename Enum>
requires std::is_enum_v<Enum>
constexpr char letter(Enum value) noexcept {
    return static_cast<char>(value);
}

enum class Layout : std::uint32_t { col_major = LAI_LAYOUT_COL, row_major = LAI_LAYOUT_ROW };

enum class Accuracy : std::uint32_t {
    inherit = LAI_ACCURACY_INHERIT,
    componentwise = LAI_ACCURACY_COMPONENTWISE,
    normwise = LAI_ACCURACY_NORMWISE,
    mixed = LAI_ACCURACY_MIXED
};

enum class Fallback : std::uint32_t {
    inherit = LAI_FALLBACK_INHERIT,
    automatic = LAI_FALLBACK_AUTO,
    warn = LAI_FALLBACK_WARN,
    strict = LAI_FALLBACK_STRICT
};

// In which notation texts name rows, columns and entries (LAI_LANGUAGE_*).
enum class Language : std::uint32_t {
    inherit = LAI_LANGUAGE_INHERIT,
    lapack = LAI_LANGUAGE_LAPACK,
    c = LAI_LANGUAGE_C,
    python = LAI_LANGUAGE_PYTHON
};

// The four element types of LAPACK.
template <typename T>
concept Element = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::complex<float>> ||
    std::same_as<T, std::complex<double>>;

namespace detail {
template <typename T>
struct element_traits;
template <>
struct element_traits<float> {
    static constexpr lai_dtype dtype = LAI_DTYPE_F32;
    using real = float;
};
template <>
struct element_traits<double> {
    static constexpr lai_dtype dtype = LAI_DTYPE_F64;
    using real = double;
};
template <>
struct element_traits<std::complex<float>> {
    static constexpr lai_dtype dtype = LAI_DTYPE_C32;
    using real = float;
};
template <>
struct element_traits<std::complex<double>> {
    static constexpr lai_dtype dtype = LAI_DTYPE_C64;
    using real = double;
};
}  // namespace detail

template <Element T>
inline constexpr lai_dtype dtype_of = detail::element_traits<T>::dtype;
template <Element T>
inline constexpr bool is_complex = !std::is_floating_point_v<T>;
// The real and the complex type of T's precision.
template <Element T>
using real_of = typename detail::element_traits<T>::real;
template <Element T>
using complex_of = std::complex<real_of<T>>;

// What one call may ask for, over its context: `ctx.solve(A, b, {.backward_error = 1e-14})`. Pointers must
// live until the call returns.
struct options {
    double backward_error = 0;  // the result must reach it, and it is checked; 0: not asked
    Accuracy accuracy = Accuracy::inherit;
    const char *backend =
        nullptr;  // only this plugin, or "plugin/variant"; one that is not there is an error
    Fallback fallback = Fallback::inherit;
    std::int32_t threads = 0;                // 0: automatic
    std::chrono::nanoseconds timeout{0};     // advisory; 0: none
    std::span<const char *const> disable{};  // plugins that must not take it
    Language language = Language::inherit;   // in which notation texts name rows and columns
    std::uint64_t site = 0;  // the place by which repeated diagnoses are counted; 0: automatic

    constexpr bool asks_nothing() const noexcept {
        return backward_error == 0 && accuracy == Accuracy::inherit && backend == nullptr &&
               fallback == Fallback::inherit && threads == 0 && timeout.count() == 0 && disable.empty() &&
               language == Language::inherit && site == 0;
    }
};

namespace detail {

// The C form of options, null when nothing is asked for: with the default argument the compiler sees that.
class c_options {
  public:
    explicit c_options(const options &given) noexcept : none_(given.asks_nothing()) {
        if (none_) return;
        raw_ = {sizeof raw_,
                static_cast<lai_accuracy>(given.accuracy),
                given.backend,
                given.disable.data(),
                static_cast<std::uint32_t>(given.disable.size()),
                static_cast<std::uint32_t>(given.fallback),
                given.threads,
                static_cast<std::uint32_t>(given.language),
                static_cast<std::uint64_t>(given.timeout.count()),
                given.backward_error,
                given.site};
    }
    const lai_call_options *get() const noexcept { return none_ ? nullptr : &raw_; }

  private:
    bool none_;
    lai_call_options raw_;
};

inline lai_scalar scalar(double x) noexcept {
    return {x, 0};
}
inline lai_scalar scalar(std::complex<double> x) noexcept {
    return {x.real(), x.imag()};
}
inline lai_scalar scalar(std::complex<float> x) noexcept {
    return {x.real(), x.imag()};
}

}  // namespace detail
}  // namespace lapack_ai

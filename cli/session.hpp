// What every command shares: the options that stand before or after any command, and the context they make.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::cli {

class Session {
  public:
    Session() = default;
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    void declare(Arguments &root);

    bool json() const noexcept { return json_; }
    // As --backend does; empty: none is forced.
    void force_backend(const std::string &name) { backend_ = name; }

    // Configuration as the options change it; valid as long as the session and until an option changes.
    const lai_context_options &context_options();
    // Made on first use. Throws Failure.
    lai_context *context();
    // What the options say about a call.
    lai_call_options call_options() const;
    // A JSON or text document of the library. Throws Failure.
    std::string document(const char *name);

    // A further setting of this run, as --disable and --plugin make them; before context().
    void set(const std::string &path, const std::string &value, const std::string &source);

  private:
    struct Setting {
        std::string path, value, source;
    };

    std::string backend_, fallback_, accuracy_, config_;
    std::vector<std::string> disable_, plugin_files_;
    std::int64_t threads_ = 0;
    double backward_error_ = 0;
    bool json_ = false;
    std::vector<Setting> settings_;
    std::vector<lai_override> overrides_;
    lai_context_options options_{};
    lai_context *context_ = nullptr;
};

// Text from a function of lapack_ai.h that writes like snprintf. Throws Failure with lai_last_error().
template <class Function>
std::string text_of(Function &&function);

// Throws the Failure for a negative return value of lapack_ai.h, with the last error in one line.
void check(std::int64_t returned);
// The same with a message that was kept from before.
void check(std::int64_t returned, std::string message);

template <class Function>
std::string text_of(Function &&function) {
    std::string text;
    std::int64_t length = function(static_cast<char *>(nullptr), std::size_t{0});
    // What is described may grow between asking and writing.
    while (length > 0 && static_cast<std::size_t>(length) > text.size()) {
        text.resize(static_cast<std::size_t>(length));
        length = function(text.data(), text.size() + 1);
    }
    check(length < 0 ? length : 0);
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace lapack_ai::cli

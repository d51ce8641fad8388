// LAPACK AI for C++20: header-only over the C API, so that the library and its users may be built with
// different compilers.
//
//     lapack_ai::Context ctx;
//     auto r = ctx.svd(A);              // r.U, r.S, r.VT; r.report says which backend ran and why
//     auto x = ctx.solve(A, b, {.backward_error = 1e-14});
//
// Matrices are anything with data(), rows(), cols() and perhaps strides (matrix.hpp). Two layers:
//  - LAPACK-level functions, named as the routines, in linalg.hpp's base class: they work on the caller's
//    storage, never throw and return what the C function returns (0, INFO > 0, minus the argument's position,
//    or an LAI_ERROR_*); lapack_ai::check() turns that into an exception.
//  - functions that own their results: inputs are const and copied, errors are thrown as lapack_ai::error
//  with
//    the whole diagnosis. The overload that takes std::nothrow first never throws and has `info` set.
#pragma once

#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "lapack_ai/cxx/device.hpp"
#include "lapack_ai/cxx/error.hpp"
#include "lapack_ai/cxx/linalg.hpp"
#include "lapack_ai/cxx/matrix.hpp"
#include "lapack_ai/cxx/results.hpp"
#include "lapack_ai/cxx/routines.hpp"
#include "lapack_ai/cxx/types.hpp"

namespace lapack_ai {

// One setting of a context: {"dispatch.fallback", "strict"}.
struct setting {
    std::string path, value;
};

struct context_options {
    std::vector<setting> settings;
    std::string config_file;                // replaces the /etc and XDG files; empty: the usual ones
    Language language = Language::inherit;  // of the texts; LAPACK's (from 1) when nothing is said
};

// Configuration overlaid on the process-wide runtime. A default-made Context is the process's default one and
// costs nothing. Safe to use from many threads at once; movable, not copyable. Results that can still make
// calls (rcond()) keep it alive.
class Context : public linalg<Context> {
  public:
    Context() noexcept = default;
    // Throws configuration_error, usage_error.
    explicit Context(const context_options &options) {
        std::vector<lai_override> overrides;
        for (const setting &one : options.settings)
            overrides.push_back(
                {sizeof(lai_override), 0, one.path.c_str(), one.value.c_str(), "lapack_ai::Context"});
        const lai_context_options raw{sizeof raw,
                                      static_cast<std::uint32_t>(overrides.size()),
                                      overrides.data(),
                                      options.config_file.empty() ? nullptr : options.config_file.c_str(),
                                      static_cast<std::uint32_t>(options.language),
                                      0};
        lai_context *made = nullptr;
        check(lai_context_create(&raw, &made));
        handle_.reset(made, lai_context_destroy);
    }
    Context(Context &&) noexcept = default;
    Context &operator=(Context &&) noexcept = default;

    // For the C API; null is the default context.
    lai_context *get() const noexcept { return handle_.get(); }
    std::shared_ptr<lai_context> share() const noexcept { return handle_; }

    // Reads the configuration anew; throws configuration_error, and then nothing has changed.
    void reload() { check(lai_context_reload(get())); }

    // A document of lai_document: "info", "plugins", "config", ...
    std::string document(const char *name) const {
        return text(
            [&](char *buffer, std::size_t capacity) { return lai_document(get(), name, buffer, capacity); });
    }

    // Matrices in a device's memory: uninitialised, or a copy of a host matrix (cxx/device.hpp). `space`
    // names the device, null the first there is. Throws gpu_unavailable_error saying why there is none.
    template <Element T>
    DeviceMatrix<T> device_matrix(std::int64_t rows, std::int64_t cols, const char *space = nullptr) const {
        return DeviceMatrix<T>::make(get(), rows, cols, space);
    }
    template <MatrixLike M>
    DeviceMatrix<element_of<M>> to_device(const M &a, const char *space = nullptr) const {
        const auto view = view_of(a);
        auto made = device_matrix<element_of<M>>(view.rows(), view.cols(), space);
        made.upload(a);
        return made;
    }

    // Which backend would run this op at these sizes, and why; letters as the schema lists them ("AA"),
    // empty: the initial ones.
    template <Element T>
    std::string explain(const char *op, const std::vector<std::int64_t> &dims,
                        const std::string &letters = "", const options &wanted = {},
                        bool json = false) const {
        lai_request request{};
        request.size = sizeof request;
        request.op = op;
        request.dtype = dtype_of<T>;
        request.dims = dims.data();
        request.dim_count = static_cast<std::uint32_t>(dims.size());
        request.flags = letters.empty() ? nullptr : letters.data();
        request.flag_count = static_cast<std::uint32_t>(letters.size());
        const detail::c_options raw(wanted);
        return text([&](char *buffer, std::size_t capacity) {
            return lai_explain(get(), &request, raw.get(), json ? LAI_FORMAT_JSON : LAI_FORMAT_TEXT, buffer,
                               capacity);
        });
    }

  private:
    // Documents may grow between the asking and the reading.
    template <typename Read>
    static std::string text(Read read) {
        std::string result(4096, '\0');
        for (;;) {
            const std::int64_t length = read(result.data(), result.size());
            if (length < 0) check(length);
            const bool whole = static_cast<std::size_t>(length) < result.size();
            result.resize(static_cast<std::size_t>(length) + (whole ? 0 : 512));
            if (whole) return result;
        }
    }

    std::shared_ptr<lai_context> handle_;  // null: the default one
};

// The report of this thread's last call.
inline const report &last_report() noexcept {
    return *lai_last_report();
}

// The diagnosis of this thread's last call; empty() when there was nothing to say.
inline diagnosis last_diagnosis() {
    const lai_diagnosis *known = lai_last_diagnostic();
    return known != nullptr ? diagnosis(*known) : diagnosis();
}

}  // namespace lapack_ai

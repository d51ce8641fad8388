// What a call from Python may ask for, and what comes back of it when something is to be said.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lapack_ai/lapack_ai.hpp"
#include "log.hpp"

namespace lapack_py {

namespace py = pybind11;

// A context whose messages name their origin and whose texts index as Python does: A[2, :].
class PythonContext : public lapack_ai::linalg<PythonContext> {
  public:
    // The process's default context when nothing is overlaid. Throws lapack_ai::configuration_error.
    PythonContext(const std::vector<std::pair<std::string, std::string>> &settings,
                  const std::string &config_file);
    ~PythonContext() { lai_context_destroy(handle_); }
    PythonContext(const PythonContext &) = delete;
    PythonContext &operator=(const PythonContext &) = delete;

    // For the C API; null is the default context.
    lai_context *get() const noexcept { return handle_; }

  private:
    lai_context *handle_ = nullptr;
};

// A context and the options of a call. Immutable: one is made for each combination of keywords that is used,
// and kept by the Python side.
class Call {
  public:
    Call(std::shared_ptr<PythonContext> context, std::string backend, std::uint32_t accuracy,
         double backward_error, std::uint32_t fallback, std::vector<std::string> disable,
         std::int32_t threads)
        : context_(std::move(context)), backend_(std::move(backend)), disable_(std::move(disable)) {
        for (const std::string &plugin : disable_) disabled_.push_back(plugin.c_str());
        wanted_.backward_error = backward_error;
        wanted_.accuracy = static_cast<lapack_ai::Accuracy>(accuracy);
        wanted_.backend = backend_.empty() ? nullptr : backend_.c_str();
        wanted_.fallback = static_cast<lapack_ai::Fallback>(fallback);
        wanted_.threads = threads;
        wanted_.language = lapack_ai::Language::python;
        wanted_.disable = disabled_;
    }
    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;

    const PythonContext &context() const noexcept { return *context_; }
    const lapack_ai::options &wanted() const noexcept { return wanted_; }

  private:
    std::shared_ptr<PythonContext> context_;
    std::string backend_;
    std::vector<std::string> disable_;
    std::vector<const char *> disabled_;
    lapack_ai::options wanted_;
};

// Collects what the items of a stack returned. Filled without the GIL.
class Tally {
  public:
    // Notes what item `index` returned; false when the call was not carried out and going on is of no use.
    bool note(std::int64_t index, std::int64_t info);
    // None when every item went well and nothing is to be said; else (op, info, message, failures, diagnosis
    // text, diagnosis JSON, report) of the first item with something to say, failures being (index, info)
    // pairs.
    py::object outcome() const;

  private:
    struct Remark {
        std::string op, message, text, json;
        std::int64_t info = 0;
        lai_report report{};
    };
    void keep(std::int64_t info);

    std::vector<std::pair<std::int64_t, std::int64_t>> failures_;
    std::optional<Remark> remark_;
};

// Runs item(index), which returns what a C function returned, over `count` items without the GIL.
template <typename Item>
py::object run_each(std::int64_t count, Item item) {
    Tally tally;
    {
        const py::gil_scoped_release unlocked;
        for (std::int64_t index = 0; index < count; ++index)
            if (!tally.note(index, item(index))) break;
    }
    deliver_log();
    return tally.outcome();
}

}  // namespace lapack_py

// Contexts, call options, documents and explanations.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "call.hpp"
#include "measurement.hpp"
#include "report.hpp"
#include "text.hpp"

namespace lapack_py {

namespace {

std::string document(const PythonContext &context, const std::string &name) {
    return whole_text([&](char *buffer, std::size_t capacity) {
        return lai_document(context.get(), name.c_str(), buffer, capacity);
    });
}

// A ranking as JSON or text. `letters` may be empty: the op's initial ones.
std::string explain(const Call &call, const std::string &op, const std::string &dtype,
                    const std::vector<std::int64_t> &dims, const std::string &letters, std::int64_t batch,
                    bool json) {
    lai_request request{};
    request.size = sizeof request;
    request.op = op.c_str();
    request.dtype = dtype == "s"   ? LAI_DTYPE_F32
                    : dtype == "c" ? LAI_DTYPE_C32
                    : dtype == "z" ? LAI_DTYPE_C64
                                   : LAI_DTYPE_F64;
    request.dims = dims.data();
    request.dim_count = static_cast<std::uint32_t>(dims.size());
    request.flags = letters.empty() ? nullptr : letters.data();
    request.flag_count = static_cast<std::uint32_t>(letters.size());
    request.batch = batch;
    const lapack_ai::detail::c_options options(call.wanted());
    return whole_text([&](char *buffer, std::size_t capacity) {
        return lai_explain(call.context().get(), &request, options.get(),
                           json ? LAI_FORMAT_JSON : LAI_FORMAT_TEXT, buffer, capacity);
    });
}

// The schema's words for an op: its id, its dims and its flags; None when there is no such op.
py::object op_schema(const std::string &op) {
    const lai_op_schema *schema = lai_op(op.c_str());
    if (schema == nullptr) return py::none();
    const auto names = [](const auto *first, std::uint32_t count, std::uint32_t stride) {
        py::list list;
        for (std::uint32_t i = 0; i < count; ++i)
            list.append(reinterpret_cast<const std::remove_reference_t<decltype(*first)> *>(
                            reinterpret_cast<const char *>(first) + std::size_t{i} * stride)
                            ->name);
        return list;
    };
    using namespace py::literals;
    return py::dict("id"_a = schema->id,
                    "dims"_a = names(schema->dims, schema->dim_count, schema->dim_stride),
                    "flags"_a = names(schema->flags, schema->flag_count, schema->flag_stride));
}

}  // namespace

void bind_context(py::module_ &module) {
    using namespace py::literals;
    const auto unlocked = py::call_guard<py::gil_scoped_release>();
    py::class_<PythonContext, std::shared_ptr<PythonContext>>(module, "Context")
        .def(py::init<const std::vector<std::pair<std::string, std::string>> &, const std::string &>(),
             "settings"_a, "config_file"_a, unlocked)
        .def(
            "reload",
            [](const PythonContext &context) { lapack_ai::check(lai_context_reload(context.get())); },
            unlocked)
        .def("document", &document, "name"_a, unlocked);

    py::class_<Call>(module, "Call")
        .def(py::init<std::shared_ptr<PythonContext>, std::string, std::uint32_t, double, std::uint32_t,
                      std::vector<std::string>, std::int32_t>(),
             "context"_a, "backend"_a, "accuracy"_a, "backward_error"_a, "fallback"_a, "disable"_a,
             "threads"_a)
        .def("explain", &explain, "op"_a, "dtype"_a, "dims"_a, "letters"_a, "batch"_a, "json"_a, unlocked);

    py::class_<Measurement, std::shared_ptr<Measurement>>(module, "Measurement")
        .def(py::init<>())
        .def("start", &Measurement::start)
        .def("stop", &Measurement::stop)
        .def_property_readonly("seconds", &Measurement::seconds)
        .def("calls", &Measurement::calls);

    module.def("set_log_receiver", &set_log_receiver, "receiver"_a,
               "receiver(level, line) is called, after a call on its thread, for what the library logged.");
    module.def("last_report", [] { return report_dict(*lai_last_report()); });
    module.def("version", &lai_version);
    module.def("op_schema", &op_schema, "op"_a);
    module.def(
        "explain_code",
        [](const PythonContext &context, const std::string &code) {
            return whole_text([&](char *buffer, std::size_t capacity) {
                return lai_explain_code(context.get(), code.c_str(), buffer, capacity);
            });
        },
        "context"_a, "code"_a);
    module.def(
        "config_problems",
        [](const std::string &file) {
            lai_context_options options{};
            options.size = sizeof options;
            options.config_file = file.empty() ? nullptr : file.c_str();
            return whole_text([&](char *buffer, std::size_t capacity) {
                return lai_config_check(&options, buffer, capacity);
            });
        },
        "file"_a);
}

}  // namespace lapack_py

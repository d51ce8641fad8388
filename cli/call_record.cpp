#include "call_record.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <tuple>

#include "exit_code.hpp"
#include "io/input_error.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

using nlohmann::json;

constexpr char format[] = "lapack_ai calls";
constexpr std::int64_t largest_dim = INT32_MAX, largest_count = std::int64_t{1} << 53;

// One entry being read; errors name it.
class Entry {
  public:
    Entry(const std::string &file, std::size_t index, const json &value)
        : where_(file + ": calls[" + std::to_string(index) + "]"), value_(value) {
        if (!value.is_object()) throw InputError(where_ + ": must be an object");
    }

    [[noreturn]] void reject(const char *field, const std::string &what) const {
        throw InputError(where_ + "." + field + ": " + what);
    }

    const json &field(const char *name) const {
        const auto found = value_.find(name);
        if (found == value_.end()) reject(name, "is missing");
        return *found;
    }

    std::string text(const char *name, bool needed = true) const {
        if (!needed && !value_.contains(name)) return "";
        const json &v = field(name);
        if (!v.is_string()) reject(name, v.dump() + ": must be a text");
        return v.get<std::string>();
    }

    std::int64_t integer(const char *name, std::int64_t least, std::int64_t most) const {
        return integer_of(name, field(name), least, most);
    }

    std::int64_t integer_of(const char *name, const json &v, std::int64_t least, std::int64_t most) const {
        const bool fits =
            v.is_number_integer() && !(v.is_number_unsigned() && v.get<std::uint64_t>() > INT64_MAX);
        if (!fits || v.get<std::int64_t>() < least || v.get<std::int64_t>() > most)
            reject(name, v.dump() + ": must be an integer in " + std::to_string(least) + ".." +
                             std::to_string(most));
        return v.get<std::int64_t>();
    }

    double seconds(const char *name) const {
        const json &v = field(name);
        if (!v.is_number() || !std::isfinite(v.get<double>()) || v.get<double>() < 0)
            reject(name, v.dump() + ": must be a number of seconds >= 0");
        return v.get<double>();
    }

  private:
    std::string where_;
    const json &value_;
};

lai_dtype dtype_of(const Entry &entry) {
    const std::string letter = entry.text("dtype");
    if (letter == "s") return LAI_DTYPE_F32;
    if (letter == "d") return LAI_DTYPE_F64;
    if (letter == "c") return LAI_DTYPE_C32;
    if (letter == "z") return LAI_DTYPE_C64;
    entry.reject("dtype", "'" + letter + "': must be s, d, c or z");
}

void check_flags(const Entry &entry, const lai_op_schema &schema, const std::string &flags) {
    if (flags.size() != schema.flag_count)
        entry.reject("flags", "'" + flags + "': must be " + std::to_string(schema.flag_count) + " letters");
    for (std::uint32_t i = 0; i < schema.flag_count; ++i) {
        const auto *flag = reinterpret_cast<const lai_flag_schema *>(
            reinterpret_cast<const char *>(schema.flags) + std::size_t{i} * schema.flag_stride);
        if (flags[i] == '\0' || std::strchr(flag->letters, flags[i]) == nullptr)
            entry.reject("flags", "'" + flags + "': letter " + std::to_string(i + 1) + " must be one of " +
                                      flag->letters);
    }
}

// False for an operation that is not known here.
bool read_entry(const Entry &entry, CallRecord &record) {
    RecordedCalls c;
    c.op = entry.text("op");
    const lai_op_schema *schema = lai_op(c.op.c_str());
    if (schema == nullptr) {
        record.remarks.push_back("operation '" + c.op + "' is not known here: its calls are left out");
        return false;
    }
    c.dtype = dtype_of(entry);
    const json &dims = entry.field("dims");
    if (!dims.is_array() || dims.size() != schema->dim_count)
        entry.reject("dims", dims.dump() + ": must be " + std::to_string(schema->dim_count) + " sizes");
    for (const json &dim : dims) c.dims.push_back(entry.integer_of("dims", dim, 0, largest_dim));
    c.flags = entry.text("flags");
    check_flags(entry, *schema, c.flags);
    c.batch = entry.integer("batch", 0, largest_dim);
    c.threads = entry.integer("threads", 0, 65536);
    c.backend = entry.text("backend");
    c.variant = entry.text("variant", false);
    c.count = entry.integer("count", 1, largest_count);
    c.total_seconds = entry.seconds("total_seconds");
    c.median_seconds = entry.seconds("median_seconds");
    c.predicted_seconds = entry.seconds("predicted_seconds");
    record.calls.push_back(std::move(c));
    return true;
}

}  // namespace

CallRecord read_call_record(const std::string &file) {
    std::ifstream stream(file);
    if (!stream) throw InputError(file + ": cannot be read");
    std::stringstream text;
    text << stream.rdbuf();
    const json document = json::parse(text.str(), nullptr, false);
    if (document.is_discarded()) throw InputError(file + ": is not JSON, or was cut off");
    if (!document.is_object() || string_or_empty(document, "format") != format)
        throw InputError(file + ": is not a recording of calls (\"format\": \"" + format + "\")");
    if (!document.contains("format_version") || document["format_version"] != 1)
        throw InputError(file + ": format_version must be 1");
    const auto calls = document.find("calls");
    if (calls == document.end() || !calls->is_array()) throw InputError(file + ": calls: must be a list");
    CallRecord record;
    record.program = string_or_empty(document, "program");
    record.machine = string_or_empty(document, "machine");
    const double lost = number_or(document, "lost", 0);
    record.lost = std::isfinite(lost) && lost > 0 && lost < 1e15 ? static_cast<std::int64_t>(lost) : 0;
    std::size_t index = 0;
    for (const json &entry : *calls) read_entry(Entry(file, index++, entry), record);
    std::sort(record.remarks.begin(), record.remarks.end());
    record.remarks.erase(std::unique(record.remarks.begin(), record.remarks.end()), record.remarks.end());
    return record;
}

void merge(CallRecord &all, const CallRecord &more) {
    const auto key = [](const RecordedCalls &c) {
        return std::tie(c.op, c.dtype, c.dims, c.flags, c.batch, c.threads, c.backend, c.variant);
    };
    std::map<decltype(key(all.calls.front())), std::size_t> index;
    all.calls.reserve(all.calls.size() + more.calls.size());  // the keys point into it
    for (std::size_t i = 0; i < all.calls.size(); ++i) index.emplace(key(all.calls[i]), i);
    for (const RecordedCalls &c : more.calls) {
        const auto known = index.find(key(c));
        if (known == index.end()) {
            all.calls.push_back(c);
            continue;
        }
        RecordedCalls &mine = all.calls[known->second];
        if (c.count > mine.count) mine.median_seconds = c.median_seconds;
        mine.count += c.count;
        mine.total_seconds += c.total_seconds;
        mine.predicted_seconds += c.predicted_seconds;
    }
    all.lost += more.lost;
    if (all.program.empty()) all.program = more.program;
    if (all.machine.empty()) all.machine = more.machine;
}

void write_call_record(const std::string &file, const CallRecord &record) {
    nlohmann::ordered_json calls = nlohmann::ordered_json::array();
    for (const RecordedCalls &c : record.calls) {
        calls.push_back({{"op", c.op},
                         {"dtype", std::string(1, dtype_letter(c.dtype))},
                         {"dims", c.dims},
                         {"flags", c.flags},
                         {"batch", c.batch},
                         {"threads", c.threads},
                         {"backend", c.backend},
                         {"variant", c.variant},
                         {"count", c.count},
                         {"total_seconds", c.total_seconds},
                         {"median_seconds", c.median_seconds},
                         {"predicted_seconds", c.predicted_seconds}});
    }
    const nlohmann::ordered_json document{{"format", format},
                                          {"format_version", 1},
                                          {"library", lai_version()},
                                          {"program", record.program},
                                          {"machine", record.machine},
                                          {"lost", record.lost},
                                          {"calls", calls}};
    std::ofstream stream(file);
    stream << document.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    if (!stream.flush()) throw Failure(ExitCode::bad_input, file + ": cannot be written");
}

}  // namespace lapack_ai::cli

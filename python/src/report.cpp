// lai_report as a dictionary.
#include "report.hpp"

namespace lapack_py {

pybind11::dict report_dict(const lai_report &r) {
    using namespace pybind11::literals;
    return pybind11::dict(
        "op"_a = r.op, "backend"_a = r.backend, "variant"_a = r.variant, "strategy"_a = r.strategy,
        "algorithm"_a = r.algorithm, "info"_a = r.info, "status"_a = r.status,
        "predicted_seconds"_a = r.predicted_seconds, "actual_seconds"_a = r.actual_seconds,
        "transfer_seconds"_a = r.transfer_seconds, "fallbacks"_a = r.fallbacks, "cached"_a = r.cached != 0,
        "copied"_a = r.copied != 0, "rank"_a = r.rank, "batch_index"_a = r.batch_index,
        "certified_error"_a = r.certified_error, "host_bytes"_a = r.host_bytes,
        "device_peak_bytes"_a = r.device_peak_bytes, "bytes_to_device"_a = r.bytes_to_device,
        "bytes_from_device"_a = r.bytes_from_device);
}

}  // namespace lapack_py

// Enqueueing work, moving data, and waiting with a deadline.
#include "operation.hpp"

#include <time.h>

#include <algorithm>

#include "failure.hpp"

using namespace lapack_ai::opencl;

namespace {

std::uint64_t now_ns() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<std::uint64_t>(t.tv_sec) * 1000000000u + static_cast<std::uint64_t>(t.tv_nsec);
}

Span span_of(const OpenclApi &api, cl_event event) {
    Span span{};
    if (api.GetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof span.start, &span.start,
                                  nullptr) != CL_SUCCESS ||
        api.GetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof span.end, &span.end, nullptr) !=
            CL_SUCCESS)
        return {};
    return span;
}

double seconds(const Span &span) {
    return span.start > 0 && span.end > span.start ? 1e-9 * static_cast<double>(span.end - span.start) : 0;
}

// A range of columns and rows that fits a pinned chunk.
struct Piece {
    std::uint64_t row, col, rows, cols;
};

// Calls visit(piece) over a matrix of row_bytes x cols, whole columns where one fits a chunk.
template <typename Visit>
void cut(std::uint64_t row_bytes, std::uint64_t cols, Visit &&visit) {
    const std::uint64_t rows = std::min(row_bytes, Staging::chunk_bytes);
    const std::uint64_t group = std::max<std::uint64_t>(1, Staging::chunk_bytes / row_bytes);
    for (std::uint64_t col = 0; col < cols; col += group)
        for (std::uint64_t row = 0; row < row_bytes; row += rows)
            visit(Piece{row, col, std::min(rows, row_bytes - row), std::min(group, cols - col)});
}

void check_range(const Location &at, std::uint64_t ld, std::uint64_t row_bytes, std::uint64_t cols) {
    if (row_bytes > ld || (cols - 1) * ld + row_bytes > at.left)
        throw Failure(LAI_INVALID, "a copy of " + std::to_string(cols) + " columns of " +
                                       std::to_string(row_bytes) + " bytes, stride " + std::to_string(ld) +
                                       ", leaves its device memory");
}

}  // namespace

lai_ocl_operation::lai_ocl_operation(std::shared_ptr<Device> device, std::uint64_t deadline_ns)
    : device_(std::move(device)), queue_(device_->take_queue()), deadline_ns_(deadline_ns) {}

lai_ocl_operation::~lai_ocl_operation() {
    const OpenclApi &api = device_->api();
    if (!timed_out_ && !device_->lost()) {
        try {
            wait();
        } catch (const Failure &) {
            // Reported by an earlier wait, or nobody asked; what matters here is whether the queue still
            // runs.
        }
    }
    if (device_->lost()) return;  // nothing of a dead context is touched
    if (timed_out_) {
        device_->abandon({queue_, stuck_, std::move(temporaries_), std::move(chunks_)});
        return;
    }
    if (first_) api.ReleaseEvent(first_);
    for (const cl_event event : loose_)
        if (event) api.ReleaseEvent(event);
    for (void *address : temporaries_) device_->pool->release(address);
    for (Chunk &chunk : chunks_)
        if (chunk.busy) api.ReleaseEvent(chunk.busy), chunk.busy = nullptr;
    device_->staging->give_back(chunks_);
    device_->return_queue(queue_);
}

void *lai_ocl_operation::temporary(std::uint64_t bytes) {
    temporaries_.reserve(temporaries_.size() + 1);
    void *address = device_->pool->allocate(bytes, false);
    temporaries_.push_back(address);
    return address;
}

void *lai_ocl_operation::scratch(std::uint64_t bytes) {
    if (bytes > scratch_bytes_) {
        scratch_ = temporary(bytes);
        scratch_bytes_ = bytes;
    }
    return scratch_;
}

template <typename Enqueue>
void lai_ocl_operation::submit(const char *site, const char *what, cl_event *event, Enqueue &&enqueue) {
    if (timed_out_) throw Failure(LAI_TIMEOUT, "the operation has timed out");
    cl_event *wanted = event ? event : first_event();
    cl_int code = faults::at(site);
    if (code == CL_SUCCESS) code = enqueue(wanted);
    if (is_shortage(code)) {
        device_->pool->trim();
        code = faults::at(site);
        if (code == CL_SUCCESS) code = enqueue(wanted);
    }
    check(code, what);
    if (event && !first_) {
        first_ = *event;
        device_->api().RetainEvent(first_);
    }
}

Span lai_ocl_operation::finish_event(cl_event &event) {
    const OpenclApi &api = device_->api();
    const bool hangs = faults::hang();
    cl_int state = CL_QUEUED;
    api.Flush(queue_);
    for (int round = 0;; ++round) {
        const cl_int code =
            api.GetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, nullptr);
        check(code, "ask for the state of a command", Phase::wait);
        if (state <= CL_COMPLETE && !hangs) break;
        if (now_ns() > deadline_ns_) {
            timed_out_ = true;
            std::swap(stuck_, event);
            throw Failure(LAI_TIMEOUT, "the device did not finish before the deadline");
        }
        if (round > 2000) {  // some hundred microseconds of asking; then the processor is better used
            const timespec nap{0, 20000};
            nanosleep(&nap, nullptr);
        }
    }
    if (const cl_int code = faults::at("wait"); code != CL_SUCCESS) state = code;
    const Span span = span_of(api, event);
    api.ReleaseEvent(event);
    event = nullptr;
    check(state < 0 ? state : CL_SUCCESS, "finish a command", Phase::wait);
    return span;
}

void lai_ocl_operation::finish_transfer(Chunk &chunk) {
    if (chunk.busy) transfer_seconds_ += seconds(finish_event(chunk.busy));
}

void lai_ocl_operation::wait() {
    if (timed_out_) throw Failure(LAI_TIMEOUT, "the operation has timed out");
    if (!first_) return;
    const OpenclApi &api = device_->api();
    cl_event last = nullptr;
    check(api.EnqueueMarkerWithWaitList(queue_, 0, nullptr, &last), "end a queue", Phase::wait);
    const Span end = finish_event(last);
    for (Chunk &chunk : chunks_) finish_transfer(chunk);
    for (cl_event &event : loose_) transfer_seconds_ += seconds(finish_event(event));
    loose_.clear();
    const Span begin = span_of(api, first_);
    api.ReleaseEvent(first_);
    first_ = nullptr;
    busy_seconds_ += seconds({begin.start, end.end});
}

double lai_ocl_operation::compute_seconds() const {
    return std::max(0.0, busy_seconds_ - transfer_seconds_);
}

Chunk &lai_ocl_operation::next_chunk() {
    if (chunks_.empty()) chunks_ = device_->staging->borrow();
    chunk_ = (chunk_ + 1) % chunks_.size();
    finish_transfer(chunks_[chunk_]);
    return chunks_[chunk_];
}

void lai_ocl_operation::upload_piece(const Location &at, std::uint64_t to_ld, const char *from,
                                     std::uint64_t from_ld, std::uint64_t row_bytes, std::uint64_t cols,
                                     cl_event *event) {
    const OpenclApi &api = device_->api();
    submit("transfer", "upload", event, [&](cl_event *e) {
        if (cols == 1 || (to_ld == row_bytes && from_ld == row_bytes))
            return api.EnqueueWriteBuffer(queue_, at.buffer, CL_FALSE, at.offset, row_bytes * cols, from, 0,
                                          nullptr, e);
        const std::size_t origin[3] = {at.offset % to_ld, at.offset / to_ld, 0}, host[3] = {0, 0, 0};
        const std::size_t region[3] = {row_bytes, cols, 1};
        return api.EnqueueWriteBufferRect(queue_, at.buffer, CL_FALSE, origin, host, region, to_ld, 0,
                                          from_ld, 0, from, 0, nullptr, e);
    });
}

void lai_ocl_operation::download_piece(const Location &at, std::uint64_t from_ld, char *to,
                                       std::uint64_t to_ld, std::uint64_t row_bytes, std::uint64_t cols,
                                       cl_event *event) {
    const OpenclApi &api = device_->api();
    submit("transfer", "download", event, [&](cl_event *e) {
        if (cols == 1 || (to_ld == row_bytes && from_ld == row_bytes))
            return api.EnqueueReadBuffer(queue_, at.buffer, CL_FALSE, at.offset, row_bytes * cols, to, 0,
                                         nullptr, e);
        const std::size_t origin[3] = {at.offset % from_ld, at.offset / from_ld, 0}, host[3] = {0, 0, 0};
        const std::size_t region[3] = {row_bytes, cols, 1};
        return api.EnqueueReadBufferRect(queue_, at.buffer, CL_FALSE, origin, host, region, from_ld, 0, to_ld,
                                         0, to, 0, nullptr, e);
    });
}

void lai_ocl_operation::upload(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld,
                               std::uint64_t row_bytes, std::uint64_t cols, bool pinned) {
    if (row_bytes == 0 || cols == 0) return;
    const Location at = device_->pool->locate(to);
    check_range(at, to_ld, row_bytes, cols);
    const char *source = static_cast<const char *>(from);
    bytes_up_ += row_bytes * cols;
    if (pinned) {
        loose_.push_back(nullptr);
        upload_piece(at, to_ld, source, from_ld, row_bytes, cols, &loose_.back());
        return;
    }
    if (row_bytes == to_ld && row_bytes == from_ld) row_bytes *= cols, to_ld = from_ld = row_bytes, cols = 1;
    cut(row_bytes, cols, [&](const Piece &p) {
        Chunk &chunk = next_chunk();
        copy_columns(device_->staging->crew, chunk.memory, p.rows, source + p.col * from_ld + p.row, from_ld,
                     p.rows, p.cols);
        Location part = at;
        part.offset += p.col * to_ld + p.row;
        upload_piece(part, to_ld, chunk.memory, p.rows, p.rows, p.cols, &chunk.busy);
        device_->api().Flush(queue_);
    });
}

void lai_ocl_operation::download(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld,
                                 std::uint64_t row_bytes, std::uint64_t cols, bool pinned) {
    if (row_bytes == 0 || cols == 0) return;
    const Location at = device_->pool->locate(from);
    check_range(at, from_ld, row_bytes, cols);
    char *target = static_cast<char *>(to);
    bytes_down_ += row_bytes * cols;
    // Failures of earlier work show here, before the host memory is touched.
    wait();
    if (pinned) {
        cl_event event = nullptr;
        download_piece(at, from_ld, target, to_ld, row_bytes, cols, &event);
        transfer_seconds_ += seconds(finish_event(event));
        return;
    }
    if (row_bytes == to_ld && row_bytes == from_ld) row_bytes *= cols, to_ld = from_ld = row_bytes, cols = 1;
    if (chunks_.empty()) chunks_ = device_->staging->borrow();
    std::vector<Piece> under_way(chunks_.size());
    const auto land = [&](std::size_t i) {
        Chunk &chunk = chunks_[i];
        if (!chunk.busy) return;
        finish_transfer(chunk);
        const Piece &p = under_way[i];
        copy_columns(device_->staging->crew, target + p.col * to_ld + p.row, to_ld, chunk.memory, p.rows,
                     p.rows, p.cols);
    };
    cut(row_bytes, cols, [&](const Piece &p) {
        chunk_ = (chunk_ + 1) % chunks_.size();
        land(chunk_);
        under_way[chunk_] = p;
        Location part = at;
        part.offset += p.col * from_ld + p.row;
        download_piece(part, from_ld, chunks_[chunk_].memory, p.rows, p.rows, p.cols, &chunks_[chunk_].busy);
        device_->api().Flush(queue_);
    });
    for (std::size_t i = 1; i <= chunks_.size(); ++i) land((chunk_ + i) % chunks_.size());
}

void lai_ocl_operation::copy(void *to, std::uint64_t to_ld, const void *from, std::uint64_t from_ld,
                             std::uint64_t row_bytes, std::uint64_t cols) {
    if (row_bytes == 0 || cols == 0) return;
    const Location source = device_->pool->locate(from), target = device_->pool->locate(to);
    check_range(source, from_ld, row_bytes, cols);
    check_range(target, to_ld, row_bytes, cols);
    const std::size_t source_origin[3] = {source.offset % from_ld, source.offset / from_ld, 0};
    const std::size_t target_origin[3] = {target.offset % to_ld, target.offset / to_ld, 0};
    const std::size_t region[3] = {row_bytes, cols, 1};
    submit("transfer", "copy on the device", nullptr, [&](cl_event *e) {
        return device_->api().EnqueueCopyBufferRect(queue_, source.buffer, target.buffer, source_origin,
                                                    target_origin, region, from_ld, 0, to_ld, 0, 0, nullptr,
                                                    e);
    });
}

void lai_ocl_operation::zero(void *to, std::uint64_t bytes) {
    if (bytes == 0) return;
    const Location at = device_->pool->locate(to);
    check_range(at, bytes, bytes, 1);
    const cl_uint nothing = 0;
    submit("transfer", "zero device memory", nullptr, [&](cl_event *e) {
        return device_->api().EnqueueFillBuffer(queue_, at.buffer, &nothing, sizeof nothing, at.offset, bytes,
                                                0, nullptr, e);
    });
}

void lai_ocl_operation::launch(Kernel &kernel, std::uint32_t dimensions, const std::size_t *global,
                               const std::size_t *local, const lai_ocl_arg *args, std::uint32_t arg_count) {
    const OpenclApi &api = device_->api();
    const cl_kernel borrowed = kernel.borrow();
    try {
        cl_uint at = 0;
        cl_int code = CL_SUCCESS;
        const auto set = [&](std::size_t bytes, const void *value) {
            if (code == CL_SUCCESS) code = api.SetKernelArg(borrowed, at++, bytes, value);
        };
        for (std::uint32_t i = 0; i < arg_count; ++i) {
            const lai_ocl_arg &arg = args[i];
            if (arg.kind == LAI_OCL_ARG_VALUE) set(arg.bytes, arg.data);
            if (arg.kind == LAI_OCL_ARG_LOCAL) set(arg.bytes, nullptr);
            if (arg.kind != LAI_OCL_ARG_ADDRESS) continue;
            Location where;
            if (arg.data) where = device_->pool->locate(arg.data);
            if (where.offset % arg.bytes != 0)
                throw Failure(LAI_INVALID, "kernel " + kernel.name() + ": an address is not a whole element");
            const auto offset = static_cast<cl_long>(where.offset / arg.bytes);
            set(sizeof where.buffer, &where.buffer);
            set(sizeof offset, &offset);
        }
        check(code, "set argument " + std::to_string(at == 0 ? 0 : at - 1) + " of kernel " + kernel.name());
        submit("launch", kernel.name().c_str(), nullptr, [&](cl_event *e) {
            return api.EnqueueNDRangeKernel(queue_, borrowed, dimensions, nullptr, global, local, 0, nullptr,
                                            e);
        });
    } catch (...) {
        kernel.give_back(borrowed);
        throw;
    }
    kernel.give_back(borrowed);
}

// The copying threads and the pinned chunks.
#include "staging.hpp"

#include <algorithm>
#include <cstring>

#include "failure.hpp"

namespace lapack_ai::opencl {
namespace {

constexpr int largest_crew = 7;                       // with the caller: 8 copy at once
constexpr std::uint64_t worth_sharing = 1024 * 1024;  // bytes below which one thread copies alone

}  // namespace

CopyCrew::~CopyCrew() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (std::thread &thread : threads_) thread.join();
}

int CopyCrew::size() {
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) / 2, 1, largest_crew + 1);
}

void CopyCrew::start() {
    for (int i = 1; i < size(); ++i) threads_.emplace_back([this] { work(); });
}

void CopyCrew::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stop_ || next_ < parts_; });
        if (stop_) return;
        const int mine = next_++;
        ++running_;
        lock.unlock();
        (*part_)(mine);
        lock.lock();
        if (--running_ == 0 && next_ >= parts_) done_.notify_one();
    }
}

void CopyCrew::run(int parts, const std::function<void(int)> &part) {
    const std::unique_lock alone(caller_, std::try_to_lock);
    if (!alone.owns_lock() || parts <= 1) {
        for (int i = 0; i < parts; ++i) part(i);
        return;
    }
    if (threads_.empty()) start();
    std::unique_lock lock(mutex_);
    part_ = &part;
    parts_ = parts;
    next_ = 0;
    wake_.notify_all();
    while (next_ < parts_) {
        const int mine = next_++;
        lock.unlock();
        part(mine);
        lock.lock();
    }
    done_.wait(lock, [this] { return running_ == 0; });
    parts_ = next_ = 0;
    part_ = nullptr;
}

void copy_columns(CopyCrew &crew, char *to, std::uint64_t to_ld, const char *from, std::uint64_t from_ld,
                  std::uint64_t row_bytes, std::uint64_t cols) {
    const std::uint64_t total = row_bytes * cols;
    const auto copy_range = [&](std::uint64_t begin, std::uint64_t end) {  // bytes of the packed sequence
        while (begin < end) {
            const std::uint64_t col = begin / row_bytes, row = begin % row_bytes;
            const std::uint64_t bytes = std::min(row_bytes - row, end - begin);
            std::memcpy(to + col * to_ld + row, from + col * from_ld + row, bytes);
            begin += bytes;
        }
    };
    if (total < worth_sharing) return copy_range(0, total);
    const auto parts = static_cast<std::uint64_t>(crew.size());
    crew.run(static_cast<int>(parts), [&](int i) {
        const auto at = static_cast<std::uint64_t>(i);
        copy_range(total * at / parts, total * (at + 1) / parts);
    });
}

Chunk Staging::create(std::uint64_t bytes) {
    Chunk chunk;
    cl_int code = CL_SUCCESS;
    chunk.buffer =
        api_.CreateBuffer(context_, CL_MEM_ALLOC_HOST_PTR | CL_MEM_READ_WRITE, bytes, nullptr, &code);
    if (code != CL_SUCCESS) return {};
    chunk.memory = static_cast<char *>(api_.EnqueueMapBuffer(
        map_queue_, chunk.buffer, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, bytes, 0, nullptr, nullptr, &code));
    if (code == CL_SUCCESS && chunk.memory) return chunk;
    api_.ReleaseMemObject(chunk.buffer);
    return {};
}

std::vector<Chunk> Staging::borrow() {
    std::vector<Chunk> chunks;
    const std::lock_guard lock(mutex_);
    while (static_cast<int>(chunks.size()) < chunks_per_transfer) {
        if (!idle_.empty()) {
            chunks.push_back(idle_.back());
            idle_.pop_back();
            continue;
        }
        const Chunk chunk = create(chunk_bytes);
        if (!chunk.memory) break;
        chunks.push_back(chunk);
    }
    if (chunks.empty()) throw Failure(LAI_OUT_OF_MEMORY, "the driver has no pinned memory for transfers");
    return chunks;
}

void Staging::give_back(std::vector<Chunk> &chunks) {
    const std::lock_guard lock(mutex_);
    for (Chunk &chunk : chunks) idle_.push_back(chunk);
    chunks.clear();
}

void *Staging::allocate(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    const Chunk chunk = create(bytes);
    if (chunk.memory) lent_out_.push_back(chunk);
    return chunk.memory;
}

bool Staging::free(void *pointer) {
    const std::lock_guard lock(mutex_);
    const auto at =
        std::find_if(lent_out_.begin(), lent_out_.end(), [&](const Chunk &c) { return c.memory == pointer; });
    if (at == lent_out_.end()) return false;
    api_.EnqueueUnmapMemObject(map_queue_, at->buffer, at->memory, 0, nullptr, nullptr);
    api_.Finish(map_queue_);
    api_.ReleaseMemObject(at->buffer);
    lent_out_.erase(at);
    return true;
}

}  // namespace lapack_ai::opencl

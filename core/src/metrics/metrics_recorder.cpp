#include "metrics/metrics_recorder.hpp"

#include <array>
#include <atomic>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>

#include "metrics/event_log.hpp"
#include "metrics/extension.hpp"

namespace lapack_ai::core {
namespace {

// The slots of one thread; they go back when it ends.
class ThreadSlots {
  public:
    ~ThreadSlots();
    ThreadSlot *find_or_acquire(const std::shared_ptr<EventLog> &log) noexcept;

  private:
    std::vector<std::pair<std::shared_ptr<EventLog>, ThreadSlot *>> held_;
};

// The slot used last, found without a call into ThreadSlots.
struct Shortcut {
    std::uint64_t identity = 0;
    ThreadSlot *slot = nullptr;
    bool ended = false;
};

// In static thread-local storage: three words, read by every call.
[[gnu::tls_model("initial-exec")]] constinit thread_local Shortcut shortcut{};
thread_local ThreadSlots thread_slots;

ThreadSlots::~ThreadSlots() {
    for (auto &[log, slot] : held_) {
        slot->in_flight().clear();
        log->release(slot);
    }
    shortcut = {0, nullptr, true};
}

ThreadSlot *ThreadSlots::find_or_acquire(const std::shared_ptr<EventLog> &log) noexcept try {
    for (auto &[known, slot] : held_)
        if (known == log) return slot;
    held_.reserve(held_.size() + 1);
    ThreadSlot *slot = log->acquire();
    if (slot != nullptr) held_.emplace_back(log, slot);
    return slot;
} catch (const std::bad_alloc &) {
    return nullptr;
}

// The slow way to a slot: the first call of a thread, or after it recorded to another recorder.
[[gnu::noinline]] ThreadSlot *attach(const std::shared_ptr<EventLog> &log) noexcept {
    if (shortcut.ended) return nullptr;  // this thread's destructors are running
    ThreadSlot *slot = thread_slots.find_or_acquire(log);
    if (slot != nullptr) shortcut = {log->identity(), slot, false};
    return slot;
}

inline ThreadSlot *slot_of(const std::shared_ptr<EventLog> &log) noexcept {
    return shortcut.identity == log->identity() ? shortcut.slot : attach(log);
}

}  // namespace

struct MetricsRecorder::Names {
    struct Cell {
        Figure figure;
        std::atomic<double> value{0};
    };
    static constexpr std::size_t max_variants = 65535, max_figures = 4096;

    mutable std::mutex mutex;
    std::deque<VariantName> variants;  // addresses stay
    std::deque<Cell> cells;
    std::array<std::atomic<Cell *>, max_figures> by_number{};
};

MetricsRecorder::MetricsRecorder() : log_(std::make_shared<EventLog>()), names_(std::make_unique<Names>()) {}
MetricsRecorder::~MetricsRecorder() = default;

void MetricsRecorder::call(const lai_event &event) noexcept {
    ThreadSlot *slot = slot_of(log_);
    ThreadSeries *series = slot != nullptr ? slot->series({event.op, event.variant, event.dtype}) : nullptr;
    if (series == nullptr) return call_without_slot(event);
    series->add(event);
    if (fits_record(event))
        slot->ring().push(pack(event));
    else
        log_->rare(event, slot->number());
}

void MetricsRecorder::call_without_slot(const lai_event &event) noexcept {
    log_->count(event);
    log_->rare(event, 0);
}

void MetricsRecorder::begin(const lai_event &event) noexcept {
    if (ThreadSlot *slot = slot_of(log_)) slot->in_flight().begin(event);
}

void MetricsRecorder::end(std::uint32_t depth) noexcept {
    if (ThreadSlot *slot = slot_of(log_)) slot->in_flight().end(depth);
}

void MetricsRecorder::event(const lai_event &event) noexcept {
    const ThreadSlot *slot = slot_of(log_);
    log_->rare(event, slot != nullptr ? slot->number() : 0);
}

std::uint32_t MetricsRecorder::variant(const char *plugin, const char *variant, const char *device) {
    const auto text = [](const char *s) { return std::string(s != nullptr ? s : ""); };
    const std::string p = text(plugin), v = text(variant), d = text(device);
    const std::lock_guard lock(names_->mutex);
    std::deque<VariantName> &known = names_->variants;
    for (std::size_t i = 0; i < known.size(); ++i)
        if (known[i].plugin == p && known[i].variant == v && known[i].device == d)
            return static_cast<std::uint32_t>(i + 1);
    // Beyond the limit the last one stands for all.
    if (known.size() < Names::max_variants) known.push_back({p, v, d, v.empty() ? p : p + '/' + v});
    return static_cast<std::uint32_t>(known.size());
}

std::uint32_t MetricsRecorder::metric(const char *plugin, std::uint32_t kind, const char *name,
                                      const char *help) {
    if (plugin == nullptr || name == nullptr || *name == '\0' || kind > 1) return 0;
    const std::lock_guard lock(names_->mutex);
    for (std::size_t i = 0; i < names_->cells.size(); ++i) {
        const Figure &known = names_->cells[i].figure;
        if (known.plugin == plugin && known.name == name)
            return known.kind == kind ? static_cast<std::uint32_t>(i + 1) : 0;
    }
    if (names_->cells.size() == Names::max_figures) return 0;
    Names::Cell &cell = names_->cells.emplace_back();
    cell.figure = {plugin, name, help != nullptr ? help : "", kind, 0};
    const auto number = static_cast<std::uint32_t>(names_->cells.size());
    names_->by_number[number - 1].store(&cell, std::memory_order_release);
    return number;
}

void MetricsRecorder::metric_add(std::uint32_t number, double value) noexcept {
    if (number == 0 || number > Names::max_figures) return;
    if (auto *cell = names_->by_number[number - 1].load(std::memory_order_acquire))
        cell->value.fetch_add(value, std::memory_order_relaxed);
}

void MetricsRecorder::metric_set(std::uint32_t number, double value) noexcept {
    if (number == 0 || number > Names::max_figures) return;
    if (auto *cell = names_->by_number[number - 1].load(std::memory_order_acquire))
        cell->value.store(value, std::memory_order_relaxed);
}

const void *MetricsRecorder::extension(const char *id) noexcept {
    return id != nullptr && std::strcmp(id, LAI_EXT_METRICS) == 0 ? metrics_extension() : nullptr;
}

void MetricsRecorder::collect() {
    log_->collect();
}
std::vector<lai_event> MetricsRecorder::events(std::uint64_t after, std::size_t capacity) {
    return log_->events(after, capacity);
}
std::vector<lai_event> MetricsRecorder::newest(std::size_t capacity) {
    return log_->newest(capacity);
}
MetricsSums MetricsRecorder::sums() {
    return log_->sums();
}
std::vector<lai_event> MetricsRecorder::in_flight() {
    return log_->in_flight();
}

void MetricsRecorder::device_utilisation(const std::string &device, double utilisation,
                                         std::uint64_t seen_ns) {
    const std::lock_guard lock(names_->mutex);
    for (std::size_t i = 0; i < names_->variants.size(); ++i)
        if (names_->variants[i].device == device)
            log_->device_utilisation(static_cast<std::uint32_t>(i + 1), utilisation, seen_ns);
}

const VariantName *MetricsRecorder::variant_name(std::uint32_t number) const {
    const std::lock_guard lock(names_->mutex);
    return number >= 1 && number <= names_->variants.size() ? &names_->variants[number - 1] : nullptr;
}

std::vector<Figure> MetricsRecorder::figures() const {
    const std::lock_guard lock(names_->mutex);
    std::vector<Figure> result;
    for (const Names::Cell &cell : names_->cells) {
        result.push_back(cell.figure);
        result.back().value = cell.value.load(std::memory_order_relaxed);
    }
    return result;
}

void MetricsRecorder::before_fork() {
    names_->mutex.lock();
    log_->lock();
}

void MetricsRecorder::after_fork(bool in_child) {
    if (in_child) log_->forget_other_threads(shortcut.identity == log_->identity() ? shortcut.slot : nullptr);
    log_->unlock();
    names_->mutex.unlock();
}

}  // namespace lapack_ai::core

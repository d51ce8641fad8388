#include "metrics/thread_slot.hpp"

#include <new>

namespace lapack_ai::core {

ThreadSeries *ThreadSlot::add_series(const SeriesKey &key) noexcept try {
    if ((owned_.size() + 1) * 2 > table_.size()) {
        std::vector<Entry> larger(table_.size() * 2);
        for (const Entry &old : table_) {
            if (old.series == nullptr) continue;
            std::size_t i = hash(old.key);
            while (larger[i & (larger.size() - 1)].series != nullptr) ++i;
            larger[i & (larger.size() - 1)] = old;
        }
        table_ = std::move(larger);
    }
    auto series = std::make_unique<ThreadSeries>(key);
    ThreadSeries *result = series.get();
    {
        const std::lock_guard lock(adding_);
        owned_.push_back(std::move(series));
    }
    std::size_t i = hash(key.packed());
    while (table_[i & (table_.size() - 1)].series != nullptr) ++i;
    table_[i & (table_.size() - 1)] = {key.packed(), result};
    return result;
} catch (const std::bad_alloc &) {
    return nullptr;
}

}  // namespace lapack_ai::core

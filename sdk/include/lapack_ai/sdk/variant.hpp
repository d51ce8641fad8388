// Variants as small classes. A variant class has
//     Cost query(const Call &call) const;              pure, any thread; may not touch operand data
//     void execute(const Call &call, lai_result &result);   any thread; or returning lai_status
// and is handed to Plugin::add. The functions below stand between it and the C contract: they keep exceptions
// inside and give each its status.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "lapack_ai/sdk/cost.hpp"
#include "lapack_ai/sdk/error.hpp"
#include "lapack_ai/sdk/host.hpp"

namespace lapack_ai::sdk {

// The static part of a variant. Strings must be static.
struct VariantInfo {
    const char *op = nullptr;  // LAI_OP_GEMM
    const char *name = "";     // unique within plugin and op
    std::uint64_t dtypes = LAI_DTYPES_SDCZ;
    std::uint32_t place = LAI_PLACE_CPU;
    std::uint64_t flags = 0;  // LAI_VARIANT_*
    lai_accuracy accuracy = LAI_ACCURACY_COMPONENTWISE;
    std::int32_t max_concurrency = 0;        // 0: no limit
    const char *device = nullptr;            // null: "cpu"
    std::vector<lai_dim_range> ranges = {};  // size fields are filled in
    std::vector<std::uint32_t> spaces = {};  // besides the host
    // Takes batches: call.batch_size() problems by strides or arrays of pointers. Without it whatever is no
    // single problem is declined before the variant sees it.
    bool batches = false;
};

namespace detail {

// `text` where it outlives the call: in the arena, or a static word when memory is out.
inline const char *keep_text(const Host &host, const lai_call &call, const char *text) noexcept {
    const std::size_t bytes = std::strlen(text) + 1;
    void *copy = host.raw()->arena_alloc(host.raw(), &call, bytes, 1);
    return copy ? static_cast<const char *>(std::memcpy(copy, text, bytes)) : "out of memory";
}

// Type-erased ownership of the slots.
struct SlotBase {
    lai_variant table{};
    virtual ~SlotBase() = default;
};

// One variant object with its table. `self` of the table points here.
template <typename Variant>
class Slot final : public SlotBase {
  public:
    template <typename... Args>
    Slot(Host host, VariantInfo info, Args &&...args)
        : variant_(std::forward<Args>(args)...), host_(host), info_(std::move(info)) {
        for (lai_dim_range &range : info_.ranges) range.size = sizeof range;
        table.size = sizeof table;
        table.place = info_.place;
        table.name = info_.name;
        table.op_id = info_.op;
        table.dtypes = info_.dtypes;
        table.flags = info_.flags;
        table.ranges = info_.ranges.data();
        table.range_count = static_cast<std::uint32_t>(info_.ranges.size());
        table.range_stride = sizeof(lai_dim_range);
        table.spaces = info_.spaces.empty() ? nullptr : info_.spaces.data();
        table.space_count = static_cast<std::uint32_t>(info_.spaces.size());
        table.accuracy = info_.accuracy;
        table.max_concurrency = info_.max_concurrency;
        table.device = info_.device;
        table.self = this;
        table.query = query;
        table.execute = execute;
    }
    Variant &variant() noexcept { return variant_; }

  private:
    static lai_status query(void *self, const lai_call *call, lai_cost *cost) noexcept {
        auto &slot = *static_cast<Slot *>(self);
        lai_cost answer{};
        lai_status status = LAI_DECLINED;
        try {
            slot.require_taken(*call);
            answer = std::as_const(slot.variant_).query(Call(*call)).raw();
            status = answer.reason == LAI_REASON_NONE ? LAI_OK : LAI_DECLINED;
        } catch (const Declined &declined) {
            answer.reason = declined.reason();
            answer.note = keep_text(slot.host_, *call, declined.what());
        } catch (const std::exception &error) {
            answer.reason = LAI_REASON_QUERY_FAILED;
            answer.note = keep_text(slot.host_, *call, error.what());
        } catch (...) {
            answer.reason = LAI_REASON_QUERY_FAILED;
        }
        copy_sized(*cost, answer);
        return status;
    }

    static lai_status execute(void *self, const lai_call *call, lai_result *result) noexcept {
        auto &slot = *static_cast<Slot *>(self);
        if (result->size >= sizeof(lai_result)) return slot.guarded(*call, *result);
        lai_result whole{};  // a host with a shorter struct gets the part it knows
        whole.size = sizeof whole;
        const lai_status status = slot.guarded(*call, whole);
        copy_sized(*result, whole);
        return status;
    }

    void require_taken(const lai_call &call) const {
        if (!info_.batches && !Call(call).is_single())
            throw Declined(LAI_REASON_SHAPE, "one problem at a time");
    }

    lai_status guarded(const lai_call &call, lai_result &result) noexcept {
        const bool may_dirty = info_.flags & LAI_VARIANT_MAY_DIRTY;
        try {
            require_taken(call);
            using Answer = decltype(variant_.execute(Call(call), result));
            if constexpr (std::is_void_v<Answer>) {
                variant_.execute(Call(call), result);
                return LAI_OK;
            } else {
                return variant_.execute(Call(call), result);
            }
        } catch (const Declined &declined) {
            result.detail = keep_text(host_, call, declined.what());
            return LAI_DECLINED;
        } catch (const Failure &failure) {
            result.detail = keep_text(host_, call, failure.what());
            return failure.status();
        } catch (const std::bad_alloc &) {
            result.detail = "out of host memory";
            return may_dirty ? LAI_FAULT_DIRTY : LAI_OUT_OF_MEMORY;
        } catch (const std::exception &error) {
            result.detail = keep_text(host_, call, error.what());
        } catch (...) {
            result.detail = "an exception of unknown type";
        }
        return may_dirty ? LAI_FAULT_DIRTY : LAI_FAULT_CLEAN;
    }

    // Fills what the other side has room for and leaves its size field alone.
    template <typename Struct>
    static void copy_sized(Struct &to, Struct &from) noexcept {
        from.size = to.size;
        std::memcpy(&to, &from, std::min<std::size_t>(to.size, sizeof from));
    }

    Variant variant_;
    Host host_;
    VariantInfo info_;
};

}  // namespace detail
}  // namespace lapack_ai::sdk

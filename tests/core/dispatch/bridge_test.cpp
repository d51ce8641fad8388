// Operands in a device's memory: used where they are by those that reach them, fetched for those that do not,
// and errors of their own when the device cannot be had.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/error.hpp"
#include "dispatch/spaces.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

using testing::HasSubstr;

// A device whose memory holds every byte inverted: nobody gets a right answer without its copies.
struct FakeDevice {
    std::vector<std::vector<unsigned char>> blocks;
    lai_memory memory{};
    lai_status download_status = LAI_OK, upload_status = LAI_OK;
    int downloads = 0, uploads = 0;

    FakeDevice() {
        memory.size = sizeof memory;
        memory.space = "fake:0";
        memory.self = this;
        // Only tests put anything here.
        memory.alloc = [](void *, std::uint64_t, void **) { return lai_status{LAI_OUT_OF_MEMORY}; };
        memory.release = [](void *, void *) {};
        memory.upload = [](void *self, void *data, std::uint64_t offset, std::uint64_t ld, const void *host,
                           std::uint64_t host_ld, std::uint64_t rows, std::uint64_t cols) {
            auto &me = *static_cast<FakeDevice *>(self);
            ++me.uploads;
            if (me.upload_status != LAI_OK) return me.upload_status;
            copy(static_cast<unsigned char *>(data) + offset, ld, static_cast<const unsigned char *>(host),
                 host_ld, rows, cols);
            return lai_status{LAI_OK};
        };
        memory.download = [](void *self, const void *data, std::uint64_t offset, std::uint64_t ld, void *host,
                             std::uint64_t host_ld, std::uint64_t rows, std::uint64_t cols) {
            auto &me = *static_cast<FakeDevice *>(self);
            ++me.downloads;
            if (me.download_status != LAI_OK) return me.download_status;
            copy(static_cast<unsigned char *>(host), host_ld,
                 static_cast<const unsigned char *>(data) + offset, ld, rows, cols);
            return lai_status{LAI_OK};
        };
    }
    static void copy(unsigned char *to, std::uint64_t to_ld, const unsigned char *from, std::uint64_t from_ld,
                     std::uint64_t rows, std::uint64_t cols) {
        for (std::uint64_t j = 0; j < cols; ++j)
            for (std::uint64_t i = 0; i < rows; ++i)
                to[j * to_ld + i] = static_cast<unsigned char>(~from[j * from_ld + i]);
    }
    // Moves an operand of a call here.
    void take(lai_operand &operand) {
        const auto *bytes = static_cast<const unsigned char *>(operand.data);
        blocks.emplace_back(static_cast<std::size_t>(operand.ld * operand.cols) * sizeof(double));
        for (std::size_t i = 0; i < blocks.back().size(); ++i)
            blocks.back()[i] = static_cast<unsigned char>(~bytes[i]);
        operand.data = blocks.back().data();
        operand.space = intern_space(memory.space);
    }
    // Brings it back to where it was.
    static void fetch(const lai_operand &operand, std::vector<double> &to) {
        const auto *bytes = static_cast<const unsigned char *>(operand.data);
        for (std::size_t i = 0; i < to.size() * sizeof(double); ++i)
            reinterpret_cast<unsigned char *>(to.data())[i] = static_cast<unsigned char>(~bytes[i]);
    }
};

class Bridge : public testing::Test {
  protected:
    Bridge() { device_plugin.memory = &device.memory; }
    FakeVariant &device_variant() {
        FakeVariant &v = device_plugin.add(1e-6);
        v.place = LAI_PLACE_OPENCL;
        v.device = "fake:0";
        v.spaces = {intern_space("fake:0")};
        v.behaviour = [](const lai_call *, lai_result *) { return LAI_DEVICE_LOST; };
        return v;
    }
    FakeDevice device;
    FakeWorld world;
    FakePlugin &device_plugin = world.add_plugin("device");
    FakePlugin &cpu = world.add_plugin("cpu");
};

TEST_F(Bridge, AHostBackendGetsCopiesAndItsResultIsWrittenBack) {
    for (const double beta : {0.0, 0.5}) {
        FakeVariant &host = cpu.variants.empty() ? cpu.add(1e-3) : *cpu.variants[0];
        host.behaviour = [](const lai_call *call, lai_result *) {
            for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(LAI_OPERAND(call, i)->space, 0u);
            plain_gemm(call);
            return LAI_OK;
        };
        GemmCall gemm(7, beta);
        const auto on_host = gemm.operands;
        for (lai_operand &operand : gemm.operands) device.take(operand);
        device.downloads = device.uploads = 0;
        const Outcome outcome = world.dispatcher().run(gemm.call, {});
        FakeDevice::fetch(gemm.operands[2], gemm.c);
        gemm.operands = on_host;
        EXPECT_LT(gemm.error(), 1e-12);
        EXPECT_EQ(device.downloads, beta == 0 ? 2 : 3);
        EXPECT_EQ(device.uploads, 1);
        EXPECT_EQ(outcome.result.bytes_to_device, 7u * 7u * 8u);
        EXPECT_STREQ(outcome.backend, "cpu");
    }
}

TEST_F(Bridge, TheCopiesAreInThePrice) {
    cpu.add(1e-3);
    GemmCall gemm(64);
    const double plain = world.dispatcher().explain(gemm.call, {}).candidates.at(0).predicted_seconds;
    for (lai_operand &operand : gemm.operands) device.take(operand);
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    EXPECT_GT(ranking.candidates.at(0).predicted_seconds, plain);
    EXPECT_GT(ranking.candidates.at(0).transfer_seconds, 0);
    EXPECT_EQ(device.downloads, 0);
}

TEST_F(Bridge, AfterADeviceFaultTheCpuStartsFromTheOriginals) {
    FakeVariant &broken = device_variant();
    cpu.add(1e-3);
    GemmCall gemm(5, 2);
    const auto on_host = gemm.operands;
    for (lai_operand &operand : gemm.operands) device.take(operand);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    FakeDevice::fetch(gemm.operands[2], gemm.c);
    gemm.operands = on_host;
    EXPECT_LT(gemm.error(), 1e-12);
    EXPECT_EQ(broken.executed, 1);
    EXPECT_STREQ(outcome.backend, "cpu");
    EXPECT_EQ(outcome.strategy, Strategy::cpu_fallback);
}

TEST_F(Bridge, BatchesAreFetchedItemByItem) {
    cpu.add(1e-3).op_id = LAI_OP_GEMM_BATCH;
    cpu.variants[0]->behaviour = [](const lai_call *call, lai_result *) {
        for (std::int64_t item = 0; item < call->batch; ++item) {
            lai_operand operands[3];
            for (std::uint32_t i = 0; i < 3; ++i) {
                operands[i] = *LAI_OPERAND(call, i);
                operands[i].data =
                    (operands[i].flags & LAI_OPERAND_POINTER_ARRAY) != 0
                        ? static_cast<void *const *>(operands[i].data)[item]
                        : static_cast<double *>(operands[i].data) + item * operands[i].batch_stride;
            }
            lai_call one = *call;
            one.operands = operands;
            plain_gemm(&one);
        }
        return LAI_OK;
    };
    constexpr std::int64_t items = 3, n = 4, gap = 5;
    for (const bool pointers : {false, true}) {
        GemmCall gemm(n);
        const auto on_host = gemm.operands;
        gemm.call.op = OpTable::instance().find(LAI_OP_GEMM_BATCH)->number;
        gemm.call.batch = items;
        std::vector<std::vector<double>> storage;
        std::vector<std::vector<void *>> tables(3);
        for (std::size_t i = 0; i < 3; ++i) {
            const std::vector<double> &matrix = i == 0 ? gemm.a : i == 1 ? gemm.b : gemm.c;
            storage.emplace_back();
            for (std::int64_t item = 0; item < items; ++item) {
                storage.back().insert(storage.back().end(), matrix.begin(), matrix.end());
                storage.back().resize(storage.back().size() + gap);
            }
            lai_operand &operand = gemm.operands[i];
            operand.data = storage.back().data();
            operand.batch_stride = n * n + gap;
            device.blocks.emplace_back(storage.back().size() * sizeof(double));
            for (std::size_t byte = 0; byte < device.blocks.back().size(); ++byte)
                device.blocks.back()[byte] = static_cast<unsigned char>(
                    ~reinterpret_cast<const unsigned char *>(storage.back().data())[byte]);
            operand.data = device.blocks.back().data();
            operand.space = intern_space("fake:0");
            if (!pointers) continue;
            for (std::int64_t item = 0; item < items; ++item)
                tables[i].push_back(static_cast<double *>(operand.data) + item * (n * n + gap));
            operand.data = tables[i].data();
            operand.flags |= LAI_OPERAND_POINTER_ARRAY;
        }
        const auto *c_items = reinterpret_cast<const double *>(device.blocks.back().data());
        EXPECT_EQ(world.dispatcher().run(gemm.call, {}).status, LAI_OK);
        lai_operand item = gemm.operands[2];
        gemm.operands = on_host;
        for (std::int64_t i = 0; i < items; ++i) {
            item.data = const_cast<double *>(c_items + i * (n * n + gap));
            FakeDevice::fetch(item, gemm.c);
            EXPECT_LT(gemm.error(), 1e-12) << "item " << i << " pointers " << pointers;
        }
    }
}

TEST_F(Bridge, ADeviceThatCannotBeReadIsAnErrorAndTheCpuIsNotBlamed) {
    FakeVariant &host = cpu.add(1e-3);
    device.download_status = LAI_DEVICE_LOST;
    GemmCall gemm(4);
    for (lai_operand &operand : gemm.operands) device.take(operand);
    for (int i = 0; i < 10; ++i) {
        try {
            world.dispatcher().run(gemm.call, {});
            FAIL() << "no error";
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), ErrorKind::backend_failed);
            EXPECT_THAT(error.what(), HasSubstr("its operands cannot be read from the device"));
        }
    }
    EXPECT_EQ(host.executed, 0);
    for (const BreakerStatus &breaker : world.context().breakers()) EXPECT_EQ(breaker.state, "CLOSED");
}

TEST_F(Bridge, AResultThatCannotBeWrittenBackIsAnError) {
    cpu.add(1e-3);
    device.upload_status = LAI_DEVICE_LOST;
    GemmCall gemm(4);
    for (lai_operand &operand : gemm.operands) device.take(operand);
    EXPECT_THROW(world.dispatcher().run(gemm.call, {}), Error);
    for (const BreakerStatus &breaker : world.context().breakers()) EXPECT_EQ(breaker.state, "CLOSED");
}

TEST_F(Bridge, WithoutAMemoryRoleTheSpaceIsOutOfReach) {
    device_plugin.memory = nullptr;
    cpu.add(1e-3);
    GemmCall gemm(4);
    for (lai_operand &operand : gemm.operands) device.take(operand);
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    EXPECT_EQ(ranking.candidates.at(0).reason, LAI_REASON_SPACE);
}

// ---- a GPU that was asked for by name ----

ErrorKind kind_of_failure(FakeWorld &world, const CallOptions &options) {
    GemmCall gemm(4);
    try {
        world.dispatcher().run(gemm.call, options);
    } catch (const Error &error) {
        return error.kind();
    }
    return ErrorKind::internal;
}

TEST_F(Bridge, AForcedGpuWithoutADeviceIsAnErrorOfItsOwn) {
    device_plugin.unavailable = "no OpenCL driver is installed";
    device_plugin.needs_device = "opencl";
    cpu.add(1e-3);
    CallOptions options;
    options.backend = "device";
    EXPECT_EQ(kind_of_failure(world, options), ErrorKind::gpu_unavailable);
    try {
        world.context().memory("");
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::gpu_unavailable);
    }
}

TEST_F(Bridge, AForcedGpuBehindAnOpenBreakerIsAnErrorOfItsOwn) {
    device_variant();
    cpu.add(1e-3);
    CallOptions options;
    options.backend = "device";
    EXPECT_EQ(kind_of_failure(world, options), ErrorKind::backend_failed);   // it ran and was lost
    EXPECT_EQ(kind_of_failure(world, options), ErrorKind::gpu_unavailable);  // its breaker is open now
    world.settings.gpu.enabled = false;
    world.context().reload();
    EXPECT_EQ(kind_of_failure(world, options), ErrorKind::gpu_unavailable);
}

}  // namespace
}  // namespace lapack_ai::core::test

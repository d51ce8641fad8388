// A record keeps a call through packing, and says when it cannot.
#include "metrics/record.hpp"

#include <gtest/gtest.h>

namespace lapack_ai::core {
namespace {

lai_event sample() {
    lai_event event{};
    event.size = sizeof event;
    event.end_ns = 123456789012345;
    event.op = 19;
    event.dtype = LAI_DTYPE_C64;
    event.dims[0] = 4000000000;
    event.dims[1] = 7;
    event.dims[2] = 0;
    event.dims[3] = 5;
    event.batch = 1024;
    event.variant = 65535;
    event.predicted_seconds = 0.25;
    event.actual_seconds = 0.5;
    event.transfer_seconds = 0.125;
    event.bytes_to_device = 1u << 30;
    event.bytes_from_device = 4096;
    event.device_peak_bytes = UINT64_C(1) << 33;
    event.info = -7;
    event.strategy = 2;
    event.depth = 3;
    event.flops = 1e9;
    return event;
}

TEST(Record, KeepsACall) {
    const lai_event in = sample(), out = unpack(pack(in));
    EXPECT_EQ(out.end_ns, in.end_ns);
    EXPECT_EQ(out.op, in.op);
    EXPECT_EQ(out.dtype, in.dtype);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(out.dims[i], in.dims[i]);
    EXPECT_EQ(out.batch, in.batch);
    EXPECT_EQ(out.variant, in.variant);
    EXPECT_EQ(out.predicted_seconds, in.predicted_seconds);
    EXPECT_EQ(out.actual_seconds, in.actual_seconds);
    EXPECT_EQ(out.transfer_seconds, in.transfer_seconds);
    EXPECT_EQ(out.bytes_to_device, in.bytes_to_device);
    EXPECT_EQ(out.bytes_from_device, in.bytes_from_device);
    EXPECT_EQ(out.device_peak_bytes, in.device_peak_bytes);
    EXPECT_EQ(out.info, in.info);
    EXPECT_EQ(out.strategy, in.strategy);
    EXPECT_EQ(out.depth, in.depth);
    EXPECT_EQ(out.flops, in.flops);
    EXPECT_EQ(sizeof(Record), 64u);
}

TEST(Record, SaturatesWhatDoesNotFit) {
    lai_event event = sample();
    event.dims[0] = INT64_C(1) << 40;
    event.info = INT64_C(1) << 40;
    event.depth = 4;
    const lai_event out = unpack(pack(event));
    EXPECT_EQ(out.dims[0], INT64_C(0xffffffff));
    EXPECT_EQ(out.info, 0x7fffff);
    EXPECT_EQ(out.depth, 3u);
}

TEST(Record, FailuresAndFallbacksDoNotFit) {
    lai_event event = sample();
    EXPECT_TRUE(fits_record(event));
    event.fallbacks = 1;
    EXPECT_FALSE(fits_record(event));
    event.fallbacks = 0;
    event.status = LAI_DEVICE_LOST;
    EXPECT_FALSE(fits_record(event));
}

}  // namespace
}  // namespace lapack_ai::core

// The tunables of matrix multiplication, read by the launcher; kernels take them as macros of the same names.
//
//   TM, TN   rows and columns of C that one work-group computes
//   TK       depth of a local tile (gemm_tensor: always 8)
//   RM, RN   rows and columns of C that one item keeps in registers; multiples of 16 bytes
//   WM, WN   rows and columns of C that one warp keeps (gemm_tensor); multiples of 16 and 8
//   SA, SB   local buffers for tiles of A and B (gemm_tensor); SA is SB or SB + 1
//   SIDE     largest m and n of a small product; DEPTH its step in k; MATRICES products in a work-group
//
// Limits: a work-group has at most 1024 items, local tiles at most 48 KiB less the driver's 16 bytes
// (tests/plugins/opencl_runtime checks both for every entry). What was measured is in docs/kernels.md.
#pragma once

// Of several entries with the same size and place the first is used unless `lapack-ai calibrate` finds
// another faster on this device (src/gemm_tuning.hpp).
//
// gemm_tiled by element size in bytes: X(element bytes, place, TM, TN, TK, RM, RN, steps of k unrolled),
// place being 2 for products that fill the device, 1 for smaller ones, 0 for processors, whose compilers are
// slow
#define LAI_GEMM_TILED(X)          \
    X(4, 2, 128, 256, 8, 8, 16, 4) \
    X(4, 2, 128, 128, 8, 8, 8, 8)  \
    X(4, 2, 128, 128, 16, 8, 8, 4) \
    X(4, 2, 256, 128, 8, 16, 8, 4) \
    X(4, 1, 64, 64, 16, 4, 4, 4)   \
    X(4, 0, 32, 32, 16, 4, 4, 1)   \
    X(8, 2, 128, 64, 8, 8, 8, 4)   \
    X(8, 2, 128, 128, 8, 8, 8, 8)  \
    X(8, 2, 128, 64, 4, 8, 8, 4)   \
    X(8, 2, 64, 64, 16, 8, 8, 4)   \
    X(8, 2, 128, 64, 8, 8, 4, 8)   \
    X(8, 1, 64, 64, 8, 8, 4, 4)    \
    X(8, 0, 32, 32, 16, 2, 2, 1)   \
    X(16, 2, 64, 32, 8, 4, 2, 8)   \
    X(16, 2, 64, 64, 4, 4, 4, 4)   \
    X(16, 2, 32, 32, 8, 2, 2, 8)   \
    X(16, 1, 32, 32, 8, 2, 2, 8)   \
    X(16, 0, 32, 32, 8, 2, 2, 1)

// gemm_tensor: X(TM, TN, WM, WN, SA, SB, work-groups a compute unit holds, relative speed full, and alone)
#define LAI_GEMM_TENSOR(X)                  \
    X(128, 64, 64, 32, 3, 3, 2, 1.00, 0.74) \
    X(128, 64, 32, 32, 3, 3, 1, 0.86, 0.86)

// gemm_half: X(TM, TN, TK, WM, WN, STAGES); TK 16 or 32, WM and WN multiples of 16; the last one is for
// products that would leave units idle
#define LAI_GEMM_HALF(X)       \
    X(128, 128, 32, 64, 32, 2) \
    X(256, 128, 16, 64, 64, 3) \
    X(128, 128, 16, 64, 32, 5) \
    X(64, 64, 32, 32, 32, 4)

// gemm_tensor_batched: X(SIDE, warps a work-group, steps of k unrolled)
#define LAI_GEMM_TENSOR_BATCHED(X) \
    X(32, 4, 2)                    \
    X(32, 4, 1)                    \
    X(32, 4, 4)                    \
    X(32, 2, 2)                    \
    X(32, 8, 2)                    \
    X(32, 1, 4)                    \
    X(16, 8, 4)                    \
    X(16, 4, 2)

// gemm_batched: X(SIDE, DEPTH, RM, RN, MATRICES)
#define LAI_GEMM_BATCHED(X) \
    X(4, 4, 1, 1, 8)        \
    X(8, 8, 2, 1, 4)        \
    X(16, 16, 2, 2, 2)      \
    X(32, 16, 4, 2, 1)      \
    X(64, 16, 4, 4, 1)

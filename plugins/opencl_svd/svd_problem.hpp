// One gesvd call seen from the device: which factors are wanted, in which orientation, and how operands get
// there and back.
//
// All algorithms work on a p x q matrix with p >= q: a wide matrix is decomposed through its transpose, whose
// long vectors are the right ones. "Long" names the vectors of p elements, "short" those of q.
#pragma once

#include <cstdint>
#include <vector>

#include "lapack_ai/opencl_runtime/operation.hpp"
#include "lapack_ai/sdk/call.hpp"

namespace lapack_ai::opencl_svd {

struct SvdProblem {
    // Throws sdk::Declined for shapes and strides that this plugin does not take.
    explicit SvdProblem(const sdk::Call &call);

    std::int64_t m, n, batch;
    char jobu, jobvt;
    bool transposed;            // m < n
    std::int64_t p, q;          // max and min of m, n
    std::int64_t long_columns;  // 0 (not wanted), q or p
    bool want_short;
    std::uint32_t element;  // bytes
    bool empty() const { return q == 0 || batch == 0; }
    bool vectors() const { return long_columns > 0 || want_short; }
    // Columns of U and rows of VT; 0 where not wanted.
    std::int64_t u_columns() const { return transposed ? (want_short ? q : 0) : long_columns; }
    std::int64_t vt_rows() const { return transposed ? long_columns : (want_short ? q : 0); }
};

// One item of a batch as a call of its own: the same arguments, operands that point at the item.
class ItemCall {
  public:
    ItemCall(const sdk::Call &batch, std::int64_t b, std::uint32_t element);
    ItemCall(const ItemCall &) = delete;
    ItemCall &operator=(const ItemCall &) = delete;
    const sdk::Call &call() const { return call_; }

  private:
    lai_call raw_;
    sdk::Call call_;
    lai_operand operands_[4];
};

// The results on the device, packed column-major, one matrix behind the other.
struct DeviceResults {
    void *s = nullptr, *u = nullptr, *vt = nullptr;
};

// A as it is on the device: the operand itself, or a packed temporary copy of a host operand.
struct DeviceMatrix {
    void *data = nullptr;
    std::int64_t ld = 0, stride = 0;
};

DeviceMatrix bring_a(opencl::Operation &op, const sdk::Call &call, const SvdProblem &problem);
// Temporaries for what is wanted.
DeviceResults make_results(opencl::Operation &op, const SvdProblem &problem);
// Hands the results out, S first, vectors for job letter O last: until every copy from the device is done, A
// is as the caller gave it.
void deliver(opencl::Operation &op, const sdk::Call &call, const SvdProblem &problem,
             const DeviceResults &results);
// U and VT of an empty matrix for letter A: the identity. Operands on the host or the device.
void deliver_empty(const sdk::Call &call, const SvdProblem &problem);

}  // namespace lapack_ai::opencl_svd

// The tree, level by level: coupling rows down, deflation here, small matrices and products there.
#include "iteration.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <string>

#include "deflation.hpp"
#include "kernel_table.hpp"
#include "lapack_leaf.hpp"
#include "svd_kernels.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::address, opencl::local_memory, opencl::Operation, opencl::value;

constexpr int merge_ints = 8;  // as in svd_iteration.cl
constexpr std::int64_t side = leaf_rows + 1;

lai_ocl_kernel *iteration_kernel(const char *name) {
    return kernel(kernels::svd_iteration, "", name);
}

std::size_t groups_of(std::int64_t count, std::size_t items) {
    return (static_cast<std::size_t>(count) + items - 1) / items * items;
}

// A vector of the host on the device.
template <typename T>
T *send(Operation &op, const std::vector<T> &from) {
    const std::uint64_t bytes = std::max<std::size_t>(from.size(), 1) * sizeof(T);
    T *const to = op.temporary<T>(bytes);
    if (!from.empty()) op.upload(to, bytes, from.data(), bytes, bytes, 1);
    return to;
}

template <typename T>
void fetch(Operation &op, std::vector<T> &to, const T *from) {
    const std::uint64_t bytes = to.size() * sizeof(T);
    op.download(to.data(), bytes, from, bytes, bytes, 1);
}

// The power of two that brings the largest element into [1, 2).
int exponent_of(const std::vector<double> &d, const std::vector<double> &e) {
    double largest = 0;
    for (const auto *list : {&d, &e})
        for (const double x : *list) {
            if (!std::isfinite(x))
                throw sdk::Failure(LAI_FAULT_CLEAN, "gesvd on the device: the reduction overflowed");
            largest = std::max(largest, std::abs(x));
        }
    return largest > 0 ? std::ilogb(largest) : 0;
}

class DivideAndConquer {
  public:
    DivideAndConquer(Operation &op, const std::vector<double> &d, const std::vector<double> &e)
        : op_(op),
          d_(d),
          e_(e),
          n_(static_cast<std::int32_t>(d.size())),
          ld_(n_ + n_ % 2),
          current_(d.size()) {
        const std::uint64_t square =
            static_cast<std::uint64_t>(ld_) * static_cast<std::uint64_t>(n_) * sizeof(double);
        u_ = op.temporary<double>(square), v_ = op.temporary<double>(square);
        op.zero(u_, square), op.zero(v_, square);
        if (n_ > leaf_rows) {
            old_u_ = op.temporary<double>(square), old_v_ = op.temporary<double>(square);
            small_ = op.temporary<double>(square);
        }
        const std::uint64_t line = static_cast<std::uint64_t>(n_) * sizeof(double);
        coupling_ = op.temporary<double>(line), sigma_ = op.temporary<double>(line);
        etas_ = op.temporary<double>(line), weights_ = op.temporary<double>(line);
        shifts_ = op.temporary<std::int32_t>(line);
        op.zero(sigma_, line);
    }

    void leaves(const std::vector<Node> &nodes, sdk::Host host, const sdk::Call &call) {
        std::vector<const Node *> list;
        for (const Node &node : nodes)
            if (node.leaf) list.push_back(&node);
        std::vector<double> packed(list.size() * 2 * side * side);
        std::vector<std::int32_t> table;
        for (const Node *leaf : list) table.insert(table.end(), {leaf->row0, leaf->n, leaf->sqre});
        std::atomic<bool> converged{true};
        const lai_status status = host.parallel_for(
            call, static_cast<std::int64_t>(list.size()), [&](std::int64_t item, std::int32_t) {
                const Node &leaf = *list[static_cast<std::size_t>(item)];
                double *const to = packed.data() + item * 2 * side * side;
                if (!decompose_leaf(leaf.n, leaf.sqre, d_.data() + leaf.row0, e_.data() + leaf.row0,
                                    current_.data() + leaf.row0, to, to + side * side, side))
                    converged = false;
            });
        if (status != LAI_OK) throw sdk::Failure(status, "gesvd on the device: the leaves' threads failed");
        if (!converged) throw sdk::Failure(LAI_FAULT_CLEAN, "gesvd on the device: a leaf did not converge");
        const double *const vectors = send(op_, packed);
        const std::int32_t *const where = send(op_, table);
        const auto side32 = static_cast<std::int32_t>(side);
        op_.launch(iteration_kernel("plant_leaves"), {list.size() * 64}, {64},
                   {value(n_), value(side32), address(where, 4), address(vectors, 8), address(u_, 8),
                    value(ld_), address(v_, 8), value(ld_)});
    }

    // All merges of one depth.
    void level(const std::vector<const Node *> &nodes) {
        std::vector<std::int32_t> table(nodes.size() * merge_ints);
        std::int32_t widest = 0;
        for (std::size_t t = 0; t < nodes.size(); ++t) {
            std::int32_t *row = table.data() + t * merge_ints;
            row[0] = nodes[t]->row0, row[1] = nodes[t]->nl, row[2] = nodes[t]->nr, row[3] = nodes[t]->sqre;
            widest = std::max(widest, nodes[t]->n + nodes[t]->sqre);
        }
        const std::size_t count = nodes.size();
        op_.launch(iteration_kernel("coupling_rows"), {groups_of(widest, 64), count}, {64, 1},
                   {address(send(op_, table), 4), address(v_, 8), value(ld_), address(coupling_, 8)});
        std::vector<double> coupling(d_.size()), sigma(d_.size());
        fetch(op_, coupling, coupling_);
        fetch(op_, sigma, sigma_);
        for (std::size_t c = 0; c < sigma.size(); ++c)
            if (pending_[c]) current_[c] = sigma[c];

        std::vector<Merge> merges;
        std::vector<double> numbers(2 * d_.size());               // poles, z; then angles
        std::vector<std::int32_t> indices(2 * d_.size()), pairs;  // source, place
        std::vector<double> angles;
        std::int32_t most_poles = 0, most_rotations = 0;
        for (std::size_t t = 0; t < count; ++t) {
            const Node &node = *nodes[t];
            const std::int32_t cut = node.row0 + node.nl;
            merges.push_back(deflate(node, d_[static_cast<std::size_t>(cut)],
                                     e_[static_cast<std::size_t>(cut)], current_.data(), coupling.data()));
            const Merge &merge = merges.back();
            std::int32_t *row = table.data() + t * merge_ints;
            row[4] = merge.k, row[5] = static_cast<std::int32_t>(merge.rotations.size());
            row[6] = static_cast<std::int32_t>(angles.size() / 2);
            for (const Rotation &r : merge.rotations) {
                pairs.insert(pairs.end(), {r.p, r.q, r.on_u});
                angles.insert(angles.end(), {r.c, r.s});
            }
            std::copy(merge.poles.begin(), merge.poles.end(), numbers.begin() + node.row0);
            std::copy(merge.z.begin(), merge.z.end(), numbers.begin() + n_ + node.row0);
            std::copy(merge.source.begin(), merge.source.end(), indices.begin() + node.row0);
            std::copy(merge.place.begin(), merge.place.end(), indices.begin() + n_ + node.row0);
            std::copy(merge.deflated.begin(), merge.deflated.end(), current_.begin() + node.row0 + merge.k);
            for (std::int32_t c = 0; c < node.n; ++c)
                pending_[static_cast<std::size_t>(node.row0 + c)] = c < merge.k;
            most_poles = std::max(most_poles, merge.k);
            most_rotations = std::max(most_rotations, row[5]);
        }
        const std::int32_t *const where = send(op_, table), *const index = send(op_, indices);
        const double *const poles = send(op_, numbers);
        if (most_rotations > 0)
            op_.launch(iteration_kernel("rotate_columns"), {groups_of(widest, 64), count}, {64, 1},
                       {address(where, 4), address(send(op_, pairs), 4), address(send(op_, angles), 8),
                        address(u_, 8), value(ld_), address(v_, 8), value(ld_)});
        move(where, index, false, 0, u_, old_u_, widest, count);
        move(where, index, false, 1, v_, old_v_, widest, count);
        const std::size_t roots = groups_of(most_poles, 32);
        op_.launch(iteration_kernel("secular_roots"), {roots, count}, {32, 1},
                   {address(where, 4), address(poles, 8), address(poles + n_, 8), address(shifts_, 4),
                    address(etas_, 8), address(sigma_, 8)});
        op_.launch(iteration_kernel("secular_weights"), {roots, count}, {32, 1},
                   {address(where, 4), address(poles, 8), address(poles + n_, 8), address(shifts_, 4),
                    address(etas_, 8), address(weights_, 8)});
        for (const std::int32_t left : {1, 0}) {
            constexpr std::size_t items = 64;
            op_.launch(iteration_kernel("secular_vectors"),
                       {static_cast<std::size_t>(most_poles) * items, count}, {items, 1},
                       {address(where, 4), value(left), address(poles, 8), address(weights_, 8),
                        address(shifts_, 4), address(etas_, 8), address(index + n_, 4), address(small_, 8),
                        value(ld_), local_memory(items * sizeof(double))});
            for (std::size_t t = 0; t < count; ++t) multiply(*nodes[t], merges[t], left != 0);
        }
        move(where, index, true, 0, old_u_, u_, widest, count);
        move(where, index, true, 1, old_v_, v_, widest, count);
    }

    // `empty`: the matrix is zero, and what the poles were kept apart by is not a value of it.
    BidiagonalVectors finish(int exponent, bool empty) {
        std::vector<double> sigma(d_.size());
        fetch(op_, sigma, sigma_);
        for (std::size_t c = 0; c < sigma.size(); ++c)
            if (pending_[c]) current_[c] = sigma[c];
        BidiagonalVectors result{u_, v_, ld_, {}, std::vector<std::int32_t>(d_.size())};
        std::iota(result.order.begin(), result.order.end(), 0);
        std::stable_sort(result.order.begin(), result.order.end(), [&](std::int32_t a, std::int32_t b) {
            return current_[static_cast<std::size_t>(a)] > current_[static_cast<std::size_t>(b)];
        });
        for (const std::int32_t c : result.order)
            result.values.push_back(empty ? 0.0
                                          : std::ldexp(current_[static_cast<std::size_t>(c)], exponent));
        return result;
    }

  private:
    void move(const std::int32_t *where, const std::int32_t *source, bool back, std::int32_t extra,
              const double *from, double *to, std::int32_t widest, std::size_t count) {
        const std::int32_t identity = back;
        op_.launch(iteration_kernel("gather_columns"),
                   {groups_of(widest, 64), static_cast<std::size_t>(widest), count}, {64, 1, 1},
                   {address(where, 4), address(source, 4), value(identity), value(extra), address(from, 8),
                    value(ld_), address(to, 8), value(ld_)});
    }

    // The new columns of U (left) or V: the gathered ones times the small matrix, by the rows of either
    // child.
    void multiply(const Node &node, const Merge &merge, bool left) {
        double *const to = left ? u_ : v_;
        const double *const from = left ? old_u_ : old_v_;
        const std::int64_t corner = node.row0 + node.row0 * ld_, cut = node.nl + 1;
        lai_ocl_gemm_call g{};
        g.size = sizeof g;
        g.dtype = LAI_DTYPE_F64;
        g.trans_a = g.trans_b = 'N';
        g.n = merge.k, g.count = 1;
        g.alpha.re = 1;
        g.lda = g.ldb = g.ldc = ld_;
        g.m = cut, g.k = merge.top;
        g.a = from + corner, g.b = small_ + corner, g.c = to + corner;
        op_.gemm(g);
        g.m = node.nr + (left ? 0 : node.sqre), g.k = merge.k - merge.bottom;
        g.a = from + corner + cut + merge.bottom * ld_, g.b = small_ + corner + merge.bottom;
        g.c = to + corner + cut;
        op_.gemm(g);
    }

    Operation &op_;
    const std::vector<double> &d_, &e_;
    std::int32_t n_;
    std::int64_t ld_;
    std::vector<double> current_;                                        // values by column
    std::vector<char> pending_ = std::vector<char>(current_.size(), 0);  // which the device knows better
    double *u_, *v_, *old_u_ = nullptr, *old_v_ = nullptr, *small_ = nullptr;
    double *coupling_, *sigma_, *etas_, *weights_;
    std::int32_t *shifts_;
};

}  // namespace

BidiagonalVectors divide_and_conquer(Operation &op, sdk::Host host, const sdk::Call &call,
                                     std::vector<double> d, std::vector<double> e) {
    const int exponent = exponent_of(d, e);
    for (auto *list : {&d, &e})
        for (double &x : *list) x = std::ldexp(x, -exponent);
    e.resize(d.size());  // so that the last leaf has an address
    const std::vector<Node> nodes = divide(static_cast<std::int32_t>(d.size()));
    DivideAndConquer tree(op, d, e);
    tree.leaves(nodes, host, call);
    std::int32_t deepest = 0;
    for (const Node &node : nodes) deepest = std::max(deepest, node.depth);
    for (std::int32_t depth = deepest; depth >= 0; --depth) {
        std::vector<const Node *> merges;
        for (const Node &node : nodes)
            if (!node.leaf && node.depth == depth) merges.push_back(&node);
        if (!merges.empty()) tree.level(merges);
    }
    const auto nonzero = [](double x) { return x != 0; };
    return tree.finish(
        exponent, std::none_of(d.begin(), d.end(), nonzero) && std::none_of(e.begin(), e.end(), nonzero));
}

std::vector<double> bisect(Operation &op, const std::vector<double> &d, const std::vector<double> &e) {
    const int exponent = exponent_of(d, e);
    const auto n = static_cast<std::int32_t>(d.size());
    std::vector<double> scaled;
    double most_d = 0, most_e = 0;
    for (const double x : d)
        scaled.push_back(std::ldexp(x, -exponent)), most_d = std::max(most_d, std::abs(scaled.back()));
    for (const double x : e)
        scaled.push_back(std::ldexp(x, -exponent)), most_e = std::max(most_e, std::abs(scaled.back()));
    const double bound = (most_d + most_e) * (1 + 1e-12);
    const double *const matrix = send(op, scaled);
    std::vector<double> values(d.size());
    double *const found = op.temporary<double>(values.size() * sizeof(double));
    op.launch(iteration_kernel("bisect_values"), {groups_of(n, 32)}, {32},
              {value(n), value(bound), address(matrix, 8), address(n > 1 ? matrix + n : matrix, 8),
               address(found, 8)});
    fetch(op, values, found);
    for (double &x : values) x = std::ldexp(x, exponent);
    return values;
}

std::uint64_t iteration_workspace(std::int64_t n) {
    const std::uint64_t square =
        static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(n + 1) * sizeof(double);
    return (n > leaf_rows ? 5 : 2) * square + static_cast<std::uint64_t>(n) * 64 * sizeof(double) +
           (std::uint64_t{1} << 16);
}

}  // namespace lapack_ai::opencl_svd

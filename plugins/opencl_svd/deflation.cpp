// Dividing the matrix, and deflating a merge.
#include "deflation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lapack_ai::opencl_svd {
namespace {

// A few units in the last place of the norm, which is about 1: dropping this much leaves every value and the
// orthogonality of the vectors as good as rounding does. One threshold for the whole matrix, so blocks that
// are tiny against it deflate at once instead of squaring to nothing.
constexpr double tolerance = 8 * std::numeric_limits<double>::epsilon();

void divide(std::int32_t row0, std::int32_t n, std::int32_t sqre, std::int32_t depth,
            std::vector<Node> &nodes) {
    if (n <= leaf_rows) {
        nodes.push_back({row0, n, sqre, 0, 0, depth, true});
        return;
    }
    const std::int32_t nl = (n / 2 - 1) | 1, nr = n - nl - 1;
    divide(row0, nl, 1, depth + 1, nodes);
    divide(row0 + nl + 1, nr, sqre, depth + 1, nodes);
    nodes.push_back({row0, n, sqre, nl, nr, depth, false});
}

// Where a column of U or V has elements.
enum class Reach : std::uint8_t { left, both, right };

}  // namespace

std::vector<Node> divide(std::int32_t n) {
    std::vector<Node> nodes;
    divide(0, n, 0, 0, nodes);
    return nodes;
}

Merge deflate(const Node &node, double alpha, double beta, const double *d, const double *coupling) {
    Merge merge;
    const std::int32_t middle = node.row0 + node.nl, end = node.row0 + node.n;
    const auto local = [&](std::int32_t column) { return static_cast<std::size_t>(column - node.row0); };
    const auto n = static_cast<std::size_t>(node.n);
    std::vector<double> z(n);
    std::vector<Reach> reach(n);
    std::vector<std::int32_t> order;
    for (std::int32_t c = node.row0; c < end; ++c) {
        z[local(c)] = (c <= middle ? alpha : beta) * coupling[c];
        reach[local(c)] = c <= middle ? Reach::left : Reach::right;
        if (c != middle) order.push_back(c);
    }
    // The two null vectors become one with all of z, and one without, which stays the null vector.
    double first = z[local(middle)];
    if (node.sqre == 1) {
        const double other = beta * coupling[end], length = std::hypot(first, other);
        if (length > tolerance) {
            merge.rotations.push_back({middle, end, false, first / length, other / length});
            first = length;
        }
    }
    z[local(middle)] = std::abs(first) > tolerance ? first : tolerance;
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) { return d[a] < d[b]; });

    std::vector<std::int32_t> kept = {middle}, dropped;
    std::int32_t last = -1;  // candidate whose neighbour is not seen yet
    for (const std::int32_t c : order) {
        if (std::abs(z[local(c)]) <= tolerance) {
            dropped.push_back(c);
            continue;
        }
        if (last >= 0 && d[c] - d[last] <= tolerance) {
            const double length = std::hypot(z[local(c)], z[local(last)]);
            merge.rotations.push_back({last, c, true, z[local(c)] / length, -z[local(last)] / length});
            z[local(c)] = length;
            if (reach[local(c)] != reach[local(last)]) reach[local(c)] = Reach::both;
            dropped.push_back(last);
        } else if (last >= 0) {
            kept.push_back(last);
        }
        last = c;
    }
    if (last >= 0) kept.push_back(last);

    // New columns: those of the left rows alone, the middle one, those of both, those of the right rows
    // alone.
    merge.k = static_cast<std::int32_t>(kept.size());
    merge.place.resize(kept.size());
    const auto collect = [&](auto wanted) {
        for (std::size_t j = 0; j < kept.size(); ++j)
            if (wanted(j)) {
                merge.place[j] = static_cast<std::int32_t>(merge.source.size());
                merge.source.push_back(kept[j]);
            }
    };
    collect([&](std::size_t j) { return j > 0 && reach[local(kept[j])] == Reach::left; });
    merge.bottom = static_cast<std::int32_t>(merge.source.size());
    collect([](std::size_t j) { return j == 0; });
    collect([&](std::size_t j) { return j > 0 && reach[local(kept[j])] == Reach::both; });
    merge.top = static_cast<std::int32_t>(merge.source.size());
    collect([&](std::size_t j) { return j > 0 && reach[local(kept[j])] == Reach::right; });
    merge.source.insert(merge.source.end(), dropped.begin(), dropped.end());
    for (const std::int32_t c : dropped) merge.deflated.push_back(d[c]);
    for (const std::int32_t c : kept) {
        merge.poles.push_back(c == middle ? 0 : d[c]);
        merge.z.push_back(z[local(c)]);
    }
    if (merge.k > 1) merge.poles[1] = std::max(merge.poles[1], tolerance / 2);
    return merge;
}

}  // namespace lapack_ai::opencl_svd

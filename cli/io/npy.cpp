#include "io/npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <vector>

#include "io/line_reader.hpp"
#include "io/npy_header.hpp"

static_assert(std::endian::native == std::endian::little,
              "elements are read and written as they lie in memory");

namespace lapack_ai::cli {

namespace {

constexpr std::array<char, 6> magic{'\x93', 'N', 'U', 'M', 'P', 'Y'};
constexpr std::uint32_t longest_header = 64 * 1024;

[[noreturn]] void fail(const std::string &name, const std::string &message) {
    throw InputError(name + ": " + message);
}

void read_exactly(std::istream &in, const std::string &name, void *target, std::size_t bytes,
                  const char *what) {
    in.read(static_cast<char *>(target), static_cast<std::streamsize>(bytes));
    if (static_cast<std::size_t>(in.gcount()) != bytes) fail(name, std::string("truncated .npy: ") + what);
}

std::string read_header_text(std::istream &in, const std::string &name) {
    std::array<char, 8> start{};
    read_exactly(in, name, start.data(), start.size(), "shorter than its magic number and version");
    if (!std::equal(magic.begin(), magic.end(), start.begin()))
        fail(name, "not a .npy file: wrong magic number");
    const int major = static_cast<unsigned char>(start[6]);
    if (major < 1 || major > 3) fail(name, ".npy version " + std::to_string(major) + ": must be 1, 2 or 3");
    std::array<unsigned char, 4> length_bytes{};
    read_exactly(in, name, length_bytes.data(), major == 1 ? 2 : 4, "no header length");
    std::uint32_t length = 0;
    for (int i = 3; i >= 0; --i) length = length << 8 | length_bytes[static_cast<std::size_t>(i)];
    if (length > longest_header) {
        fail(name, ".npy header length " + std::to_string(length) + ": at most 65536 bytes are read");
    }
    std::string text(length, '\0');
    read_exactly(in, name, text.data(), length, "the header ends before its stated length");
    return text;
}

// Half precision to single: exponent bias 15 to 127, subnormals scaled by 2^-24.
float from_half(std::uint16_t h) {
    const std::uint32_t sign = static_cast<std::uint32_t>(h & 0x8000u) << 16;
    const std::uint32_t exponent = (h >> 10) & 0x1fu, mantissa = h & 0x3ffu;
    if (exponent == 0) {
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
    return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

struct Half {
    std::uint16_t bits;
};

template <class To, class From>
To element(From value) {
    if constexpr (std::is_same_v<From, Half>) {
        return from_half(value.bits);
    } else {
        return static_cast<To>(value);
    }
}

// Elements in file order to column-major, some rows (or columns) at a time, so that the buffer stays small
// and writes stay close together.
template <class To, class From>
Matrix read_elements(std::istream &in, const std::string &name, const NpyHeader &header, std::int64_t rows,
                     std::int64_t cols) {
    Matrix A(dtype_of<To>, rows, cols);
    To *const a = A.as<To>();
    const std::int64_t line = header.fortran_order ? rows : cols, lines = header.fortran_order ? cols : rows;
    if (line == 0) return A;
    const std::int64_t group = std::clamp<std::int64_t>((1 << 20) / line, 1, 64);
    std::vector<unsigned char> buffer(static_cast<std::size_t>(std::min(group, lines) * line) * sizeof(From));
    for (std::int64_t first = 0; first < lines; first += group) {
        const std::int64_t count = std::min(group, lines - first);
        read_exactly(in, name, buffer.data(), static_cast<std::size_t>(count * line) * sizeof(From),
                     "the data end before the shape is filled");
        const auto value = [&](std::int64_t i) {
            From v;
            std::memcpy(&v, buffer.data() + static_cast<std::size_t>(i) * sizeof(From), sizeof(From));
            return element<To>(v);
        };
        if (header.fortran_order) {
            for (std::int64_t i = 0; i < count * line; ++i) a[first * line + i] = value(i);
        } else {
            for (std::int64_t j = 0; j < line; ++j)
                for (std::int64_t i = 0; i < count; ++i) a[j * rows + first + i] = value(i * line + j);
        }
    }
    return A;
}

using Reader = Matrix (*)(std::istream &, const std::string &, const NpyHeader &, std::int64_t, std::int64_t);

struct ElementType {
    const char *descr;
    std::uint64_t file_bytes, memory_bytes;
    Reader read;
};

template <class To, class From>
constexpr ElementType type(const char *descr) {
    return {descr, sizeof(From), sizeof(To), read_elements<To, From>};
}

// A boolean travels as a byte that should be 0 or 1; any other byte counts as true, as NumPy has it.
struct BooleanByte {
    std::uint8_t byte;
    explicit operator double() const { return byte != 0 ? 1.0 : 0.0; }
};

constexpr std::array element_types{
    type<float, float>("<f4"),
    type<double, double>("<f8"),
    type<std::complex<float>, std::complex<float>>("<c8"),
    type<std::complex<double>, std::complex<double>>("<c16"),
    type<float, Half>("<f2"),
    type<double, std::int8_t>("|i1"),
    type<double, std::uint8_t>("|u1"),
    type<double, BooleanByte>("|b1"),
    type<double, std::int16_t>("<i2"),
    type<double, std::uint16_t>("<u2"),
    type<double, std::int32_t>("<i4"),
    type<double, std::uint32_t>("<u4"),
    type<double, std::int64_t>("<i8"),
    type<double, std::uint64_t>("<u8"),
};

const ElementType &find_type(const std::string &descr, const std::string &name) {
    for (const ElementType &candidate : element_types)
        if (descr == candidate.descr) return candidate;
    if (!descr.empty() && descr[0] == '>') {
        fail(name, "element type " + quoted(descr) +
                       ": must be little-endian; save it with a.astype(a.dtype.newbyteorder('<'))");
    }
    fail(name,
         "element type " + quoted(descr) + ": must be float16/32/64, complex64/128, an integer or a boolean");
}

}  // namespace

Matrix read_npy(std::istream &in, const std::string &name, const ReadLimits &limits) {
    const NpyHeader header = parse_npy_header(read_header_text(in, name), name);
    const ElementType &type = find_type(header.descr, name);
    if (header.shape.size() > 2) {
        fail(name,
             "shape of " + std::to_string(header.shape.size()) + " dimensions: must be a matrix or a vector");
    }
    const std::int64_t rows = header.shape.empty() ? 1 : header.shape[0];
    const std::int64_t cols = header.shape.size() < 2 ? 1 : header.shape[1];
    checked_bytes(name, rows, cols, std::max(type.file_bytes, type.memory_bytes), limits);
    const std::uint64_t needed =
        static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols) * type.file_bytes;
    const std::uint64_t there = remaining_bytes(in, name);
    if (there != needed) {
        fail(name, (there < needed ? "truncated .npy: " : ".npy with more data than its header says: ") +
                       std::to_string(there) + " bytes of data, shape " + std::to_string(rows) + " x " +
                       std::to_string(cols) + " of " + header.descr + " needs " + std::to_string(needed));
    }
    return type.read(in, name, header, rows, cols);
}

void write_npy(std::ostream &out, const Matrix &A, bool vector) {
    const char *const descr = with_type(A.dtype(), [](auto zero) {
        for (const ElementType &candidate : element_types)
            if (candidate.read == read_elements<decltype(zero), decltype(zero)>) return candidate.descr;
        return "";
    });
    std::string text = "{'descr': '" + std::string(descr) + "', 'fortran_order': True, 'shape': (" +
                       std::to_string(A.rows()) + "," + (vector ? "" : " " + std::to_string(A.cols())) +
                       "), }";
    // The elements begin at a multiple of 64 bytes, so that the file can be mapped.
    const std::size_t unpadded = magic.size() + 2 + 2 + text.size() + 1;
    text.append((64 - unpadded % 64) % 64, ' ').push_back('\n');
    out.write(magic.data(), magic.size());
    const auto length = static_cast<std::uint16_t>(text.size());
    const std::array<char, 4> start{1, 0, static_cast<char>(length & 0xff), static_cast<char>(length >> 8)};
    out.write(start.data(), start.size());
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.write(reinterpret_cast<const char *>(A.data()), static_cast<std::streamsize>(A.bytes()));
}

}  // namespace lapack_ai::cli

// Helpers of the reader tests: text in, matrix or message out.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "io/input_error.hpp"
#include "io/matrix.hpp"

namespace lapack_ai::cli {

// Small enough that a lying header cannot slow a test down.
inline constexpr ReadLimits test_limits{std::uint64_t{1} << 26};

using Read = Matrix (*)(std::istream &, const std::string &, const ReadLimits &);

inline Matrix read_text(Read read, const std::string &text) {
    std::istringstream in(text);
    return read(in, "file", test_limits);
}

// The message of the InputError that reading must end in; one line, prefixed with the file's name.
inline std::string message_of(Read read, const std::string &text) {
    try {
        read_text(read, text);
    } catch (const InputError &error) {
        const std::string message = error.what();
        EXPECT_EQ(message.rfind("file:", 0), 0u) << message;
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        return message;
    }
    ADD_FAILURE() << "was accepted: " << text.substr(0, 200);
    return "";
}

// One malformed file and what its message must hold.
struct Malformed {
    std::string text;
    std::string message;
};

template <class T>
std::vector<T> elements(const Matrix &A) {
    return {A.as<T>(), A.as<T>() + A.rows() * A.cols()};
}

}  // namespace lapack_ai::cli

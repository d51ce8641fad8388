#include "io/file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "io/harwell_boeing.hpp"
#include "io/matrix_market.hpp"
#include "io/npy.hpp"

namespace lapack_ai::cli {

namespace fs = std::filesystem;

namespace {

std::string extension(const std::string &path) {
    std::string text = fs::path(path).extension().string();
    for (char &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// .hb, .rua, .csa and so on: values, symmetry, assembled.
bool is_harwell_boeing(const std::string &end) {
    if (end == ".hb") return true;
    return end.size() == 4 && std::strchr("rcp", end[1]) && std::strchr("ushzr", end[2]) &&
           std::strchr("ae", end[3]);
}

Matrix read_stream(std::istream &in, const std::string &name, const std::string &end,
                   const ReadLimits &limits) {
    std::string start(14, '\0');
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(in.gcount()));
    in.clear();
    in.seekg(0);
    if (start.empty()) throw InputError(name + ": empty file; must be .npy, Matrix Market or Harwell-Boeing");
    if (start.starts_with("\x93NUMPY") || end == ".npy") return read_npy(in, name, limits);
    if (start.starts_with("%%") || end == ".mtx") return read_matrix_market(in, name, limits);
    if (is_harwell_boeing(end)) return read_harwell_boeing(in, name, limits);
    throw InputError(
        name + ": unknown format; must be .npy, Matrix Market (.mtx) or Harwell-Boeing (.rua, .rsa, .hb)");
}

}  // namespace

Matrix read_matrix(const std::string &path, const ReadLimits &limits) {
    if (path == "-") {
        std::stringstream all;
        all << std::cin.rdbuf();
        all.clear();
        return read_stream(all, "standard input", "", limits);
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) throw InputError(path + ": no such file");
    if (fs::is_directory(status)) throw InputError(path + ": is a directory; must be a file");
    std::ifstream in(path, std::ios::binary);
    if (!in) throw InputError(path + ": cannot be opened: " + std::strerror(errno));
    if (fs::is_regular_file(status)) return read_stream(in, path, extension(path), limits);
    std::stringstream all;
    all << in.rdbuf();
    all.clear();
    return read_stream(all, path, extension(path), limits);
}

void write_matrix(const std::string &path, const Matrix &A, bool vector) {
    const std::string end = extension(path);
    if (end != ".npy" && end != ".mtx")
        throw InputError(path + ": unknown output format; must end in .npy or .mtx");
    const std::string part = path + ".part" + std::to_string(getpid());
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (!out) throw InputError(path + ": cannot be written: " + std::strerror(errno));
    end == ".npy" ? write_npy(out, A, vector) : write_matrix_market(out, A);
    out.close();
    if (!out || std::rename(part.c_str(), path.c_str()) != 0) {
        const std::string reason = std::strerror(errno);
        std::remove(part.c_str());
        throw InputError(path + ": writing failed: " + reason);
    }
}

}  // namespace lapack_ai::cli

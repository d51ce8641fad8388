// See file.hpp. POSIX calls, so that every failure carries errno's reason.
#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"

namespace lapack_ai::core {

namespace {

// Closes on every way out.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }
    // Closes now and reports whether the data reached the file.
    bool close() {
        const int number = number_;
        number_ = -1;
        return ::close(number) == 0;
    }

  private:
    int number_;
};

[[noreturn]] void fail(const std::string &path, const std::string &action, int error) {
    throw Error(ErrorKind::bad_input,
                path + ": " + action + ": " + std::error_code(error, std::generic_category()).message());
}

std::string read_all(int file, const std::string &path, std::size_t limit) {
    struct stat status;
    if (fstat(file, &status) != 0) fail(path, "cannot be read", errno);
    if (S_ISDIR(status.st_mode)) throw Error(ErrorKind::bad_input, path + ": is a folder, not a file");
    if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::bad_input, path + ": is not a regular file");
    const auto too_large = [&] {
        return Error(ErrorKind::bad_input, path + ": is larger than " + std::to_string(limit) + " bytes");
    };
    if (static_cast<std::uint64_t>(status.st_size) > limit) throw too_large();

    // The size is a hint only: files under /proc say 0, and a file may grow while it is read.
    std::string contents;
    std::size_t filled = 0;
    for (;;) {
        contents.resize(std::max(filled + 4096, static_cast<std::size_t>(status.st_size) + 1));
        const ssize_t count = ::read(file, contents.data() + filled, contents.size() - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, "cannot be read", errno);
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
        if (filled > limit) throw too_large();
    }
    contents.resize(filled);
    return contents;
}

}  // namespace

std::optional<std::string> read_file_if_there(const std::string &path, std::size_t limit) {
    // O_NONBLOCK: a pipe where a file is expected must not block; the type check follows.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        fail(path, "cannot be opened", errno);
    }
    return read_all(file.get(), path, limit);
}

std::string read_file(const std::string &path, std::size_t limit) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) fail(path, "cannot be opened", errno);
    return read_all(file.get(), path, limit);
}

void write_file_atomically(const std::string &path, std::string_view contents, unsigned mode) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path resolved = fs::weakly_canonical(path, error);
    const fs::path target = error ? fs::path(path) : resolved;
    if (target.has_parent_path()) {
        fs::create_directories(target.parent_path(), error);
        if (error) fail(path, "its folder cannot be made", error.value());
    }

    struct stat status;
    const bool replaces = ::stat(target.c_str(), &status) == 0;
    if (replaces && !S_ISREG(status.st_mode)) {
        throw Error(ErrorKind::bad_input, path + ": is not a regular file");
    }

    // The name is unique within the process by the counter and among processes by the pid; O_EXCL settles it.
    static std::atomic<unsigned> counter{0};
    const std::string temporary =
        target.string() + "." + std::to_string(::getpid()) + "." + std::to_string(counter++) + ".tmp";
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.get() < 0) fail(path, "cannot be written", errno);
    const auto give_up = [&](int reason) {
        ::unlink(temporary.c_str());
        fail(path, "cannot be written", reason);
    };
    for (std::size_t done = 0; done < contents.size();) {
        const ssize_t count = ::write(file.get(), contents.data() + done, contents.size() - done);
        if (count < 0 && errno != EINTR) give_up(errno);
        if (count > 0) done += static_cast<std::size_t>(count);
    }
    if (replaces && ::fchmod(file.get(), status.st_mode & 07777) != 0) give_up(errno);
    if (::fsync(file.get()) != 0 && errno != EINVAL && errno != EROFS) give_up(errno);
    if (!file.close()) give_up(errno);
    if (::rename(temporary.c_str(), target.c_str()) != 0) give_up(errno);
}

std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed) noexcept {
    for (const char byte : bytes) {
        seed ^= static_cast<unsigned char>(byte);
        seed *= 0x100000001b3u;
    }
    return seed;
}

}  // namespace lapack_ai::core

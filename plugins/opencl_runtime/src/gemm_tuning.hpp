// Which entries of gemm_parameters.h this device uses: the defaults, or what tuning measured to be faster and
// wrote to a JSON file keyed by device and driver.
//
// The file holds the chosen entries' values, not their numbers, so that a library with another table takes
// over what it still has and drops the rest.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "device_choice.hpp"

namespace lapack_ai::opencl {

// Each names a choice among entries of one table.
enum class Tunable : std::uint32_t { tiled_4, tiled_8, tiled_16, tensor_batched, half, count };

class Tuning {
  public:
    Tuning();
    // The entry in use. Costs one relaxed load.
    int get(Tunable what) const noexcept {
        return chosen_[static_cast<std::size_t>(what)].load(std::memory_order_relaxed);
    }
    void set(Tunable what, int entry) noexcept {
        chosen_[static_cast<std::size_t>(what)].store(entry, std::memory_order_relaxed);
    }

    // Takes over what `file` knows of this device; silent when there is nothing, or nothing readable.
    void load(const std::string &file, const DeviceFacts &facts);
    // Writes the choices to `file` by atomic rename, beside those of other devices. Throws
    // Failure(LAI_FAULT_CLEAN) when it cannot be written.
    void store(const std::string &file, const DeviceFacts &facts) const;

  private:
    std::array<std::atomic<int>, static_cast<std::size_t>(Tunable::count)> chosen_;
};

// Entries one may choose among.
std::vector<int> candidates(Tunable what);
// "gemm_tiled/8: 128 64 8 8 8 4", for people.
std::string describe(Tunable what, int entry);

// The file in the folder of the program cache; empty when that is switched off.
std::string tuning_file(const std::string &program_folder);

}  // namespace lapack_ai::opencl

// The files of the protocol: .fbin in, .ibin and build.json out; and what the kernel says of this process's memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace peers {

struct Matrix {
    std::size_t rows = 0;
    std::size_t dimensions = 0;
    std::vector<float> values;

    const float* row(std::size_t index) const { return values.data() + index * dimensions; }
};

// Reads the header of an .fbin, and its rows unless they are not wanted. The size of the file has to fit the header, so
// that a truncated copy is never measured as a smaller set.
inline Matrix read_fbin(const std::string& path, bool with_rows = true) {
    std::ifstream file(path, std::ios::binary);
    std::int32_t header[2] = {0, 0};
    if (!file || !file.read(reinterpret_cast<char*>(header), sizeof header)) {
        throw std::runtime_error(path + ": cannot be read");
    }
    if (header[0] <= 0 || header[1] <= 0) {
        throw std::runtime_error(path + ": its header holds no rows or no dimensions");
    }
    Matrix matrix{static_cast<std::size_t>(header[0]), static_cast<std::size_t>(header[1]), {}};
    const std::size_t bytes = matrix.rows * matrix.dimensions * sizeof(float);
    if (std::filesystem::file_size(path) != sizeof header + bytes) {
        throw std::runtime_error(path + ": its size does not fit its header");
    }
    if (with_rows) {
        matrix.values.resize(matrix.rows * matrix.dimensions);
        if (!file.read(reinterpret_cast<char*>(matrix.values.data()), static_cast<std::streamsize>(bytes))) {
            throw std::runtime_error(path + ": ends early");
        }
    }
    return matrix;
}

// Writes beside the target and renames, so that a reader never meets half a file.
inline void write_whole(const std::string& path, const std::vector<std::pair<const void*, std::size_t>>& parts) {
    const std::string partial = path + ".partial";
    {
        std::ofstream file(partial, std::ios::binary | std::ios::trunc);
        for (const auto& [data, bytes] : parts) {
            file.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
        }
        file.flush();
        if (!file) {
            throw std::runtime_error(path + ": cannot be written");
        }
    }
    std::filesystem::rename(partial, path);
}

inline void write_ibin(const std::string& path, const std::vector<std::int32_t>& ids, std::size_t k) {
    const std::int32_t header[2] = {static_cast<std::int32_t>(ids.size() / k), static_cast<std::int32_t>(k)};
    write_whole(path, {{header, sizeof header}, {ids.data(), ids.size() * sizeof(std::int32_t)}});
}

// A line of /proc/self/status in bytes: VmRSS is the resident set now, VmHWM its highest.
inline std::int64_t status_bytes(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.compare(0, name.size() + 1, name + ":") == 0) {
            return std::stoll(line.substr(name.size() + 1)) * 1024;
        }
    }
    return 0;
}

// Forgets the highest resident set of what this process did before.
inline void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace peers

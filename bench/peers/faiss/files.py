"""The files of the protocol, and what the kernel says of this process's memory."""

import json
import os

import numpy as np


def fbin_shape(path):
    """(rows, dimensions) of an .fbin whose size fits its header; a truncated copy must never pass for a smaller set."""
    header = np.fromfile(path, dtype="<i4", count=2)
    if len(header) < 2 or header[0] <= 0 or header[1] <= 0:
        raise ValueError(f"{path}: its header holds no rows or no dimensions")
    rows, dimensions = (int(value) for value in header)
    if os.path.getsize(path) != 8 + 4 * rows * dimensions:
        raise ValueError(f"{path}: its size does not fit its header")
    return rows, dimensions


def read_fbin(path):
    shape = fbin_shape(path)
    return np.fromfile(path, dtype="<f4", offset=8).reshape(shape)


def write_ibin(path, ids):
    def write(file):
        np.array(ids.shape, dtype="<i4").tofile(file)
        ids.astype("<i4").tofile(file)

    _write_whole(path, write)


def write_json(path, content):
    _write_whole(path, lambda file: file.write(json.dumps(content, indent=2).encode() + b"\n"))


def _write_whole(path, write):
    """Writes beside the target and renames, so that a reader never meets half a file."""
    partial = path + ".partial"
    with open(partial, "wb") as file:
        write(file)
    os.replace(partial, path)


def status_bytes(name):
    """A line of /proc/self/status in bytes: VmRSS is the resident set now, VmHWM its highest."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return 0


def reset_peak():
    """Forgets the highest resident set of what this process did before, where the kernel lets it."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass

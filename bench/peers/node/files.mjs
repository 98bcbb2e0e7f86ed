// The files of the protocol, and what the kernel says of this process's memory.
import fs from 'node:fs';
import path from 'node:path';

const HEADER_BYTES = 8;
// One read call takes less than 2 GiB.
const CHUNK_BYTES = 1 << 28;

function withFile(file, work) {
  const handle = fs.openSync(file, 'r');
  try {
    return work(handle);
  } finally {
    fs.closeSync(handle);
  }
}

// The header of an .fbin whose size fits it: a truncated copy must never pass for a smaller set.
export function fbinShape(file) {
  return withFile(file, (handle) => {
    const header = Buffer.alloc(HEADER_BYTES);
    const read = fs.readSync(handle, header, 0, HEADER_BYTES, 0);
    const rows = header.readInt32LE(0);
    const dimensions = header.readInt32LE(4);
    if (read < HEADER_BYTES || rows <= 0 || dimensions <= 0) {
      throw new Error(`${file}: its header holds no rows or no dimensions`);
    }
    if (fs.fstatSync(handle).size !== HEADER_BYTES + 4 * rows * dimensions) {
      throw new Error(`${file}: its size does not fit its header`);
    }
    return { rows, dimensions };
  });
}

// All rows, or the first few; in memory that threads can share when asked.
export function readFbin(file, { first = Infinity, shared = false } = {}) {
  const shape = fbinShape(file);
  const rows = Math.min(first, shape.rows);
  const bytes = 4 * rows * shape.dimensions;
  const memory = shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  withFile(file, (handle) => {
    for (let at = 0; at < bytes; ) {
      const wanted = Math.min(CHUNK_BYTES, bytes - at);
      const read = fs.readSync(handle, new Uint8Array(memory, at, wanted), 0, wanted, HEADER_BYTES + at);
      if (read === 0) throw new Error(`${file}: ends early`);
      at += read;
    }
  });
  return { rows, rowsInFile: shape.rows, dimensions: shape.dimensions, values: new Float32Array(memory) };
}

export const rowOf = (matrix, index) =>
  matrix.values.subarray(index * matrix.dimensions, (index + 1) * matrix.dimensions);

// Writes beside the target and renames, so that a reader never meets half a file.
function writeWhole(file, content) {
  fs.writeFileSync(`${file}.partial`, content);
  fs.renameSync(`${file}.partial`, file);
}

export function writeIbin(file, ids, k) {
  const header = Int32Array.of(ids.length / k, k);
  writeWhole(file, Buffer.concat([bytesOf(header), bytesOf(ids)]));
}

export const bytesOf = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

export const writeJson = (file, content) => writeWhole(file, `${JSON.stringify(content, null, 2)}\n`);

export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export function folderBytes(folder) {
  const sizes = fs.readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const inside = path.join(folder, entry.name);
    return entry.isDirectory() ? folderBytes(inside) : fs.statSync(inside).size;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

// A line of /proc/self/status in bytes: VmRSS is the resident set now, VmHWM its highest.
export function statusBytes(name) {
  const line = fs.readFileSync('/proc/self/status', 'latin1').match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'));
  return line ? Number(line[1]) * 1024 : 0;
}

// Forgets the highest resident set of what this process did before, where the kernel lets it.
export function resetPeak() {
  try {
    fs.writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Then the peak is of the whole process.
  }
}

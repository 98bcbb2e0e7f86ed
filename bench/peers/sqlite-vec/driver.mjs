// sqlite-vec as a peer of ../node/driver.mjs: a vec0 table, searched exhaustively.
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { bytesOf, rowOf } from '../node/files.mjs';

const tableFile = (folder) => path.join(folder, 'vectors.sqlite');

function connect(file, options) {
  const database = new Database(file, options);
  sqliteVec.load(database);
  return database;
}

class SqliteVecIndex {
  #database;
  #nearest;

  constructor(spec, folder) {
    this.#database = connect(tableFile(folder), { readonly: true });
    // The whole table is mapped: it is never read through SQLite's small page cache.
    this.#database.pragma(`mmap_size = ${2 * fs.statSync(tableFile(folder)).size}`);
    this.#nearest = this.#database
      .prepare('select rowid from vectors where embedding match ? and k = ? order by distance')
      .pluck();
  }

  setEffort() {}

  search(vector, k) {
    return this.#nearest.all(bytesOf(vector), k);
  }

  store(found, ids, at) {
    for (let result = 0; result < found.length; result++) ids[at + result] = found[result];
  }

  close() {
    this.#database.close();
  }
}

export const peer = {
  name: 'sqlite-vec',
  indexes: { flat: { parameters: [], efforts: [] } },
  // It has no inner product. Of unit length, the order by l2 is that by cosine, and l2 costs less than its cosine.
  metrics: ['l2', 'cosine'],

  describe() {
    const database = connect(':memory:');
    const query = 'select vec_version() version, vec_debug() debug, sqlite_version() sqlite';
    const { version, debug, sqlite } = database.prepare(query).get();
    database.close();
    const flags = debug.match(/Build flags:(.*)/)?.[1].trim() || 'none, so it was built without AVX or NEON code';
    return {
      version: version.replace(/^v/, ''),
      facts: [
        `npm's prebuilt extension, build flags: ${flags}; SQLite ${sqlite} through better-sqlite3`,
        'exhaustive search of a vec0 table, memory-mapped; the statement is prepared once, and the call from ' +
          'JavaScript is in the time of a search',
        'one thread a connection: with several threads each Node thread opens the file for itself',
      ],
    };
  },

  make(spec, base, folder) {
    const start = performance.now();
    const database = connect(tableFile(folder));
    try {
      // The file is thrown away when building is interrupted: it has to be complete only at the end.
      database.pragma('journal_mode = off');
      database.pragma('synchronous = off');
      database.exec(`create virtual table vectors using vec0(embedding float[${spec.dimensions}])`);
      const insert = database.prepare('insert into vectors(rowid, embedding) values (?, ?)');
      database.transaction(() => {
        for (let row = 0; row < spec.rows; row++) insert.run(BigInt(row), bytesOf(rowOf(base, row)));
      })();
    } finally {
      database.close();
    }
    // Adding rows and writing them are the same act here.
    return { build_s: (performance.now() - start) / 1e3, train_s: 0, save_s: 0 };
  },

  open: (spec, folder) => new SqliteVecIndex(spec, folder),
};

// LanceDB as a peer of ../node/driver.mjs.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as lancedb from '@lancedb/lancedb';
import { tableOf } from './table.mjs';

const TABLE = 'vectors';
// Rows of one file of a table; up to there the row id that LanceDB keeps anyway is the row number.
const ROWS_PER_FILE_MAX = 1 << 20;

const packageFile = new URL('node_modules/@lancedb/lancedb/package.json', import.meta.url);
const distanceTypes = { l2: 'l2', dot: 'dot', cosine: 'cosine' };

const allowedCpus = fs
  .readFileSync('/proc/self/status', 'latin1')
  .match(/^Cpus_allowed_list:\s+(\S+)/m)[1]
  .split(',')
  .flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });

const connect = (folder) => lancedb.connect(path.resolve(folder));

function indexOf({ kind, metric, parameters }) {
  const distanceType = distanceTypes[metric];
  if (kind === 'ivf-pq') {
    return lancedb.Index.ivfPq({ distanceType, numPartitions: parameters.nlist, numSubVectors: parameters.pq_m });
  }
  return lancedb.Index.hnswSq({
    distanceType,
    numPartitions: parameters.nlist ?? 1,
    m: parameters.m,
    efConstruction: parameters.ef_construction,
  });
}

class LanceIndex {
  #table;
  #idColumn;
  #distanceType;
  #effort = {};

  constructor(table, spec) {
    this.#table = table;
    this.#idColumn = spec.rows <= ROWS_PER_FILE_MAX ? '_rowid' : 'id';
    this.#distanceType = distanceTypes[spec.metric];
  }

  setEffort(effort) {
    this.#effort = effort;
  }

  async search(vector, k) {
    const { nprobe = 1, rerank, ef } = this.#effort;
    let query = this.#table.query().nearestTo(vector).distanceType(this.#distanceType).limit(k).nprobes(nprobe);
    if (ef) query = query.ef(Math.max(ef, k));
    if (rerank) query = query.refineFactor(rerank);
    if (this.#idColumn === '_rowid') query = query.withRowId();
    const found = await query.select([this.#idColumn, '_distance']).toArrow();
    return found.getChild(this.#idColumn).toArray();
  }

  store(found, ids, at) {
    for (let result = 0; result < found.length; result++) ids[at + result] = Number(found[result]);
  }

  close() {
    this.#table.close();
  }
}

export const peer = {
  name: 'lancedb',
  indexes: {
    'ivf-pq': { parameters: ['nlist', 'pq_m'], efforts: ['nprobe', 'rerank'] },
    'ivf-hnsw-sq': {
      parameters: ['nlist', 'm', 'ef_construction'],
      efforts: ['nprobe', 'rerank', 'ef'],
      optional: ['nlist', 'nprobe'],
    },
  },
  metrics: ['l2', 'dot', 'cosine'],
  answersByPromise: true,

  describe() {
    return {
      version: JSON.parse(fs.readFileSync(packageFile, 'utf8')).version,
      facts: [
        "npm's prebuilt binary; the table lies on disk and is read through the page cache",
        'the library runs threads of its own: the whole process is pinned to as many processors as there are threads ' +
          'asked, and as many searches are under way at a time',
        'queries are made and answers unpacked in JavaScript, which is in the time of a search',
        'adding a row writes it: build_s is adding and indexing with their writes, save_s is 0; training is not told ' +
          'apart from indexing, so train_s is 0',
      ],
    };
  },

  useThreads(threads) {
    const cpus = allowedCpus.slice(0, threads).join(',');
    execFileSync('taskset', ['-a', '-p', '-c', cpus, String(process.pid)], { stdio: 'ignore' });
  },

  async make(spec, base, folder) {
    const start = performance.now();
    const database = await connect(folder);
    const table = await database.createTable(TABLE, tableOf(base));
    await table.createIndex('vector', { config: indexOf(spec) });
    table.close();
    database.close();
    return { build_s: (performance.now() - start) / 1e3, train_s: 0, save_s: 0 };
  },

  async open(spec, folder) {
    return new LanceIndex(await (await connect(folder)).openTable(TABLE), spec);
  },
};

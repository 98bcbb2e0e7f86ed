// USearch as a peer of ../node/driver.mjs.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Quantizer } from './quantizer.mjs';

const require = createRequire(import.meta.url);
const EF_UNTIL_SET = 64;

// The package's own class turns rows of int8 back into float32, whose conversion to i8 divides every vector by its
// length; its native part takes them as they are. Called directly it also makes no copies of each answer.
function loadNative() {
  const marker = `${path.sep}node_modules${path.sep}usearch${path.sep}`;
  const entry = require.resolve('usearch');
  return require('node-gyp-build')(entry.slice(0, entry.indexOf(marker) + marker.length));
}

const native = loadNative();
const graphFile = (folder) => path.join(folder, 'graph.usearch');
const scaleFile = (folder) => path.join(folder, 'scale.json');

function newGraph({ kind, metric, dimensions }, connectivity, efConstruction, ef) {
  const scalar = kind === 'hnsw-i8' ? 'i8' : 'f32';
  const distance = metric === 'l2' ? 'l2sq' : 'ip';
  return new native.CompiledIndex(dimensions, distance, scalar, connectivity, efConstruction, ef, false);
}

class UsearchIndex {
  #spec;
  #folder;
  #shared;
  #graph;
  #ef;
  #quantizer;

  constructor(spec, folder, shared) {
    this.#spec = spec;
    this.#folder = folder;
    this.#shared = shared;
    if (spec.kind === 'hnsw-i8') {
      this.#quantizer = new Quantizer(JSON.parse(fs.readFileSync(scaleFile(folder), 'utf8')));
    }
    this.setEffort({ ef: EF_UNTIL_SET });
  }

  // The effort of a search is fixed when a graph is made, so another one is loaded for it. Threads map the file: they
  // share its pages.
  setEffort({ ef }) {
    if (this.#ef === ef) return;
    this.#graph = undefined;
    globalThis.gc?.();
    const { m, ef_construction: efConstruction } = this.#spec.parameters;
    const graph = newGraph(this.#spec, m, efConstruction, ef);
    if (this.#shared) graph.view(graphFile(this.#folder));
    else graph.load(graphFile(this.#folder));
    if (graph.size() !== this.#spec.rows) throw new Error(`${graphFile(this.#folder)} does not hold all rows`);
    this.#graph = graph;
    this.#ef = ef;
  }

  search(vector, k) {
    return this.searchMany(vector, k, 1);
  }

  searchMany(values, k, threads) {
    const rows = this.#quantizer ? this.#quantizer.queries(values, this.#spec.dimensions) : values;
    return this.#graph.search(rows, k, threads);
  }

  store([keys, , counts], ids, at) {
    for (let result = 0; result < Number(counts[0]); result++) ids[at + result] = Number(keys[result]);
  }

  close() {
    this.#graph = undefined;
    globalThis.gc?.();
  }
}

export const peer = {
  name: 'usearch',
  indexes: {
    hnsw: { parameters: ['m', 'ef_construction'], efforts: ['ef'] },
    'hnsw-i8': { parameters: ['m', 'ef_construction'], efforts: ['ef'] },
  },
  metrics: ['l2', 'dot', 'cosine'],

  describe() {
    return {
      version: native.version(),
      facts: [
        `npm's prebuilt binary, distance kernels chosen at run time: ${native.hardwareAccelerationAvailable()} ` +
          `of ${native.hardwareAccelerationCompiled()}`,
        'called through its native binding from Node; the call from JavaScript, and for hnsw-i8 the conversion of ' +
          'the query, are in the time of a single search',
        'hnsw-i8: rows are converted by this driver with one scale for the whole set, which loses less than the ' +
          "library's own conversion; there is no exact re-ranking",
        'with several threads each Node thread maps the saved index; batches run on the threads of the library',
      ],
    };
  },

  make(spec, base, folder) {
    const { m, ef_construction: efConstruction } = spec.parameters;
    const start = performance.now();
    let rows = base.values;
    if (spec.kind === 'hnsw-i8') {
      const quantizer = Quantizer.fit(base.values, spec.metric);
      fs.writeFileSync(scaleFile(folder), JSON.stringify(quantizer));
      rows = quantizer.rows(base.values);
    }
    const graph = newGraph(spec, m, efConstruction, EF_UNTIL_SET);
    const keys = BigUint64Array.from({ length: spec.rows }, (_, row) => BigInt(row));
    graph.add(keys, rows, spec.threads);
    const added = performance.now();
    graph.save(graphFile(folder));
    return { build_s: (added - start) / 1e3, train_s: 0, save_s: (performance.now() - added) / 1e3 };
  },

  open: (spec, folder, { shared }) => new UsearchIndex(spec, folder, shared),
};

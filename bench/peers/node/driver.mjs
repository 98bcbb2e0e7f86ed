// The protocol of ../README.md around a peer, which is:
//   name, indexes: { kind: { parameters, optional, efforts } }, metrics, answersByPromise
//   describe()                        -> { version, facts }
//   make(spec, base, folder)          makes the index of the rows of `base` and saves it: { build_s, train_s, save_s }
//   open(spec, folder, { shared })    an index: setEffort(effort), search(vector, k), store(found, ids, at), close();
//                                     where the library takes many queries in a call, searchMany(values, k, threads)
//   useThreads(threads)               optional: pins what the library takes on its own
// with spec = { kind, metric, parameters, seed, threads, rows, dimensions }.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import * as files from './files.mjs';
import { measure, measureBatch } from './measure.mjs';

// Standard output of a driver carries answers only, and libraries print there: `run` keeps it as 3 and gives 1 to
// standard error.
const ANSWERS = 3;

function required(command, name, type) {
  const value = command[name];
  const fits = type === 'count' ? Number.isInteger(value) && value > 0 : typeof value === 'string' && value !== '';
  if (!fits) throw new Error(`${name} is missing or not a ${type === 'count' ? 'positive integer' : 'string'}`);
  return value;
}

// A name that is not known here would silently leave a parameter at its default.
function checked(given, where, allowed, optional = []) {
  if (typeof given !== 'object' || given === null) throw new Error(`${where} is missing or not an object`);
  for (const [name, value] of Object.entries(given)) {
    if (!allowed.includes(name)) throw new Error(`${where}: unknown ${name}`);
    if (!Number.isInteger(value) || value < (name === 'rerank' ? 0 : 1)) {
      throw new Error(`${where}: ${name} is not a positive integer`);
    }
  }
  for (const name of allowed) {
    if (!(name in given) && !optional.includes(name)) throw new Error(`${where}: ${name} is missing`);
  }
  // In one order, so that the same parameters are the same text.
  return Object.fromEntries(allowed.filter((name) => name in given).map((name) => [name, given[name]]));
}

class Driver {
  #peer;
  #peerUrl;
  #description;
  #built;

  constructor(peer, peerUrl, description) {
    this.#peer = peer;
    this.#peerUrl = peerUrl;
    this.#description = description;
  }

  answer(command) {
    const op = required(command, 'op', 'string');
    if (op === 'hello') return this.#hello();
    if (op === 'build') return this.#build(command);
    if (op === 'search') return this.#search(command);
    throw new Error(`unknown op ${op}`);
  }

  #hello() {
    const { version, facts } = this.#description;
    return { name: this.#peer.name, version, facts, indexes: Object.keys(this.#peer.indexes) };
  }

  async #build(command) {
    this.#forget();
    const { spec, base } = this.#specOf(command);
    const directory = required(command, 'directory', 'string');
    const folder = path.join(directory, 'index');
    const figuresFile = path.join(directory, 'build.json');
    const identity = { ...spec, threads: undefined, version: this.#description.version };

    this.#peer.useThreads?.(spec.threads);
    let figures = savedFigures(figuresFile, identity);
    let load_s = figures && (await this.#tryOpen(spec, folder));
    const built = load_s === undefined;
    if (built) {
      fs.rmSync(figuresFile, { force: true });
      fs.rmSync(folder, { recursive: true, force: true });
      fs.mkdirSync(folder, { recursive: true });
      figures = await this.#make(spec, base, folder);
      load_s = await this.#open(spec, folder);
      files.writeJson(figuresFile, { of: identity, figures });
    }
    globalThis.gc?.();
    return { ...figures, built, load_s, rss_bytes: files.statusBytes('VmRSS') };
  }

  #specOf(command) {
    const kind = required(command, 'index', 'string');
    const metric = required(command, 'metric', 'string');
    const described = Object.hasOwn(this.#peer.indexes, kind) ? this.#peer.indexes[kind] : undefined;
    if (!described) throw new Error(`unknown index ${kind}`);
    if (!this.#peer.metrics.includes(metric)) throw new Error(`unknown metric ${metric}`);
    const parameters = checked(command.parameters, 'parameters', described.parameters, described.optional);
    const threads = required(command, 'threads', 'count');
    const base = required(command, 'base', 'string');
    return { spec: { kind, metric, parameters, seed: command.seed ?? 1, threads, ...files.fbinShape(base) }, base };
  }

  async #make(spec, base, folder) {
    globalThis.gc?.();
    files.resetPeak();
    const times = await this.#peer.make(spec, files.readFbin(base), folder);
    return {
      ...times,
      index_bytes: files.folderBytes(folder),
      peak_rss_bytes: files.statusBytes('VmHWM'),
      threads: spec.threads,
    };
  }

  // Nothing when a saved index cannot be read: it is made anew.
  async #tryOpen(spec, folder) {
    try {
      return await this.#open(spec, folder);
    } catch (error) {
      console.error(`${folder}: ${oneLine(error)}`);
      return undefined;
    }
  }

  async #open(spec, folder) {
    globalThis.gc?.();
    const query = new Float32Array(spec.dimensions).fill(0.1);
    const start = performance.now();
    const index = await this.#peer.open(spec, folder, { shared: false });
    await index.search(query, 1);
    this.#built = { spec, folder, index };
    return (performance.now() - start) / 1e3;
  }

  #forget() {
    this.#built?.index.close();
    this.#built = undefined;
  }

  async #search(command) {
    if (!this.#built) throw new Error('nothing is built yet');
    const { spec, folder, index } = this.#built;
    const count = required(command, 'count', 'count');
    const k = required(command, 'k', 'count');
    const threads = required(command, 'threads', 'count');
    const out = required(command, 'out', 'string');
    const seconds = command.seconds ?? 0;
    const { efforts, optional } = this.#peer.indexes[spec.kind];
    const effort = checked(command.effort, 'effort', efforts, ['rerank', ...(optional ?? [])]);
    const queries = files.readFbin(required(command, 'queries', 'string'), { first: count, shared: true });
    if (queries.dimensions !== spec.dimensions) {
      throw new Error('queries have another number of dimensions than the index');
    }
    if (count > queries.rowsInFile) throw new Error('count is more than there are queries');

    this.#peer.useThreads?.(threads);
    await index.setEffort(effort);
    const ids = new Int32Array(new SharedArrayBuffer(4 * count * k)).fill(-1);
    const here = { index, queryOf: (query) => files.rowOf(queries, query), count, k, ids };
    const job = { peerUrl: this.#peerUrl, spec, folder, effort, queries, count, k, ids };
    const figures = await measure(this.#peer, here, job, threads, seconds);
    if (index.searchMany) {
      const searchFirst = (first) => index.searchMany(queries.values.subarray(0, first * spec.dimensions), k, threads);
      figures.batch_qps = measureBatch(count, seconds, searchFirst);
    }
    files.writeIbin(out, ids, k);
    return figures;
  }
}

function savedFigures(file, identity) {
  const saved = files.readJson(file);
  return saved && JSON.stringify(saved.of) === JSON.stringify(identity) ? saved.figures : undefined;
}

const oneLine = (error) => String(error?.message || error).replace(/\s+/g, ' ').trim();

async function loadPeer(peerUrl) {
  try {
    const { peer } = await import(peerUrl);
    return { peer, description: peer.describe() };
  } catch (error) {
    const name = path.basename(path.dirname(new URL(peerUrl).pathname));
    console.error(`${name} is not set up: ${oneLine(error)}; run bench/peers/setup.sh ${name}`);
    process.exit(3);
  }
}

export async function serve(peerUrl) {
  const { peer, description } = await loadPeer(peerUrl);
  const driver = new Driver(peer, peerUrl, description);
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    let answer;
    try {
      const command = JSON.parse(line);
      if (typeof command !== 'object' || command === null) throw new Error('a command is an object');
      if (command.op === 'quit') break;
      answer = { ok: true, ...(await driver.answer(command)) };
    } catch (error) {
      answer = { ok: false, error: oneLine(error) };
    }
    fs.writeSync(ANSWERS, `${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
}

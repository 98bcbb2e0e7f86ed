// The search loop that every driver has: see "Commands" in ../README.md.
import { Worker } from 'node:worker_threads';

export const PASSES_MAX = 20;

const OPEN = 0;
const YES = 1;
const NO = 2;
const NEXT = 0;
const GO = 1;
const DECIDED = 2;

// A clock that all threads share; performance.now() starts with its own thread.
const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

// The one counter that all threads draw queries from. Whether a pass begins is decided once, by the thread that first
// draws from it, so that every pass is whole and no thread has to wait for another at its end. `memory` is what the
// threads share of it.
export class Tickets {
  constructor(count, seconds, memory = new SharedArrayBuffer(8 + 4 * (DECIDED + PASSES_MAX))) {
    this.count = count;
    this.seconds = seconds;
    this.memory = memory;
    this.startMs = new Float64Array(memory, 0, 1);
    this.state = new Int32Array(memory, 8);
  }

  start() {
    this.startMs[0] = monotonicMs();
    Atomics.store(this.state, GO, 1);
    Atomics.notify(this.state, GO);
  }

  awaitStart() {
    Atomics.wait(this.state, GO, 0);
  }

  // The next query, or -1 when the last pass is drawn.
  draw() {
    const ticket = Atomics.add(this.state, NEXT, 1);
    const pass = Math.floor(ticket / this.count);
    return pass < PASSES_MAX && this.#begins(pass) ? ticket % this.count : -1;
  }

  #begins(pass) {
    const decided = Atomics.load(this.state, DECIDED + pass);
    if (decided !== OPEN) return decided === YES;
    const wanted = pass === 0 || monotonicMs() - this.startMs[0] < this.seconds * 1e3 ? YES : NO;
    const before = Atomics.compareExchange(this.state, DECIDED + pass, OPEN, wanted);
    return (before === OPEN ? wanted : before) === YES;
  }

  get passes() {
    return this.state.subarray(DECIDED).filter((decision) => decision === YES).length;
  }
}

function* warmUp(count) {
  const start = performance.now();
  for (let done = 0; ; done++) {
    const elapsed = performance.now() - start;
    if (elapsed >= 1000 || (done >= 200 && elapsed >= 300)) return;
    yield done % count;
  }
}

// A library that answers at once: one thread of searches. The latencies hold the library's call alone.
export function warmUpHere({ index, queryOf, count, k }) {
  for (const query of warmUp(count)) index.search(queryOf(query), k);
}

export function searchHere({ index, queryOf, k, ids }, tickets) {
  const latencies = [];
  for (let query; (query = tickets.draw()) >= 0; ) {
    const vector = queryOf(query);
    const before = performance.now();
    const found = index.search(vector, k);
    latencies.push(performance.now() - before);
    index.store(found, ids, query * k);
  }
  return { latencies, endMs: monotonicMs() };
}

// A library that answers by promises: as many searches are under way at a time as there are threads.
async function searchByPromises({ index, queryOf, count, k, ids }, threads, tickets) {
  const lanes = Array.from({ length: threads });
  const warm = async () => {
    for (const query of warmUp(count)) await index.search(queryOf(query), k);
  };
  const lane = async () => {
    const latencies = [];
    for (let query; (query = tickets.draw()) >= 0; ) {
      const vector = queryOf(query);
      const before = performance.now();
      const found = await index.search(vector, k);
      latencies.push(performance.now() - before);
      index.store(found, ids, query * k);
    }
    return { latencies, endMs: monotonicMs() };
  };
  await Promise.all(lanes.map(warm));
  tickets.start();
  return Promise.all(lanes.map(lane));
}

// Threads of Node share no objects: each opens the saved index for itself.
async function searchInWorkers(job, threads, tickets) {
  const workers = Array.from({ length: threads }, () => new Worker(new URL('worker.mjs', import.meta.url)));
  const answers = (task) =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve, reject) => {
            worker.once('error', reject);
            worker.once('message', (message) => (message.error ? reject(new Error(message.error)) : resolve(message)));
            if (task) worker.postMessage(task);
          }),
      ),
    );
  try {
    await answers({ ...job, tickets: tickets.memory });
    const done = answers();
    tickets.start();
    return await done;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function nearestRank(ascending, share) {
  return ascending[Math.max(Math.ceil(share * ascending.length), 1) - 1];
}

// here: { index, queryOf, count, k, ids } of this thread; job: the same for a worker, see worker.mjs.
export async function measure(peer, here, job, threads, seconds) {
  const tickets = new Tickets(here.count, seconds);
  let parts;
  if (peer.answersByPromise) {
    parts = await searchByPromises(here, threads, tickets);
  } else if (threads > 1) {
    parts = await searchInWorkers({ ...job, seconds }, threads, tickets);
  } else {
    warmUpHere(here);
    tickets.start();
    parts = [searchHere(here, tickets)];
  }
  const wallS = (Math.max(...parts.map((part) => part.endMs)) - tickets.startMs[0]) / 1e3;
  const ascending = Float64Array.from(parts.flatMap((part) => part.latencies)).sort();
  return {
    qps: ascending.length / wallS,
    p50_ms: nearestRank(ascending, 0.5),
    p95_ms: nearestRank(ascending, 0.95),
    p99_ms: nearestRank(ascending, 0.99),
    passes: tickets.passes,
  };
}

// Queries per second of calls with all queries at once; searchFirst(n) searches the first n in one call.
export function measureBatch(count, seconds, searchFirst) {
  searchFirst(Math.min(count, 200));
  const start = performance.now();
  for (let calls = 1; ; calls++) {
    searchFirst(count);
    const wallS = (performance.now() - start) / 1e3;
    if (wallS >= seconds || calls === PASSES_MAX) return (calls * count) / wallS;
  }
}

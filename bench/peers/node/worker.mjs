// One thread of a measurement with several: opens the index, warms up, says so, and searches when all are told to.
import { parentPort } from 'node:worker_threads';
import { searchHere, Tickets, warmUpHere } from './measure.mjs';
import { rowOf } from './files.mjs';

parentPort.once('message', async (job) => {
  try {
    const { peer } = await import(job.peerUrl);
    const index = peer.open(job.spec, job.folder, { shared: true });
    index.setEffort(job.effort);
    const here = {
      index,
      queryOf: (query) => rowOf(job.queries, query),
      count: job.count,
      k: job.k,
      ids: job.ids,
    };
    warmUpHere(here);
    const tickets = new Tickets(job.count, job.seconds, job.tickets);
    parentPort.postMessage({ ready: true });
    tickets.awaitStart();
    const part = searchHere(here, tickets);
    index.close();
    parentPort.postMessage(part);
  } catch (error) {
    parentPort.postMessage({ error: error.message || String(error) });
  }
});

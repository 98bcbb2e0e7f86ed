"""The search loop that every driver has: see "Commands" in ../README.md."""

import itertools
import math
import threading
from time import perf_counter

PASSES_MAX = 20


class Tickets:
    """The one counter that all threads draw queries from.

    Whether a pass begins is decided once, by the thread that first draws from it, so that every pass is whole and no
    thread has to wait for another at its end.
    """

    def __init__(self, count, seconds):
        self._count = count
        self._seconds = seconds
        self._next = itertools.count()
        self._decided = []
        self._lock = threading.Lock()
        self._start = perf_counter()

    def draw(self):
        """The next query, or -1 when the last pass is drawn."""
        ticket = next(self._next)
        number = ticket // self._count
        begins = self._decided[number] if number < len(self._decided) else self._decide(number)
        return ticket % self._count if begins else -1

    def _decide(self, number):
        with self._lock:
            while len(self._decided) <= number:
                first = not self._decided
                in_time = perf_counter() - self._start < self._seconds
                self._decided.append(first or (self._decided[-1] and in_time and len(self._decided) < PASSES_MAX))
            return self._decided[number]

    @property
    def passes(self):
        return sum(self._decided)


def nearest_rank(ascending, share):
    return ascending[max(math.ceil(share * len(ascending)), 1) - 1]


def on_threads(threads, work):
    """Runs work(thread) on every thread and raises what one of them raised."""
    failures = []

    def guarded(thread):
        try:
            work(thread)
        except Exception as error:  # it has to reach the thread that answers
            failures.append(error)

    others = [threading.Thread(target=guarded, args=(thread,)) for thread in range(1, threads)]
    for other in others:
        other.start()
    guarded(0)
    for other in others:
        other.join()
    if failures:
        raise failures[0]


def _warm_up(count, search):
    start = perf_counter()
    for done in itertools.count():
        elapsed = perf_counter() - start
        if elapsed >= 1.0 or (done >= 200 and elapsed >= 0.3):
            return
        search(done % count)


def measure(count, threads, seconds, searcher):
    """Figures of single searches. searcher() makes, on the thread that will use it, search(query) -> seconds taken."""
    latencies = [[] for _ in range(threads)]

    def run(thread):
        search = searcher()
        append = latencies[thread].append
        while (query := tickets.draw()) >= 0:
            append(search(query))

    on_threads(threads, lambda _: _warm_up(count, searcher()))
    tickets = Tickets(count, seconds)
    start = perf_counter()
    on_threads(threads, run)
    wall = perf_counter() - start

    ascending = sorted(itertools.chain.from_iterable(latencies))
    figures = {f"p{share}_ms": nearest_rank(ascending, share / 100) * 1e3 for share in (50, 95, 99)}
    return {"qps": len(ascending) / wall, **figures, "passes": tickets.passes}


def measure_batch(count, seconds, search_first):
    """Queries per second of calls with all queries at once; search_first(n) searches the first n in one call."""
    search_first(min(count, 200))
    start = perf_counter()
    for calls in range(1, PASSES_MAX + 1):
        search_first(count)
        wall = perf_counter() - start
        if wall >= seconds:
            break
    return calls * count / wall

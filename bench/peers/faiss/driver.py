"""Measures FAISS through the protocol of ../README.md."""

import ctypes
import gc
import json
import os
import sys
from time import perf_counter

try:
    import faiss
    import numpy as np
except ImportError as missing:
    print(f"faiss is not set up for {sys.executable}: {missing}; run bench/peers/setup.sh faiss", file=sys.stderr)
    sys.exit(3)

import indexes
from files import fbin_shape, read_fbin, reset_peak, status_bytes, write_ibin, write_json
from measure import measure, measure_batch


def is_generic():
    return "AVX" not in faiss.get_compile_options() and "SVE" not in faiss.get_compile_options()


def blas():
    """The BLAS libraries that this process has loaded and, of an OpenBLAS, the code that it chose."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = sorted({line.split()[-1] for line in maps if "blas" in line.rsplit("/", 1)[-1]})
    found = []
    for path in paths:
        library = ctypes.CDLL(path)
        for name in ("openblas_get_corename", "openblas_get_corename64_", "scipy_openblas_get_corename64_"):
            if hasattr(library, name):
                function = getattr(library, name)
                function.restype = ctypes.c_char_p
                found.append(f"OpenBLAS with its code for {function().decode()}")
                break
        else:
            found.append(os.path.basename(path))
    return ", ".join(dict.fromkeys(found)) or "linked into FAISS itself"


def hello():
    speed = (
        "a generic build without AVX2: no fair opponent for IVF and FastScan, whose code needs it"
        if is_generic()
        else "a build for this processor's vector instructions"
    )
    return {
        "name": "faiss",
        "version": faiss.__version__,
        "facts": [
            f"compiled with: {faiss.get_compile_options().strip()}; {speed}",
            f"BLAS: {blas()}; OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', '(unset)')}",
            "threads: omp_set_num_threads as each build and batch search asks; 1 in every thread of single searches",
            "single searches are called from Python, with pointers prepared outside the time taken; the call from "
            "Python is in it, and with several threads the interpreter's lock is too",
            "rerank reads float32 rows kept beside the index; index_bytes is without them",
        ],
        "indexes": list(indexes.KINDS),
    }


def required(command, name, kind):
    value = command.get(name)
    if not isinstance(value, kind) or isinstance(value, bool) or (kind is int and value < 1):
        raise ValueError(f"{name} is missing or not a {'positive integer' if kind is int else kind.__name__}")
    return value


class Driver:
    def __init__(self):
        self._forget()

    def _forget(self):
        self.index = self.rows = self.kind = self.base = self.metric = None
        gc.collect()

    def answer(self, command):
        op = required(command, "op", str)
        if op == "hello":
            return hello()
        if op == "build":
            return self.build(command)
        if op == "search":
            return self.search(command)
        raise ValueError(f"unknown op {op}")

    def build(self, command):
        self._forget()
        kind, metric = required(command, "index", str), required(command, "metric", str)
        base, directory = required(command, "base", str), required(command, "directory", str)
        threads, seed = required(command, "threads", int), command.get("seed", 1)
        if kind not in indexes.KINDS:
            raise ValueError(f"unknown index {kind}")
        if metric not in indexes.METRICS:
            raise ValueError(f"unknown metric {metric}")
        allowed = indexes.KINDS[kind][0]
        parameters = indexes.checked(command.get("parameters"), allowed, ("pq_bits",), "parameters")
        rows, dimensions = fbin_shape(base)

        # What has to be equal for a saved index to be the one that is asked for.
        identity = {
            "index": kind, "metric": metric, "parameters": parameters, "seed": seed, "rows": rows,
            "dimensions": dimensions, "version": f"{faiss.__version__} {faiss.get_compile_options().strip()}",
        }
        index_path, figures_path = os.path.join(directory, "index.faiss"), os.path.join(directory, "build.json")
        figures = saved_figures(figures_path, identity)
        load_s = None if figures is None else self._try_load(index_path, dimensions)
        built = load_s is None
        if built:
            os.makedirs(directory, exist_ok=True)
            if os.path.exists(figures_path):
                os.remove(figures_path)
            empty = indexes.make(kind, dimensions, metric, parameters, seed)
            figures = make(empty, base, threads, index_path)
            del empty
            gc.collect()
            load_s = self._load(index_path, dimensions)
            write_json(figures_path, {"of": identity, "figures": figures})
        self.kind, self.base, self.metric = kind, base, metric
        return {**figures, "built": built, "load_s": load_s, "rss_bytes": status_bytes("VmRSS")}

    def _try_load(self, index_path, dimensions):
        """None when a saved index cannot be read: it is made anew."""
        try:
            return self._load(index_path, dimensions)
        except Exception as error:
            print(f"{index_path}: {error}", file=sys.stderr)
            self._forget()
            return None

    def _load(self, index_path, dimensions):
        query = np.full((1, dimensions), 0.1, dtype=np.float32)
        faiss.omp_set_num_threads(1)
        start = perf_counter()
        self.index = faiss.read_index(index_path)
        self.index.search(query, 1)
        return perf_counter() - start

    def search(self, command):
        if self.index is None:
            raise ValueError("nothing is built yet")
        queries = read_fbin(required(command, "queries", str))
        count, k, threads = (required(command, name, int) for name in ("count", "k", "threads"))
        seconds, out = command.get("seconds", 0), required(command, "out", str)
        effort = indexes.checked(command.get("effort"), indexes.KINDS[self.kind][1], ("rerank",), "effort")
        if queries.shape[1] != self.index.d:
            raise ValueError("queries have another number of dimensions than the index")
        if count > len(queries):
            raise ValueError("count is more than there are queries")
        queries = queries[:count]
        indexes.set_effort(self.index, effort)
        index = self._reranked(effort["rerank"]) if effort.get("rerank") else self.index

        ids = np.full((count, k), -1, dtype=np.int32)
        figures = measure(count, threads, seconds, lambda: single_searcher(index, queries, ids))
        faiss.omp_set_num_threads(threads)
        batch_qps = measure_batch(count, seconds, lambda first: index.search(queries[:first], k))
        write_ibin(out, ids)
        return {**figures, "batch_qps": batch_qps}

    def _reranked(self, candidates):
        if self.rows is None:
            rows = read_fbin(self.base)
            self.rows = faiss.IndexFlat(rows.shape[1], indexes.METRICS[self.metric])
            self.rows.add(rows)
        return indexes.with_rerank(self.index, self.rows, candidates)


def make(index, base, threads, index_path):
    faiss.omp_set_num_threads(threads)
    reset_peak()
    rows = read_fbin(base)
    start = perf_counter()
    trains = not index.is_trained
    if trains:
        index.train(rows)
    trained = perf_counter()
    index.add(rows)
    added = perf_counter()
    faiss.write_index(index, index_path)
    return {
        "build_s": added - start,
        "train_s": trained - start if trains else 0.0,
        "save_s": perf_counter() - added,
        "index_bytes": os.path.getsize(index_path),
        "peak_rss_bytes": status_bytes("VmHWM"),
        "threads": threads,
    }


def saved_figures(path, identity):
    try:
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
        return saved["figures"] if saved["of"] == identity else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def single_searcher(index, queries, ids):
    """search(query) -> seconds that the library took; for one thread."""
    faiss.omp_set_num_threads(1)
    k = ids.shape[1]
    distances, labels = np.empty(k, dtype=np.float32), np.empty(k, dtype=np.int64)
    into = faiss.swig_ptr(distances), faiss.swig_ptr(labels)
    call = index.search_c

    def search(query):
        pointer = faiss.swig_ptr(queries[query])
        before = perf_counter()
        call(1, pointer, k, *into)
        taken = perf_counter() - before
        ids[query] = labels
        return taken

    search.memory = distances, labels  # a pointer keeps nothing alive
    return search


def main():
    # Whatever a library prints goes to standard error: standard output carries answers only.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdin.reconfigure(errors="replace")
    driver = Driver()
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            command = json.loads(line)
            if not isinstance(command, dict):
                raise ValueError("a command is an object")
            if command.get("op") == "quit":
                break
            answer = {"ok": True, **driver.answer(command)}
        except Exception as error:  # the driver goes on after any error
            answer = {"ok": False, "error": " ".join(f"{type(error).__name__}: {error}".split())}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Runs every driver that is set up through the protocol of README.md, on small random data, and compares what it finds
with brute force: check.py [PEER...]. Exits 1 on any violation."""

import json
import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SEED = 20240611
ROWS, QUERIES, K = 6000, 200, 10
ANSWER_S_MAX = 600

GRAPH = {"m": 16, "ef_construction": 100}
PQ = {"nlist": 32, "pq_m": 20}
# Learning a rotation takes fifty rounds of clustering: few centroids keep that short.
PQ4 = {**PQ, "pq_bits": 4}
EF = [({"ef": 10}, 0.30), ({"ef": 200}, 0.95)]
PROBES = [({"nprobe": 1}, 0.05), ({"nprobe": 8}, 0.50), ({"nprobe": 32}, 1.0)]
# Coarse codes first, then the exact distances of ever more candidates.
RERANKS = [({"nprobe": 1}, 0.05), ({"nprobe": 32}, 0.15), ({"nprobe": 32, "rerank": 4}, 0.40),
           ({"nprobe": 32, "rerank": 40}, 0.90)]
RERANKED_GRAPH = [({"ef": 200}, 0.80), ({"ef": 200, "rerank": 4}, 0.95)]
EXACT = [({}, 1.0)]

# peer: [(index, parameters, efforts of rising recall, each with the least that is plausible)]
CASES = {
    "hnswlib": [("hnsw", GRAPH, EF)],
    "faiss": [
        ("flat", {}, EXACT), ("hnsw", GRAPH, EF), ("hnsw-sq8", GRAPH, RERANKED_GRAPH),
        ("ivf-flat", {"nlist": 32}, PROBES), ("ivf-pq", {**PQ, "pq_bits": 8}, RERANKS), ("ivf-pq-fs", PQ, RERANKS),
        ("opq-ivf-pq", PQ4, RERANKS), ("opq-ivf-pq-fs", PQ4, RERANKS),
    ],
    "usearch": [("hnsw", GRAPH, EF), ("hnsw-i8", GRAPH, [({"ef": 10}, 0.30), ({"ef": 200}, 0.80)])],
    "lancedb": [
        ("ivf-pq", PQ, RERANKS),
        ("ivf-hnsw-sq", GRAPH, [({"ef": 20}, 0.30), ({"ef": 200, "rerank": 4}, 0.95)]),
    ],
    "sqlite-vec": [("flat", {}, EXACT)],
}
METRICS = {"sqlite-vec": ("l2", "cosine")}
# A quantised query cannot see that two rows differ by less than its step.
RECALL_NOISE = 0.02
BUILD_FIELDS = {"built", "build_s", "train_s", "save_s", "load_s", "index_bytes", "peak_rss_bytes", "rss_bytes"}
SEARCH_FIELDS = {"qps", "p50_ms", "p95_ms", "p99_ms", "passes"}


class Violation(Exception):
    pass


def expect(holds, message):
    if not holds:
        raise Violation(message)


class Data:
    """Clustered rows: of an inner product, lengths differ a little; of l2, whole numbers as pixels or SIFT have."""

    def __init__(self, folder, metric, rows=ROWS, dimensions=None):
        self.metric = metric
        dimensions = dimensions or {"l2": 80, "dot": 60, "cosine": 100}[metric]
        random = np.random.default_rng(SEED)
        centres = random.normal(size=(40, dimensions))
        points = centres[random.integers(40, size=rows + QUERIES)]
        points = points + 0.7 * random.normal(size=points.shape)
        if metric == "l2":
            points = np.clip(np.round(points * 30 + 128), 0, 255)
        else:
            points /= np.linalg.norm(points, axis=1, keepdims=True)
            points *= random.uniform(0.9, 1.1, size=(len(points), 1)) if metric == "dot" else 1
        points = points.astype(np.float32)
        self.base_rows, self.query_rows = points[:rows], points[rows:]
        name = f"{metric}-{rows}-{dimensions}"
        self.base, self.queries = str(folder / f"{name}.base.fbin"), str(folder / f"{name}.query.fbin")
        write_fbin(self.base, self.base_rows)
        write_fbin(self.queries, self.query_rows)
        self.distances = distances(metric, self.base_rows, self.query_rows)

    def recall(self, ids):
        """The share of the ids that are at most as far as the true k-th: ties by distance are as good."""
        kth = np.sort(self.distances, axis=1)[: len(ids), ids.shape[1] - 1]
        found = np.take_along_axis(self.distances[: len(ids)], ids, axis=1)
        return float(np.mean(found <= (kth + 1e-5 * np.abs(kth) + 1e-6)[:, None]))


def distances(metric, base, queries):
    products = queries.astype(np.float64) @ base.T.astype(np.float64)
    if metric != "l2":
        return -products
    squares = [np.sum(rows.astype(np.float64) ** 2, axis=1) for rows in (queries, base)]
    return squares[0][:, None] - 2 * products + squares[1][None, :]


def write_fbin(path, rows):
    with open(path, "wb") as file:
        np.array(rows.shape, dtype="<i4").tofile(file)
        rows.astype("<f4").tofile(file)


def read_ibin(path):
    count, k = np.fromfile(path, dtype="<i4", count=2)
    ids = np.fromfile(path, dtype="<i4", offset=8)
    expect(len(ids) == count * k, f"{path} does not hold the rows that its header says")
    return ids.reshape(count, k)


class Process:
    """A driver that runs."""

    def __init__(self, peer, log):
        pipe = subprocess.PIPE
        self.child = subprocess.Popen([str(HERE / peer / "run")], stdin=pipe, stdout=pipe, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.child.stdin.close()
        self.child.stdout.close()

    def send(self, command):
        line = command if isinstance(command, bytes) else json.dumps(command).encode()
        self.child.stdin.write(line + b"\n")
        self.child.stdin.flush()

    def ask(self, command):
        try:
            self.send(command)
        except BrokenPipeError:
            raise Violation(f"the driver has ended before {command}") from None
        ready, _, _ = select.select([self.child.stdout], [], [], ANSWER_S_MAX)
        expect(ready, f"no answer to {command} in {ANSWER_S_MAX} s")
        line = self.child.stdout.readline()
        expect(line.endswith(b"\n"), f"the driver died of {command}")
        try:
            answer = json.loads(line)
        except ValueError:
            raise Violation(f"an answer that is no JSON: {line[:200]}") from None
        expect(isinstance(answer, dict) and isinstance(answer.get("ok"), bool), f"an answer without ok: {line[:200]}")
        return answer

    def succeed(self, command):
        answer = self.ask(command)
        expect(answer["ok"], f"{command}: {answer.get('error')}")
        return answer

    def refuse(self, command):
        answer = self.ask(command)
        error = answer.get("error")
        expect(not answer["ok"], f"{command} was accepted")
        expect(isinstance(error, str) and error and "\n" not in error, f"{command}: no error of one line")

    def quit(self):
        self.send({"op": "quit"})
        expect(self.child.wait(timeout=30) == 0, "quit does not end the driver with exit code 0")


class Check:
    """All checks of one peer. Each runs in processes of its own, so that one failing leaves the others."""

    def __init__(self, peer, folder, log):
        self.peer, self.folder, self.log = peer, folder, log
        self.out = str(folder / "ids.ibin")
        self.passed, self.failed = 0, 0

    def run(self):
        self.step("hello and the end of input", self.check_hello)
        for metric in METRICS.get(self.peer, ("l2", "dot", "cosine")):
            data = Data(self.folder, metric)
            for case in CASES[self.peer]:
                self.step(f"{case[0]} {metric}", self.check_index, data, *case)
        small = Data(self.folder, "l2", rows=1500, dimensions=20)
        self.step("bad commands", self.check_bad_commands, small)
        self.step("broken and interrupted builds", self.check_rebuilds, small)
        if CASES[self.peer][0][0] in ("hnsw", "flat"):
            self.step("fewer rows than k", self.check_padding)

    def step(self, name, check, *arguments):
        try:
            check(*arguments)
            self.passed += 1
        except (Violation, OSError, subprocess.TimeoutExpired) as error:
            self.failed += 1
            print(f"  VIOLATION {self.peer}, {name}: {error}", flush=True)

    def start(self):
        return Process(self.peer, self.log)

    def build(self, data, index, parameters, name, **changes):
        return {"op": "build", "index": index, "parameters": parameters, "metric": data.metric, "base": data.base,
                "directory": str(self.folder / name), "threads": 2, "seed": 1, **changes}

    def search(self, data, effort, **changes):
        return {"op": "search", "queries": data.queries, "count": QUERIES, "k": K, "effort": effort, "threads": 1,
                "seconds": 0, "out": self.out, **changes}

    def check_hello(self):
        with self.start() as process:
            hello = process.succeed({"op": "hello"})
            expect(hello["name"] == self.peer, f"hello names {hello['name']}")
            expect(isinstance(hello["version"], str) and hello["version"], "hello gives no version")
            expect(hello["facts"] and all(isinstance(fact, str) for fact in hello["facts"]), "hello gives no facts")
            expect(set(hello["indexes"]) == {case[0] for case in CASES[self.peer]}, f"indexes {hello['indexes']}")
            process.child.stdin.close()
            expect(process.child.wait(timeout=30) == 0, "the end of input does not end the driver with exit code 0")
            process.child.stdin = open(os.devnull, "wb")
            expect(process.child.stdout.read() == b"", "something follows the last answer")

    def check_index(self, data, index, parameters, efforts):
        build = self.build(data, index, parameters, f"{index}-{data.metric}")
        with self.start() as process:
            made = process.succeed(build)
            self.expect_built(made, data, True)
            process.quit()
        with self.start() as process:
            loaded = process.succeed(build)
            self.expect_built(loaded, data, False)
            for figure in ("build_s", "train_s", "save_s", "index_bytes", "peak_rss_bytes"):
                expect(loaded[figure] == made[figure], f"{figure} of the loaded index is not that of its build")
            name = f"{index} {data.metric}"
            recalls = [self.check_search(process, data, name, made, effort, least) for effort, least in efforts]
            expect(all(after >= before - RECALL_NOISE for before, after in zip(recalls, recalls[1:])),
                   f"recall does not rise with the effort: {recalls}")
            self.check_passes(process, data, efforts[-1][0])
            self.check_threads(process, data, *efforts[-1])
            process.quit()

    @staticmethod
    def expect_built(answer, data, built):
        expect(BUILD_FIELDS <= set(answer), f"build answers without {BUILD_FIELDS - set(answer)}")
        expect(answer["built"] is built, f"built is {answer['built']}")
        expect(all(answer[name] >= 0 for name in BUILD_FIELDS), "a figure of building is negative")
        expect(answer["build_s"] > 0 and answer["train_s"] <= answer["build_s"], "build_s does not cover train_s")
        expect(answer["index_bytes"] > 8 * len(data.base_rows), f"index_bytes is {answer['index_bytes']}")
        expect(min(answer["rss_bytes"], answer["peak_rss_bytes"]) > 1 << 20, "a resident set of less than 1 MiB")

    def check_search(self, process, data, name, made, effort, least):
        answer = process.succeed(self.search(data, effort, seconds=0.2))
        expect(SEARCH_FIELDS <= set(answer), f"search answers without {SEARCH_FIELDS - set(answer)}")
        expect(0 < answer["p50_ms"] <= answer["p95_ms"] <= answer["p99_ms"], "the percentiles are not in order")
        expect(answer["qps"] > 0 and answer.get("batch_qps", 1) > 0, "qps is not positive")
        expect(1 <= answer["passes"] <= 20, f"{answer['passes']} passes")
        ids = read_ibin(self.out)
        expect(ids.shape == (QUERIES, K), f"ids of shape {ids.shape}")
        expect(ids.min() >= 0 and ids.max() < ROWS, "ids that are no rows")
        expect(all(len(set(row)) == K for row in ids), "an id twice in one answer")
        recall = data.recall(ids)
        batch = f"{answer['batch_qps']:9.0f}" if "batch_qps" in answer else "        -"
        print(f"  {self.peer:10} {name:20} {json.dumps(effort):29} recall {recall:.3f}  qps {answer['qps']:8.0f}"
              f"  batch {batch}  build {made['build_s']:6.2f} s", flush=True)
        expect(recall >= least, f"{effort}: recall {recall:.3f}, {least} at least")
        return recall

    def check_passes(self, process, data, effort):
        one = process.succeed(self.search(data, effort, count=3, seconds=0))
        expect(one["passes"] == 1, f"{one['passes']} passes in no time")
        many = process.succeed(self.search(data, effort, count=1, seconds=60))
        expect(many["passes"] == 20, f"{many['passes']} passes where time is no limit")

    def check_threads(self, process, data, effort, least):
        answer = process.succeed(self.search(data, effort, threads=2, seconds=0.1))
        expect(1 <= answer["passes"] <= 20 and answer["qps"] > 0, "no figures of two threads")
        recall = data.recall(read_ibin(self.out))
        expect(recall >= least, f"two threads: recall {recall:.3f}, {least} at least")

    def check_bad_commands(self, data):
        index, parameters, efforts = CASES[self.peer][0]
        effort = efforts[-1][0]
        build = self.build(data, index, parameters, "bad")
        search = self.search(data, effort)
        truncated = str(self.folder / "truncated.fbin")
        Path(truncated).write_bytes(Path(data.base).read_bytes()[:-10])
        no_header = str(self.folder / "short.fbin")
        Path(no_header).write_bytes(b"\1\0\0")
        other = Data(self.folder, "l2", rows=1500, dimensions=40)
        with self.start() as process:
            process.refuse(search)
            for command in (b"nonsense", b"[]", b"3", b"{}", b'{"op":7}', b"\xff\xfe", {"op": "dance"}, {"op": "build"},
                            {"op": "hello" * 5000}):
                process.refuse(command)
            for change in ({"index": "tree"}, {"index": None}, {"metric": "taxicab"}, {"base": data.base + ".none"},
                           {"base": truncated}, {"base": no_header}, {"base": str(self.folder)}, {"threads": 0},
                           {"parameters": {**parameters, "colour": 3}}, {"parameters": 5},
                           {"directory": data.base + "/inside"}):
                process.refuse({**build, **change})
            for name in parameters:
                process.refuse({**build, "parameters": {**parameters, name: 0}})
                process.refuse({**build, "parameters": {**parameters, name: "many"}})
            process.refuse(search)
            process.succeed(build)
            for change in ({"queries": data.queries + ".none"}, {"queries": truncated}, {"queries": other.queries},
                           {"count": QUERIES + 1}, {"count": 0}, {"k": 0}, {"threads": 0}, {"out": None},
                           {"out": str(self.folder / "none" / "ids.ibin")}, {"effort": {**effort, "luck": 1}}):
                process.refuse({**search, **change})
            process.succeed(search)
            process.succeed({"op": "hello"})
            process.quit()

    def check_rebuilds(self, data):
        index, parameters, efforts = CASES[self.peer][0]
        directory = self.folder / "rebuilt"
        build = self.build(data, index, parameters, "rebuilt")
        with self.start() as process:
            process.succeed({"op": "hello"})
            process.send(build)
            process.child.kill()
        with self.start() as process:
            expect(process.succeed(build)["built"], "an interrupted build passes for a complete one")
            expect(not process.succeed(build)["built"], "a complete build is made again")
            expect(process.succeed({**build, "seed": 2})["built"], "the index of another seed passes for this one")
            expect(process.succeed(build)["built"], "the index of another seed passes for this one")
            (directory / "build.json").write_text("{")
            expect(process.succeed(build)["built"], "half a build.json passes for a complete one")
            if self.peer != "lancedb":  # it reads a file only when a search needs it
                largest = max(filter(Path.is_file, directory.rglob("*")), key=lambda path: path.stat().st_size)
                largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])
                expect(process.succeed(build)["built"], "a damaged index is not made again")
            process.succeed(self.search(data, efforts[-1][0]))
            expect(data.recall(read_ibin(self.out)) >= efforts[-1][1], "the index made again finds too little")
            process.quit()

    def check_padding(self):
        index, parameters, efforts = CASES[self.peer][0]
        data = Data(self.folder, "l2", rows=5, dimensions=20)
        with self.start() as process:
            process.succeed(self.build(data, index, parameters, "few"))
            process.succeed(self.search(data, efforts[-1][0]))
            ids = read_ibin(self.out)
            expect((np.sort(ids[:, :5], axis=1) == np.arange(5)).all() and (ids[:, 5:] == -1).all(), f"ids {ids[0]}")
            process.quit()


def check_peer(peer):
    if peer not in CASES:
        print(f"FAILED {peer}: there is no such peer")
        return 0, 1, 0
    with tempfile.TemporaryDirectory(prefix="peers-check.") as name, tempfile.TemporaryFile() as log:
        hello = subprocess.run([str(HERE / peer / "run")], input=b"", capture_output=True, timeout=60)
        if hello.returncode == 3:
            print(f"SKIPPED {peer}: {hello.stderr.decode(errors='replace').strip().splitlines()[-1]}")
            return 0, 0, 1
        check = Check(peer, Path(name), log)
        check.run()
        if check.failed:
            log.seek(0)
            print("  the end of its standard error: " + log.read()[-1500:].decode(errors="replace").strip())
        print(f"{'FAILED' if check.failed else 'READY'} {peer}", flush=True)
        return check.passed, check.failed, 0


def main():
    totals = np.sum([check_peer(peer) for peer in sys.argv[1:] or CASES], axis=0)
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())

"""The kinds of index: which parameters and efforts each takes, how it is made and how an effort is set."""

import faiss

_GRAPH = ("m", "ef_construction")
_IVF = ("nlist",)
_PQ = ("nlist", "pq_m", "pq_bits")

# kind: (parameters, efforts)
KINDS = {
    "flat": ((), ()),
    "hnsw": (_GRAPH, ("ef",)),
    "hnsw-sq8": (_GRAPH, ("ef", "rerank")),
    "ivf-flat": (_IVF, ("nprobe",)),
    "ivf-pq": (_PQ, ("nprobe", "rerank")),
    "ivf-pq-fs": (_PQ, ("nprobe", "rerank")),
    "opq-ivf-pq": (_PQ, ("nprobe", "rerank")),
    "opq-ivf-pq-fs": (_PQ, ("nprobe", "rerank")),
}

METRICS = {"l2": faiss.METRIC_L2, "dot": faiss.METRIC_INNER_PRODUCT, "cosine": faiss.METRIC_INNER_PRODUCT}


def checked(given, allowed, optional, where):
    """Numbers by name. One that is not known here would silently leave a parameter at its default."""
    if not isinstance(given, dict):
        raise ValueError(f"{where} is missing or not an object")
    for name, value in given.items():
        if name not in allowed:
            raise ValueError(f"{where}: unknown {name}")
        if not isinstance(value, int) or value < (0 if name == "rerank" else 1):
            raise ValueError(f"{where}: {name} is not a positive integer")
    for name in allowed:
        if name not in given and name not in optional:
            raise ValueError(f"{where}: {name} is missing")
    return given


def make(kind, dimensions, metric, parameters, seed):
    """An empty, untrained index."""
    if kind == "flat":
        return faiss.IndexFlat(dimensions, METRICS[metric])
    if kind.startswith("hnsw"):
        return _make_graph(kind, dimensions, METRICS[metric], parameters, seed)
    if kind.startswith("opq-"):
        inner = _make_ivf(kind[len("opq-"):], dimensions, METRICS[metric], parameters, seed)
        rotation = faiss.OPQMatrix(dimensions, inner.pq.M)
        # The rotation is learnt for the codes that follow it; by itself it supposes 8 bits.
        codes = faiss.ProductQuantizer(dimensions, inner.pq.M, inner.pq.nbits)
        rotation.pq = codes
        index = faiss.IndexPreTransform(rotation, inner)
        index.parts = (rotation, codes, inner)  # the index does not own them
        return index
    return _make_ivf(kind, dimensions, METRICS[metric], parameters, seed)


def _make_graph(kind, dimensions, metric, parameters, seed):
    if kind == "hnsw":
        index = faiss.IndexHNSWFlat(dimensions, parameters["m"], metric)
    else:
        index = faiss.IndexHNSWSQ(dimensions, faiss.ScalarQuantizer.QT_8bit, parameters["m"], metric)
    index.hnsw.efConstruction = parameters["ef_construction"]
    index.hnsw.rng = faiss.RandomGenerator(seed)
    return index


def _make_ivf(kind, dimensions, metric, parameters, seed):
    coarse = faiss.IndexFlat(dimensions, metric)
    nlist = parameters["nlist"]
    if kind == "ivf-flat":
        index = faiss.IndexIVFFlat(coarse, dimensions, nlist, metric)
    else:
        sub_vectors = _sub_vectors(dimensions, parameters)
        bits = parameters.get("pq_bits", 4 if kind == "ivf-pq-fs" else 8)
        if kind == "ivf-pq-fs" and bits != 4:
            raise ValueError("parameters: FastScan takes pq_bits 4 only")
        maker = faiss.IndexIVFPQFastScan if kind == "ivf-pq-fs" else faiss.IndexIVFPQ
        index = maker(coarse, dimensions, nlist, sub_vectors, bits, metric)
        index.pq.cp.seed = seed
        if kind == "ivf-pq-fs":
            # Codes of residuals find more: of an inner product at no cost; of l2 hardly more, and a fifth slower.
            index.by_residual = metric == faiss.METRIC_INNER_PRODUCT
    index.cp.seed = seed
    # As FAISS's own factory does: centroids of an inner product are of equal length, or the longest take all.
    index.cp.spherical = metric == faiss.METRIC_INNER_PRODUCT
    index.coarse = coarse  # the index does not own it
    return index


def _sub_vectors(dimensions, parameters):
    if dimensions % parameters["pq_m"] != 0:
        raise ValueError(f"parameters: pq_m does not divide the {dimensions} dimensions")
    return parameters["pq_m"]


def set_effort(index, effort):
    if "ef" in effort:
        faiss.downcast_index(index).hnsw.efSearch = effort["ef"]
    if "nprobe" in effort:
        faiss.extract_index_ivf(index).nprobe = effort["nprobe"]


def with_rerank(index, rows, candidates):
    """The index followed by exact distances of candidates × k rows."""
    refined = faiss.IndexRefine(index, rows)
    refined.k_factor = candidates
    return refined

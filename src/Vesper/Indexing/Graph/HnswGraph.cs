using Vesper.Storage.Formats;

namespace Vesper.Indexing.Graph;

/// <summary>Hierarchical navigable small world graph (Malkov, Yashunin: arXiv:1603.09320).</summary>
internal sealed class HnswGraph : IMutableVectorIndex
{
    /// <summary>An empty graph over a store that grows.</summary>
    public HnswGraph(IndexOptions options, IVectorStore store, MemoryScope scope) => throw new NotImplementedException();

    /// <summary>A graph that starts as a copy of another, over a store whose first rows are the same; takes further inserts.</summary>
    public static HnswGraph Extend(HnswGraph source, IVectorStore store, MemoryScope scope) => throw new NotImplementedException();

    /// <summary>Reads a sealed graph; every link and level is validated. Takes no further inserts.</summary>
    public static HnswGraph Open(LazySection section, IndexOptions options, IVectorStore store, MemoryScope scope) => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public void Insert(Ordinal row) => throw new NotImplementedException();

    public void Search(IScorer scorer, in IndexSearch search, TopK into, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Writes the graph as the open section's bytes. No inserts may run.</summary>
    public void Write(SectionFileWriter file) => throw new NotImplementedException();

    /// <summary>Reports link problems and nodes that a walk from the entry point does not reach.</summary>
    public void Check(Action<string> report) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

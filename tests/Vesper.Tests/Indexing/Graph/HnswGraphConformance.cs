using Vesper.Indexing;
using Vesper.Indexing.Graph;
using Vesper.Numerics.Memory;
using Vesper.Storage.Formats;
using Vesper.Tests.Conformance;

namespace Vesper.Tests.Indexing.Graph;

public sealed class HnswGraphConformance : MutableVectorIndexConformance
{
    private static readonly IndexOptions Options = new() { M = 12, EfConstruction = 80 };

    private protected override IMutableVectorIndex Create(IVectorStore store, MemoryScope scope) =>
        new HnswGraph(Options, store, scope);

    private protected override IMutableVectorIndex Extend(IVectorIndex source, IVectorStore store, MemoryScope scope) =>
        HnswGraph.Extend((HnswGraph)source, store, scope);

    private protected override void Seal(IVectorIndex index, SectionFileWriter file) => ((HnswGraph)index).Write(file);

    private protected override IVectorIndex Open(LazySection section, IVectorStore store, MemoryScope scope) =>
        HnswGraph.Open(section, Options, store, scope);
}

/// <summary>
/// The smallest graph that options allow: full lists everywhere, so that pruning and the tree are under stress.
/// </summary>
public sealed class SparseHnswGraphConformance : MutableVectorIndexConformance
{
    private static readonly IndexOptions Options = new() { M = 2, EfConstruction = 64 };

    // Four links a node are too few for good recall; what matters here is that nothing is lost.
    private protected override double RecallMin => 0.5;

    private protected override IMutableVectorIndex Create(IVectorStore store, MemoryScope scope) =>
        new HnswGraph(Options, store, scope);

    private protected override IMutableVectorIndex Extend(IVectorIndex source, IVectorStore store, MemoryScope scope) =>
        HnswGraph.Extend((HnswGraph)source, store, scope);

    private protected override void Seal(IVectorIndex index, SectionFileWriter file) => ((HnswGraph)index).Write(file);

    private protected override IVectorIndex Open(LazySection section, IVectorStore store, MemoryScope scope) =>
        HnswGraph.Open(section, Options, store, scope);
}

using System.Diagnostics;
using Vesper.Indexing.Graph.Building;
using Vesper.Indexing.Graph.Format;
using Vesper.Indexing.Graph.Walking;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Graph;

/// <summary>
/// Hierarchical navigable small world graph (Malkov, Yashunin: "Efficient and robust approximate nearest neighbor
/// search using hierarchical navigable small world graphs", arXiv:1603.09320): Algorithms 1 (insert), 2 (search a
/// layer), 4 (choose neighbours by diversity) and 5 (search).
/// </summary>
/// <remarks>
/// Deviations: levels come from a hash of the ordinal; pruned candidates are not kept; copies of one vector do not
/// fill each other's lists (<see cref="NeighborSelection"/>); layer 0 keeps a spanning tree, so that it is strongly
/// connected at all times (<see cref="GraphInserter"/>). The graph sees no vectors and no metric: scorers give it the
/// distances of batches. Thread-safe: searches take no lock, also beside inserts. A search costs O(effort × M)
/// distances plus the descent.
/// </remarks>
internal sealed class HnswGraph : IMutableVectorIndex
{
    private readonly IndexOptions _options;
    private readonly GraphLinks _links;
    private readonly GraphEntry _entry;
    private readonly InsertionWatermark _watermark;
    private readonly GraphInserter? _inserter;

    /// <summary>An empty graph over a store that grows.</summary>
    /// <param name="options">M and efConstruction; validated by the caller.</param>
    /// <param name="store">Holds each row before it is inserted; not owned.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    public HnswGraph(IndexOptions options, IVectorStore store, MemoryScope scope)
        : this(options, new GraphLinks(options.M, scope), new GraphEntry(EntryPoint.None, 0), store)
    {
    }

    private HnswGraph(IndexOptions options, GraphLinks links, GraphEntry graphEntry, IVectorStore? growing)
    {
        _options = options;
        _links = links;
        _entry = graphEntry;
        _watermark = new InsertionWatermark(links, graphEntry.Begun);
        _inserter = growing is null ? null : new GraphInserter(links, graphEntry, growing, options.EfConstruction);
    }

    /// <inheritdoc/>
    public int Count => _watermark.Count;

    /// <summary>
    /// Whether rows were begun that are not counted: of a quiescent graph, rows beyond a missing one.
    /// </summary>
    private bool HasGap => _entry.Begun != Count;

    /// <summary>
    /// A graph that starts as a copy of another, over a store whose first rows are the same; takes further inserts.
    /// </summary>
    /// <param name="source">
    /// No inserts may run in it. When it has a gap (rows beyond <see cref="Count"/> are in, which its nodes lead to),
    /// the copy starts empty instead.
    /// </param>
    /// <param name="store">Holds the source's rows under the same ordinals; not owned.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    public static HnswGraph Extend(HnswGraph source, IVectorStore store, MemoryScope scope)
    {
        var links = new GraphLinks(source._links.M, scope);
        var count = source.HasGap ? 0 : source.Count;
        for (var node = 0; node < count; node++)
        {
            links.CopyFrom(source._links, node);
        }

        var entry = count == 0 ? EntryPoint.None : source._entry.Entry;
        return new HnswGraph(source._options, links, new GraphEntry(entry, count), store);
    }

    /// <summary>Reads a sealed graph; every link and level is validated. Takes no further inserts.</summary>
    /// <param name="section">Owned from here on; closed once it is read.</param>
    /// <param name="options">For extending it later; M is the file's.</param>
    /// <param name="store">The rows it was built over; not owned.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="CorruptDataException">The content is not a sound graph over the store's rows.</exception>
    public static HnswGraph Open(LazySection section, IndexOptions options, IVectorStore store, MemoryScope scope)
    {
        using (section)
        {
            var (links, entry, count) = GraphReader.Read(section, store.Count, scope);
            return new HnswGraph(options with { M = links.M }, links, new GraphEntry(entry, count), growing: null);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A row that is in already stays as it is. Rows in the order of <see cref="ParallelInsertion"/> leave no gap.
    /// </remarks>
    public void Insert(Ordinal row)
    {
        var inserter = _inserter ?? throw new InvalidOperationException("A sealed graph takes no rows; extend it.");
        if (_links.IsComplete(row.Value))
        {
            return;
        }

        _links.Add(row.Value, NodeLevel.Of(row.Value, _links.M));
        inserter.Insert(row.Value);
        _watermark.Complete(row.Value);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// No allocation once warm. Without filter and limit the best <c>Effort</c> nodes met are offered.
    /// </remarks>
    /// <exception cref="OperationCanceledException">Cancelled; checked every few hundred nodes.</exception>
    public void Search(IScorer scorer, in IndexSearch search, TopK into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (entry, bound) = _entry.Read();
        if (entry.IsNone || search.Limit <= 0)
        {
            return;
        }

        var effort = Math.Clamp(search.Effort, Math.Min(into.Capacity, bound), bound);
        var walk = ScratchPool<GraphWalk>.Rent();
        walk.Begin(_links, scorer, bound);
        var start = walk.Descend(entry, 1);
        if (search.Filter is null && search.Limit >= bound)
        {
            walk.SearchLayer(0, start, effort, cancellation);
        }
        else
        {
            walk.SearchPassing(start, effort, new ResultRows(search.Filter, search.Limit), cancellation);
        }

        walk.Pool.OfferTo(into);
        walk.End();
        ScratchPool<GraphWalk>.Return(walk);
    }

    /// <summary>Writes the graph as the open section's bytes (docs/formats/graph.md). No inserts may run.</summary>
    public void Write(SectionFileWriter file)
    {
        if (HasGap)
        {
            throw new InvalidOperationException(
                $"Rows beyond the first {Count} are in, but not all: insert the missing ones.");
        }

        GraphWriter.Write(file, _links, _entry.Entry, Count);
    }

    /// <summary>
    /// Reports link problems and nodes that a walk from the entry point does not reach. No inserts may run.
    /// </summary>
    public void Check(Action<string> report) => GraphCheck.Run(_links, _entry.Entry, Count, report);

    /// <inheritdoc/>
    public void Dispose() => _links.Dispose();
}

using System.Diagnostics;
using Vesper.Indexing.Graph.Walking;
using Vesper.Indexing.Ivf.Lists;
using Vesper.Indexing.Ivf.Searching;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Execution;

namespace Vesper.Indexing.Ivf;

/// <summary>
/// Inverted file: rows parted by their nearest centroid, each list scanned by the codes of its rows' residuals, the
/// best of them compared by their vectors (Jégou, Douze, Schmid: "Product quantization for nearest neighbor search",
/// PAMI 2011). Partition and encoding are put together by <see cref="IvfModel"/>.
/// </summary>
/// <remarks>
/// Thread-safe: searches take no lock, also beside adds; adds, removals and clearing take turns. A search costs a scan
/// of the centroids, of the codes of the probed lists, and as many vectors as are compared at the end.
/// </remarks>
internal sealed class IvfIndex : IVectorIndex
{
    // Times the results that a filter must have let through before probing ends.
    private const int FilteredSlack = 4;

    private readonly IvfModel _model;
    private readonly IvfOptions _options;
    private readonly MemoryScope _scope;
    private readonly Lock _changing = new();
    private InvertedLists _lists;
    private RowPlaces? _places;
    private IvfWorkDone _added = IvfWorkDone.None;
    private int _count;

    /// <summary>An index without rows. Takes ownership of the model.</summary>
    public IvfIndex(IvfModel model, IvfOptions options, MemoryScope scope)
        : this(model, options, new GrowingLists(model.Centroids.Count, model.Quantizer.Blocks, scope), 0, scope)
    {
    }

    /// <summary>An index over lists that are there, of ordinals below <paramref name="count"/>.</summary>
    public IvfIndex(IvfModel model, IvfOptions options, InvertedLists lists, int count, MemoryScope scope)
    {
        Debug.Assert(lists.Count == model.Centroids.Count, "one list a centroid");
        _model = model;
        _options = options;
        _lists = lists;
        _scope = scope;
        _count = count;
    }

    /// <inheritdoc/>
    public int Count => Volatile.Read(ref _count);

    /// <summary>What training left.</summary>
    public IvfModel Model => _model;

    /// <summary>The lists, for writing them.</summary>
    public InvertedLists Lists => _lists;

    /// <summary>
    /// Adds rows that follow those already in: row i of the matrix becomes ordinal <see cref="Count"/> + i.
    /// Cost: an assignment and an encoding a row.
    /// </summary>
    /// <param name="rows">Finite; columns ≥ the dimensions; not zero under cosine.</param>
    /// <param name="executor">Rows are assigned and encoded by parts.</param>
    /// <exception cref="OperationCanceledException">Cancelled: nothing was added.</exception>
    public void Add(RowMatrix<float> rows, IExecutor executor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Columns, _model.Dimensions);
        lock (_changing)
        {
            var lists = _lists as GrowingLists
                ?? throw new InvalidOperationException("Lists that lie in a file take no rows.");
            var options = new AssignmentOptions { ValidationRate = _options.Validation, Seed = (int)_options.Seed };
            using var encoded = EncodedRows.Of(_model, rows, options, new IvfWork(executor, _scope, cancellation));
            var started = Stopwatch.GetTimestamp();
            var first = new Ordinal(_count);
            encoded.AppendTo(lists, first, executor, _places);
            var appending = Stopwatch.GetElapsedTime(started);
            _added = _added.Plus(new IvfWorkDone(encoded.Assignment, encoded.Encoding, appending));
            Volatile.Write(ref _count, _count + rows.Count);
        }
    }

    /// <summary>Adds a row that was coded elsewhere, to the list it was coded for.</summary>
    public void Take(int list, ReadOnlySpan<byte> code)
    {
        lock (_changing)
        {
            var lists = _lists as GrowingLists
                ?? throw new InvalidOperationException("Lists that lie in a file take no rows.");
            var row = new Ordinal(_count);
            var position = lists.Append(list, row, code, _model.TermOf(code, list));
            _places?.Set(row, new RowPlace(list, position));
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The effort is the number of lists probed (nprobe). No allocation once warm.</remarks>
    public void Search(IScorer scorer, in IndexSearch search, TopK into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNotEqual(search.Vector.Length, _model.Dimensions, nameof(search));
        var scan = ScratchPool<IvfScan>.Rent();
        FindCandidates(scan, search, into.Capacity, CandidatesFor(into, search), cancellation);
        scan.Rerank(scorer, into);
        ScratchPool<IvfScan>.Return(scan);
    }

    /// <summary>
    /// Offers the best rows by their codes alone, with estimated distances (squared L2 or negated dot).
    /// </summary>
    public void SearchCodes(in IndexSearch search, TopK into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNotEqual(search.Vector.Length, _model.Dimensions, nameof(search));
        var scan = ScratchPool<IvfScan>.Rent();
        FindCandidates(scan, search, into.Capacity, into.Capacity, cancellation);
        foreach (var (estimate, ordinal) in scan.Candidates)
        {
            into.Push(estimate, ordinal);
        }

        ScratchPool<IvfScan>.Return(scan);
    }

    /// <summary>Writes the row that an ordinal's code stands for; false when it is not there.</summary>
    public bool TryReconstruct(Ordinal row, Span<float> into)
    {
        lock (_changing)
        {
            if (!Places().TryGet(row, out var place))
            {
                return false;
            }

            var code = new byte[_model.Quantizer.CodeBytes];
            place.Read(_lists, _model.Quantizer.Blocks, code);
            _model.Decode(place.List, code, into);
            return true;
        }
    }

    /// <summary>Takes a row out: no later search returns it. False when it is not there.</summary>
    public bool Remove(Ordinal row)
    {
        lock (_changing)
        {
            if (_lists is not GrowingLists lists || !Places().TryTake(row, out var place))
            {
                return false;
            }

            lists.Remove(place.List, place.Position);
            return true;
        }
    }

    /// <summary>Takes all rows out and keeps the training. Searches that run see all rows or none.</summary>
    public void Clear()
    {
        lock (_changing)
        {
            var cleared = _lists;
            _places = null;
            Volatile.Write(ref _count, 0);
            Volatile.Write(ref _lists, new GrowingLists(cleared.Count, _model.Quantizer.Blocks, _scope));
            cleared.Dispose();
        }
    }

    /// <summary>Figures of the lists and of the work so far. O(lists).</summary>
    public IvfStatistics Statistics()
    {
        using var lists = Hold();
        return IvfStatistics.Of(lists, _model, _added);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lists.Dispose();
        _model.Dispose();
    }

    private void FindCandidates(
        IvfScan scan, in IndexSearch search, int results, int candidates, CancellationToken cancellation)
    {
        using var lists = Hold();
        var query = scan.Prepare(_model, search.Vector.Span);
        using var scorer = _model.Quantizer.Blocks.ScorerFor(query, _model.Weight);
        var probe = new ListProbe(_model, lists, scorer, query);
        var probes = Math.Clamp(search.Effort, 1, lists.Count);
        scan.Begin(candidates);
        scan.FindLists(probe, probes, cancellation);
        scan.ScanLists(probe, new ListRange(0, int.MaxValue), search, cancellation);

        // Where too few pass, the lists farther off are probed too, nearest first. Under a filter the first that pass
        // are not yet the nearest.
        var wanted = search.Filter is null ? results : Math.Min(FilteredSlack * results, candidates);
        wanted = search.Filter is { Bitmap: not null } filter ? Math.Min(wanted, filter.Estimate) : wanted;
        if (scan.Found < wanted && probes < lists.Count)
        {
            scan.FindLists(probe, lists.Count, cancellation);
            scan.ScanLists(probe, new ListRange(probes, wanted), search, cancellation);
        }
    }

    private int CandidatesFor(TopK into, in IndexSearch search) => Math.Max(
        _options.CandidatesFor(into.Capacity), search.Filter is null ? 0 : FilteredSlack * into.Capacity);

    private InvertedLists Hold()
    {
        while (true)
        {
            var lists = Volatile.Read(ref _lists);
            if (lists.TryHold())
            {
                return lists;
            }
        }
    }

    private RowPlaces Places() => _places ??= RowPlaces.Of(_lists);
}

using System.Diagnostics;
using Vesper.Indexing.Ivf.Lists;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Execution;

namespace Vesper.Indexing.Ivf;

/// <summary>Where bulk work runs and where its memory is counted.</summary>
internal sealed record IvfWork(IExecutor Executor, MemoryScope Scope, CancellationToken Cancellation)
{
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>Rows on their way into lists: each one's list, code and term.</summary>
internal sealed class EncodedRows : IDisposable
{
    private const int PartRows = 512;

    private readonly IvfModel _model;
    private readonly int[] _lists;
    private readonly float[] _terms;
    private readonly NativeBuffer<byte> _codes;
    private long _encodeTicks;

    private EncodedRows(IvfModel model, int rows, MemoryScope scope)
    {
        _model = model;
        _lists = new int[rows];
        _terms = new float[rows];
        _codes = new NativeBuffer<byte>((long)rows * model.Quantizer.CodeBytes, scope);
    }

    /// <summary>Assigns and encodes all rows of a matrix, by parts.</summary>
    public static EncodedRows Of(IvfModel model, RowMatrix<float> rows, AssignmentOptions options, IvfWork work)
    {
        using var prepared = Prepare(model, rows, work);
        var encoded = new EncodedRows(model, rows.Count, work.Scope);
        try
        {
            var run = new AssignmentRun(model.Assigner, model.Centroids, options);
            var assigned = prepared?.Rows ?? rows;
            encoded.Assignment = run.Assign(
                assigned, encoded._lists, new float[rows.Count], work.Executor, work.Cancellation);
            var parts = (rows.Count + PartRows - 1) / PartRows;
            work.Executor.Run(parts, part => encoded.Encode(assigned, part * PartRows), work.Cancellation);
            return encoded;
        }
        catch
        {
            encoded.Dispose();
            throw;
        }
    }

    /// <summary>What assigning came to.</summary>
    public AssignmentReport Assignment { get; private set; } = new(0, 0, 0);

    /// <summary>Thread time in encoding.</summary>
    public TimeSpan Encoding => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _encodeTicks));

    /// <summary>Appends all rows to their lists, in row order within a list; lists are spread over threads.</summary>
    public void AppendTo(GrowingLists lists, Ordinal first, IExecutor executor, RowPlaces? places)
    {
        var (order, starts) = ByList(lists.Count);
        var width = Math.Min(lists.Count, 4 * executor.Width);
        executor.Run(
            width,
            part =>
            {
                for (var list = (int)((long)part * lists.Count / width);
                     list < (long)(part + 1) * lists.Count / width;
                     list++)
                {
                    for (var at = starts[list]; at < starts[list + 1]; at++)
                    {
                        var row = order[at];
                        lists.Append(list, new Ordinal(first.Value + row), Code(row), _terms[row]);
                    }
                }
            },
            CancellationToken.None);
        if (places is not null)
        {
            NotePlaces(lists, first, places, starts);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _codes.Dispose();

    private Span<byte> Code(int row) =>
        _codes.Slice((long)row * _model.Quantizer.CodeBytes, _model.Quantizer.CodeBytes);

    /// <summary>A copy of the rows as the lists see them, or null when they are seen as they are.</summary>
    private static PreparedRows? Prepare(IvfModel model, RowMatrix<float> rows, IvfWork work)
    {
        if (model.Metric != Metric.Cosine)
        {
            return null;
        }

        var prepared = new PreparedRows(rows.Count, model.Dimensions, work.Scope);
        var parts = (rows.Count + PartRows - 1) / PartRows;
        work.Executor.Run(
            parts,
            part =>
            {
                for (var row = part * PartRows; row < Math.Min(rows.Count, (part + 1) * PartRows); row++)
                {
                    model.Prepare(rows.Row(row)[..model.Dimensions], prepared.Rows.Row(row));
                }
            },
            CancellationToken.None);
        return prepared;
    }

    private void Encode(RowMatrix<float> rows, int from)
    {
        var started = Stopwatch.GetTimestamp();
        var count = Math.Min(PartRows, rows.Count - from);
        var codeBytes = _model.Quantizer.CodeBytes;
        var codes = _codes.Slice((long)from * codeBytes, count * codeBytes);
        _model.Encode(rows, from, _lists.AsSpan(from, count), codes, _terms.AsSpan(from, count));
        Interlocked.Add(ref _encodeTicks, Stopwatch.GetTimestamp() - started);
    }

    /// <summary>The rows sorted by list, stable, and where each list's rows start.</summary>
    private (int[] Order, int[] Starts) ByList(int lists)
    {
        var starts = new int[lists + 1];
        foreach (var list in _lists)
        {
            starts[list + 1]++;
        }

        for (var list = 0; list < lists; list++)
        {
            starts[list + 1] += starts[list];
        }

        var next = starts.AsSpan(0, lists).ToArray();
        var order = new int[_lists.Length];
        for (var row = 0; row < order.Length; row++)
        {
            order[next[_lists[row]]++] = row;
        }

        return (order, starts);
    }

    private void NotePlaces(GrowingLists lists, Ordinal first, RowPlaces places, int[] starts)
    {
        var added = new int[lists.Count];
        for (var row = 0; row < _lists.Length; row++)
        {
            var list = _lists[row];
            var before = lists.LengthOf(list) - (starts[list + 1] - starts[list]);
            places.Set(new Ordinal(first.Value + row), new RowPlace(list, before + added[list]++));
        }
    }

    private sealed class PreparedRows : IDisposable
    {
        private readonly NativeBuffer<byte> _memory;

        public PreparedRows(int count, int dimensions, MemoryScope scope)
        {
            var stride = RowMatrix<float>.StrideFor(dimensions);
            _memory = new NativeBuffer<byte>((long)count * stride * sizeof(float), scope);
            Rows = new RowMatrix<float>(dimensions, _memory, 0, count);
        }

        public RowMatrix<float> Rows { get; }

        public void Dispose()
        {
            Rows.Dispose();
            _memory.Dispose();
        }
    }
}

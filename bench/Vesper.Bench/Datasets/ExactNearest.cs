using System.Diagnostics;
using System.Numerics.Tensors;
using Vesper.Cli.Evaluation;
using Vesper.Cli.Files;

namespace Vesper.Bench.Datasets;

/// <summary>
/// The exact nearest rows of each query, by comparing all of them: independent of the engine. A first pass ranks in
/// single precision and keeps some rows too many; their order is then settled in double precision, equal distances by
/// the lower row number.
/// </summary>
internal static class ExactNearest
{
    private const int BlockBytes = 1 << 20;
    private const int Spare = 50;

    /// <summary>Row numbers of the nearest, row after row, −1 where fewer rows match.</summary>
    /// <param name="basePath">A prepared base.</param>
    /// <param name="metric">Under cosine base and queries are unit length.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="width">Nearest wanted of each.</param>
    /// <param name="matches">Which rows count for a query (query, row); null for all.</param>
    /// <param name="cancellation">Checked once a block.</param>
    public static int[] Find(
        string basePath, Metric metric, IReadOnlyList<float[]> queries, int width,
        Func<int, int, bool>? matches, CancellationToken cancellation)
    {
        using var file = RowFile.OpenVectors(basePath);
        var nearest = Enumerable.Range(0, queries.Count).Select(_ => new Nearest(width + Spare)).ToArray();
        var block = new float[Math.Max(1, BlockBytes / 4 / file.Dimensions) * file.Dimensions];
        for (var first = 0; first < file.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = file.Read(block.AsSpan());
            var start = first;
            Parallel.For(0, queries.Count, query =>
                Scan(nearest[query], block.AsSpan(0, rows * file.Dimensions), start, metric, queries[query],
                    matches is null ? null : row => matches(query, row)));
            first += rows;
        }

        using var vectors = new BaseRows(basePath, file.Dimensions);
        var truth = new int[queries.Count * width];
        Parallel.For(0, queries.Count, query =>
            Settle(nearest[query].Rows, vectors, metric, queries[query], truth.AsSpan(query * width, width)));
        return truth;
    }

    private static void Scan(
        Nearest nearest, ReadOnlySpan<float> block, int first, Metric metric, ReadOnlySpan<float> query,
        Func<int, bool>? matches)
    {
        var difference = metric == Metric.Manhattan ? new float[query.Length] : [];
        var rows = block.Length / query.Length;
        for (var i = 0; i < rows; i++)
        {
            if (matches is not null && !matches(first + i))
            {
                continue;
            }

            var row = block.Slice(i * query.Length, query.Length);
            nearest.Offer(first + i, Rank(metric, query, row, difference));
        }
    }

    private static float Rank(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row, Span<float> difference)
    {
        switch (metric)
        {
            case Metric.L2:
                return TensorPrimitives.Distance(query, row);
            case Metric.Manhattan:
                TensorPrimitives.Subtract(query, row, difference);
                return TensorPrimitives.SumOfMagnitudes<float>(difference);
            default:
                return -TensorPrimitives.Dot(query, row);
        }
    }

    private static void Settle(
        IEnumerable<int> candidates, BaseRows vectors, Metric metric, float[] query, Span<int> into)
    {
        var row = new float[query.Length];
        var ranked = new List<(double Distance, int Row)>();
        foreach (var candidate in candidates)
        {
            vectors.Read(candidate, row);
            ranked.Add((TrueDistance.Compute(metric, query, row), candidate));
        }

        ranked.Sort();
        into.Fill(-1);
        for (var i = 0; i < Math.Min(into.Length, ranked.Count); i++)
        {
            into[i] = ranked[i].Row;
        }
    }

    /// <summary>The best rows so far of one query; the worst of them goes first.</summary>
    private sealed class Nearest(int capacity)
    {
        private readonly PriorityQueue<int, (float Rank, int Row)> _worstFirst =
            new(Comparer<(float Rank, int Row)>.Create((a, b) => b.CompareTo(a)));

        private float _worst = float.PositiveInfinity;

        /// <summary>The rows, in no order.</summary>
        public IEnumerable<int> Rows => _worstFirst.UnorderedItems.Select(item => item.Element);

        /// <summary>Keeps the row when it is among the best. Rows come in order: of equals the first stays.</summary>
        public void Offer(int row, float rank)
        {
            Debug.Assert(!float.IsNaN(rank), "rows are finite");
            if (_worstFirst.Count < capacity)
            {
                _worstFirst.Enqueue(row, (rank, row));
            }
            else if (rank < _worst)
            {
                _worstFirst.EnqueueDequeue(row, (rank, row));
            }
            else
            {
                return;
            }

            if (_worstFirst.Count == capacity)
            {
                _worstFirst.TryPeek(out _, out var worst);
                _worst = worst.Rank;
            }
        }
    }
}

using System.Diagnostics;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Assigns all rows of a matrix in fixed blocks, and compares a sample with brute force if asked to.</summary>
/// <remarks>
/// Answers and counts but for the time do not depend on the executor. Thread-safe, but runs over one assigner at the
/// same time share its counts of distances.
/// </remarks>
public sealed class AssignmentRun
{
    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 960;

    private readonly IAssigner _assigner;
    private readonly RowMatrix<float> _centroids;
    private readonly AssignmentOptions _options;

    /// <summary>Runs of an assigner.</summary>
    /// <param name="assigner">Not owned.</param>
    /// <param name="centroids">The assigner's centroids, to validate with.</param>
    /// <param name="options">Rate and seed of the validation.</param>
    /// <exception cref="ArgumentException">Centroids and assigner differ in number, or the rate is out of range.
    /// </exception>
    public AssignmentRun(IAssigner assigner, RowMatrix<float> centroids, AssignmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(assigner);
        ArgumentNullException.ThrowIfNull(centroids);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNotEqual(centroids.Count, assigner.Count, nameof(centroids));
        options.Validate();
        _assigner = assigner;
        _centroids = centroids;
        _options = options;
    }

    /// <summary>The nearest centroid of each row. O(rows) calls of the assigner's work.</summary>
    /// <param name="rows">Columns ≥ dimensions.</param>
    /// <param name="nearest">As many as rows: centroid numbers.</param>
    /// <param name="distances">As many as rows: squared L2 distances.</param>
    /// <param name="executor">Runs the blocks.</param>
    /// <param name="cancellation">Asked between blocks.</param>
    /// <exception cref="ArgumentException">The results are not as many as rows.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; some rows are assigned.</exception>
    public AssignmentReport Assign(
        RowMatrix<float> rows, int[] nearest, float[] distances, IExecutor executor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(executor);
        AssignerArguments.CheckRows(rows, _assigner.Dimensions, (0, rows.Count), distances.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nearest.Length, rows.Count, nameof(nearest));
        AssignerStatistics before = _assigner.Statistics;
        long ticks = 0, validated = 0, mismatches = 0;
        executor.Run((rows.Count + BlockRows - 1) / BlockRows, RunBlock, cancellation);
        AssignerStatistics after = _assigner.Statistics;
        return new AssignmentReport(rows.Count, validated, mismatches)
        {
            DistancesComputed = after.DistancesComputed - before.DistancesComputed,
            Pruned = after.Pruned - before.Pruned,
            TimeInAssign = Stopwatch.GetElapsedTime(0, ticks),
        };

        void RunBlock(int block)
        {
            int start = block * BlockRows;
            int count = Math.Min(BlockRows, rows.Count - start);
            long began = Stopwatch.GetTimestamp();
            _assigner.Assign(rows, start, nearest.AsSpan(start, count), distances.AsSpan(start, count));
            Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - began);
            (int ofBlock, int wrong) = Validate(rows, start, nearest.AsSpan(start, count));
            Interlocked.Add(ref validated, ofBlock);
            Interlocked.Add(ref mismatches, wrong);
        }
    }

    private (int Validated, int Mismatches) Validate(RowMatrix<float> rows, int start, ReadOnlySpan<int> nearest)
    {
        if (_options.ValidationRate == 0)
        {
            return (0, 0);
        }

        (int validated, int mismatches) = (0, 0);
        var random = new Random(HashCode(_options.Seed, start));
        var search = new ExactSearch(_centroids);
        for (int i = 0; i < nearest.Length; i++)
        {
            if (random.NextDouble() < _options.ValidationRate)
            {
                validated++;
                mismatches += search.Nearest(rows.Row(start + i)[.._assigner.Dimensions]).Number == nearest[i] ? 0 : 1;
            }
        }

        return (validated, mismatches);
    }

    // The same in every process, unlike System.HashCode.
    private static int HashCode(int seed, int start) => unchecked(seed * 31 + start * (int)0x9E3779B1);
}

using System.Numerics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering;

/// <summary>
/// Elkan 2003, §3: a centroid is not looked at when a lower bound of its distance, or half of its distance from the
/// row's centroid, says that it cannot be nearest.
/// </summary>
/// <remarks>
/// Two deviations. A lower bound is not reduced by each movement of its centroid; instead, all the way that each
/// centroid has gone is kept, and a bound is stored with the way so far added: untouched bounds are only read. And the
/// distance of a row from its own centroid is always computed, so inertia is exact. Bounds are rounded outwards by more
/// than the error of the distances (n·u·Σ, Higham 2002, §3.1), so assignments are those of <see cref="LloydStep"/>,
/// ties included.
/// </remarks>
internal sealed class ElkanStep : IAssignmentStep
{
    private const int RowsPerPart = 512;
    private const int CentroidsPerPart = 16;
    private const float SumMargin = 1f / (1 << 21);

    private readonly TrainingRows _rows;
    private readonly RowMatrix<float> _before;
    private readonly NativeBuffer<float> _lower;
    private readonly NativeBuffer<float> _halves;
    private readonly Ordinal[] _all;
    private readonly double[] _ways;
    private readonly float[] _waysNow;
    private readonly float[] _nearestHalf;
    private readonly int _stride;
    private readonly float _margin;

    /// <summary>Bounds of nothing yet. 4 · (n + k) · k bytes.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="centroids">The centroids at the assignment before the first step; copied.</param>
    public ElkanStep(TrainingRows rows, RowMatrix<float> centroids)
    {
        int count = centroids.Count;
        MemoryScope scope = rows.Context.Scope;
        _rows = rows;
        _all = CentroidNeighbors.Numbers(count);
        _ways = new double[count];
        _nearestHalf = new float[count];
        _margin = (rows.Dimensions + 12f) / (1 << 24);
        _stride = (count + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

        // What stands beyond the last centroid never asks to be looked at.
        _waysNow = new float[_stride];
        Array.Fill(_waysNow, float.NegativeInfinity, count, _stride - count);
        _before = RowSample.Copy(centroids, rows.Dimensions, [.. Enumerable.Range(0, count)], scope);
        _lower = new NativeBuffer<float>((long)rows.Count * _stride, scope);
        _halves = new NativeBuffer<float>((long)count * _stride, scope);
    }

    public bool IsExact => true;

    public void Assign(RowMatrix<float> centroids, Clusters clusters)
    {
        _rows.InParts(clusters.Count, CentroidsPerPart, (start, end) => Measure(centroids, start, end));
        _rows.InParts(_rows.Count, RowsPerPart, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                AssignRow(row, centroids.Addresses, clusters);
            }
        });
    }

    public void Dispose()
    {
        _before.Dispose();
        _lower.Dispose();
        _halves.Dispose();
    }

    /// <summary>How far centroids have moved, and half of their distances from the others, rounded down.</summary>
    private void Measure(RowMatrix<float> centroids, int start, int end)
    {
        for (int centroid = start; centroid < end; centroid++)
        {
            ReadOnlySpan<float> place = centroids.Row(centroid);
            Span<float> before = _before.Row(centroid);
            _ways[centroid] += Math.Sqrt(_rows.Kernel.Distance(place, before)) * (1 + _margin);
            _waysNow[centroid] = (float)_ways[centroid];
            place.CopyTo(before);

            Span<float> halves = _halves.Slice((long)centroid * _stride, _stride);
            _rows.Kernel.Score(place, centroids.Addresses, _all, halves);
            halves[centroid] = float.PositiveInfinity;
            float least = float.PositiveInfinity;
            for (int i = 0; i < _all.Length; i++)
            {
                halves[i] = MathF.Sqrt(halves[i]) * (0.5f * (1 - _margin));
                least = Math.Min(least, halves[i]);
            }

            _nearestHalf[centroid] = least;
        }
    }

    private void AssignRow(int row, RowAddresses<float> centroids, Clusters clusters)
    {
        ReadOnlySpan<float> place = _rows[row];
        var best = new Scored(
            _rows.Kernel.Distance(place, centroids.Span(clusters.Nearest[row], _rows.Dimensions)),
            new Ordinal(clusters.Nearest[row]));
        float upper = UpperBound(best.Distance);
        if (upper >= _nearestHalf[best.Ordinal.Value])
        {
            Span<float> lower = _lower.Slice((long)row * _stride, _stride);
            StoreLower(lower, best.Ordinal.Value, best.Distance);
            best = Search(place, best, lower, centroids);
        }

        clusters.Nearest[row] = best.Ordinal.Value;
        clusters.Distances[row] = best.Distance;
    }

    /// <summary>Looks at each centroid that no bound excludes, and at the bounds of a vector of them at once.</summary>
    private Scored Search(ReadOnlySpan<float> place, Scored best, Span<float> lower, RowAddresses<float> centroids)
    {
        ReadOnlySpan<Vector<float>> bounds = MemoryMarshal.Cast<float, Vector<float>>(lower);
        ReadOnlySpan<Vector<float>> ways = MemoryMarshal.Cast<float, Vector<float>>(_waysNow);
        ReadOnlySpan<Vector<float>> halves = Halves(best);
        float upper = UpperBound(best.Distance);
        for (int i = 0; i < bounds.Length; i++)
        {
            var uppers = new Vector<float>(upper);
            Vector<int> open = Vector.LessThanOrEqual(bounds[i], uppers + ways[i])
                & Vector.LessThanOrEqual(halves[i], uppers);
            if (open == Vector<int>.Zero)
            {
                continue;
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                int centroid = i * Vector<float>.Count + lane;
                if (open[lane] == 0 || centroid == best.Ordinal.Value)
                {
                    continue;
                }

                float distance = _rows.Kernel.Distance(place, centroids.Span(centroid, _rows.Dimensions));
                StoreLower(lower, centroid, distance);
                if (distance < best.Distance
                    || (distance == best.Distance && centroid < best.Ordinal.Value))
                {
                    best = new Scored(distance, new Ordinal(centroid));
                    upper = UpperBound(distance);
                    halves = Halves(best);
                }
            }
        }

        return best;
    }

    private ReadOnlySpan<Vector<float>> Halves(Scored of) =>
        MemoryMarshal.Cast<float, Vector<float>>(_halves.Slice((long)of.Ordinal.Value * _stride, _stride));

    private float UpperBound(float distance) => MathF.Sqrt(distance) * (1 + _margin);

    private void StoreLower(Span<float> lower, int centroid, float distance) =>
        lower[centroid] =
            (MathF.Sqrt(distance) * (1 - _margin) + _waysNow[centroid]) * (1 - SumMargin);
}

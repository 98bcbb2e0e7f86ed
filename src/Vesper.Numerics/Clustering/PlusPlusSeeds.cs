using System.Diagnostics;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering;

/// <summary>
/// k-means++ (Arthur and Vassilvitskii 2007, §2.2) over weighted rows: each next seed is drawn with a probability
/// proportional to weight × squared distance from the nearest seed so far.
/// </summary>
/// <remarks>When all rows lie on seeds, the remaining seeds are rows not chosen yet, from the first on.</remarks>
internal sealed class PlusPlusSeeds(TrainingRows rows, int[]? weights)
{
    private const int RowsPerPart = 4096;

    private readonly Ordinal[] _numbers = CentroidNeighbors.Numbers(rows.Count);
    private readonly float[] _distances = new float[rows.Count];
    private readonly double[] _sums = new double[(rows.Count + RowsPerPart - 1) / RowsPerPart];
    private readonly bool[] _taken = new bool[rows.Count];

    /// <summary>Draws distinct rows, as many as wanted and at most as there are. O(n · k · dimensions).</summary>
    public int[] Choose(int count, SeededRandom random)
    {
        Debug.Assert(count <= rows.Count);
        var seeds = new int[count];
        Array.Fill(_distances, 1);
        Sum();
        for (int i = 0; i < count; i++)
        {
            seeds[i] = Draw(random.NextUnit());
            _taken[seeds[i]] = true;
            if (i == 0)
            {
                Array.Fill(_distances, float.MaxValue);
            }

            TakeIn(seeds[i]);
        }

        return seeds;
    }

    private void TakeIn(int seed) => rows.InParts(rows.Count, RowsPerPart, (start, end) =>
    {
        Span<float> fresh = stackalloc float[end - start];
        rows.Kernel.Score(rows[seed], rows.Addresses, _numbers.AsSpan(start..end), fresh);
        for (int row = start; row < end; row++)
        {
            _distances[row] = Math.Min(_distances[row], fresh[row - start]);
        }

        Sum(start, end);
    });

    private void Sum() => rows.InParts(rows.Count, RowsPerPart, Sum);

    private void Sum(int start, int end)
    {
        double sum = 0;
        for (int row = start; row < end; row++)
        {
            sum += WeightedDistance(row);
        }

        _sums[start / RowsPerPart] = sum;
    }

    private double WeightedDistance(int row) => (double)_distances[row] * (weights is null ? 1 : weights[row]);

    private int Draw(double unit)
    {
        double rest = unit * _sums.Sum();
        int last = -1;
        for (int part = 0; part < _sums.Length; part++)
        {
            if (rest >= _sums[part] && part < _sums.Length - 1)
            {
                rest -= _sums[part];
                continue;
            }

            int end = Math.Min(rows.Count, (part + 1) * RowsPerPart);
            for (int row = part * RowsPerPart; row < end; row++)
            {
                double distance = WeightedDistance(row);
                last = distance > 0 && !_taken[row] ? row : last;
                rest -= distance;
                if (rest < 0 && last >= 0)
                {
                    return last;
                }
            }
        }

        // Rounding may pass the last row with a distance; with none at all, any row is as good.
        return last >= 0 ? last : Array.IndexOf(_taken, false);
    }
}

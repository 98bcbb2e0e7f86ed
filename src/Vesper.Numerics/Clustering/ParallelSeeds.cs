using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>
/// k-means|| (Bahmani et al. 2012, §3.3): rounds that each draw rows by their squared distance, independently of each
/// other, then k-means++ over what was drawn, weighted by the rows nearest to it.
/// </summary>
/// <remarks>With l = k / 2 rows a round and five rounds, in the range that the paper recommends (§5.3).</remarks>
internal sealed class ParallelSeeds(TrainingRows rows)
{
    private const int Rounds = 5;
    private const int RowsPerPart = 4096;

    private readonly int[] _nearest = new int[rows.Count];
    private readonly float[] _distances = new float[rows.Count];
    private readonly int[] _nearestFresh = new int[rows.Count];
    private readonly float[] _distancesFresh = new float[rows.Count];

    /// <summary>Draws distinct rows. O(n · k · dimensions), two or three times.</summary>
    public int[] Choose(int count, SeededRandom random)
    {
        Array.Fill(_distances, float.PositiveInfinity);
        List<int> drawn = [random.Next(rows.Count)];
        TakeIn(drawn, 0);
        for (int round = 0; round < Rounds; round++)
        {
            int before = drawn.Count;
            Draw(drawn, count * 0.5, random.NextBits());
            TakeIn(drawn, before);
        }

        return Thin(drawn, count, random);
    }

    private void Draw(List<int> drawn, double wanted, ulong seed)
    {
        double scale = wanted / Clusters.Sum(_distances);
        for (int row = 0; row < rows.Count; row++)
        {
            float distance = _distances[row];
            if (distance > 0 && SeededRandom.UnitAt(seed, row) < distance * scale)
            {
                drawn.Add(row);
            }
        }
    }

    /// <summary>Which of the drawn is nearest to each row, given those known before.</summary>
    private void TakeIn(List<int> drawn, int before)
    {
        if (drawn.Count == before)
        {
            return;
        }

        using RowMatrix<float> fresh = rows.Copy(drawn.ToArray().AsSpan(before));
        rows.FindNearest(fresh, _nearestFresh, _distancesFresh);
        rows.InParts(rows.Count, RowsPerPart, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                if (_distancesFresh[row] < _distances[row])
                {
                    _distances[row] = _distancesFresh[row];
                    _nearest[row] = before + _nearestFresh[row];
                }
            }
        });
    }

    private int[] Thin(List<int> drawn, int count, SeededRandom random)
    {
        if (drawn.Count <= count)
        {
            return Fill(drawn, count, random.NextBits());
        }

        var weights = new int[drawn.Count];
        foreach (int candidate in _nearest)
        {
            weights[candidate]++;
        }

        using RowMatrix<float> candidates = rows.Copy(drawn.ToArray());
        var candidateRows = new TrainingRows(candidates, rows.Dimensions, rows.Context);
        int[] chosen = new PlusPlusSeeds(candidateRows, weights).Choose(count, random);
        return [.. chosen.Select(candidate => drawn[candidate])];
    }

    /// <summary>Adds rows drawn evenly from those that are not in it.</summary>
    private int[] Fill(List<int> drawn, int count, ulong seed)
    {
        int[] others = [.. Enumerable.Range(0, rows.Count).Except(drawn)];
        int[] more = RowSample.Choose(others.Length, count - drawn.Count, seed);
        return [.. drawn, .. more.Select(number => others[number])];
    }
}

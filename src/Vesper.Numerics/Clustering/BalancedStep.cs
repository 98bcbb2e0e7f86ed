using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering;

/// <summary>Another step's assignment, and then no centroid keeps more rows than it has places.</summary>
/// <remarks>
/// Of a cluster that is too large, the rows go that lose least by it: those with the smallest difference between their
/// distances from the nearest other neighbour of the centroid and from the centroid itself. In this order, one after
/// another, each takes the nearest neighbour that has a place left, and if none has, the nearest of all centroids. An
/// assignment under capacities as in Bradley, Bennett and Demiriz 2000, by greedy choice in place of their linear
/// program.
/// </remarks>
internal sealed class BalancedStep(IAssignmentStep step, TrainingRows rows, CentroidNeighbors neighbors, int capacity)
    : IAssignmentStep
{
    private readonly record struct Leaver(float Loss, int Row, int From);

    public bool IsExact => step.IsExact;

    public void Assign(RowMatrix<float> centroids, Clusters clusters)
    {
        step.Assign(centroids, clusters);
        clusters.Group();
        neighbors.Follow(centroids);
        int[] sizes = clusters.CountSizes();
        var leavers = new List<Leaver>[clusters.Count];
        rows.InParts(clusters.Count, 1, (centroid, _) =>
            leavers[centroid] = sizes[centroid] > capacity ? FindLeavers(centroids, clusters, centroid) : []);
        var all = leavers.SelectMany(list => list).ToArray();
        Array.Sort(all, Compare);
        foreach (Leaver leaver in all)
        {
            rows.Context.Cancellation.ThrowIfCancellationRequested();
            Move(leaver, centroids, clusters, sizes);
        }
    }

    public void Dispose() => step.Dispose();

    private static int Compare(Leaver left, Leaver right)
    {
        int byLoss = left.Loss.CompareTo(right.Loss);
        return byLoss != 0 ? byLoss : left.Row.CompareTo(right.Row);
    }

    private List<Leaver> FindLeavers(RowMatrix<float> centroids, Clusters clusters, int centroid)
    {
        ReadOnlySpan<Ordinal> candidates = neighbors.Of(centroid);
        var distances = new float[candidates.Length];
        var leavers = new List<Leaver>();
        foreach (int row in clusters.MembersOf(centroid))
        {
            rows.Kernel.Score(rows[row], centroids.Addresses, candidates, distances);
            float other = float.PositiveInfinity;
            for (int i = 0; i < distances.Length; i++)
            {
                other = candidates[i].Value == centroid ? other : Math.Min(other, distances[i]);
            }

            leavers.Add(new Leaver(other - clusters.Distances[row], row, centroid));
        }

        leavers.Sort(Compare);
        leavers.RemoveRange(leavers.Count - capacity, capacity);
        return leavers;
    }

    private void Move(Leaver leaver, RowMatrix<float> centroids, Clusters clusters, int[] sizes)
    {
        (int target, float distance) = NearestWithPlace(leaver.Row, neighbors.Of(leaver.From), centroids, sizes);
        if (target < 0)
        {
            (target, distance) = NearestWithPlace(leaver.Row, neighbors.All, centroids, sizes);
        }

        sizes[leaver.From]--;
        sizes[target]++;
        clusters.Nearest[leaver.Row] = target;
        clusters.Distances[leaver.Row] = distance;
    }

    private (int Centroid, float Distance) NearestWithPlace(
        int row, ReadOnlySpan<Ordinal> candidates, RowMatrix<float> centroids, int[] sizes)
    {
        var best = (Centroid: -1, Distance: float.PositiveInfinity);
        foreach (Ordinal candidate in candidates)
        {
            if (sizes[candidate.Value] < capacity)
            {
                ReadOnlySpan<float> place = centroids.Row(candidate.Value);
                float distance = rows.Kernel.Distance(rows[row], place);
                best = best.Centroid < 0 || distance < best.Distance ? (candidate.Value, distance) : best;
            }
        }

        return best;
    }
}

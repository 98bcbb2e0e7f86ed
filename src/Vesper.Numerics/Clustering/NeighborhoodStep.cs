using System.Numerics;
using System.Runtime.InteropServices;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Numerics.Clustering;

/// <summary>
/// Every row against the centroids near its last one (k²-means, Agustsson, Timofte and Van Gool 2017, §3; without the
/// bounds of the paper, which spare little in many dimensions). O((n · neighbours + k²) · dimensions).
/// </summary>
/// <remarks>
/// The rows of a cluster are done together: the centroids that they are compared with stay in cache. Every eighth pass
/// looks at all centroids, as rows may be caught away from their nearest one; without it, 25 iterations on GloVe ended
/// 1.4 % worse.
/// </remarks>
internal sealed class NeighborhoodStep(TrainingRows rows, CentroidNeighbors neighbors) : IAssignmentStep
{
    private const int CentroidsPerPart = 16;
    private const int ExactPeriod = 8;

    private int _calls;

    public bool IsExact => false;

    public void Assign(RowMatrix<float> centroids, Clusters clusters)
    {
        if (++_calls % ExactPeriod == ExactPeriod / 2)
        {
            rows.FindNearest(centroids, clusters.Nearest, clusters.Distances);
            return;
        }

        neighbors.Follow(centroids);
        RowAddresses<float> addresses = centroids.Addresses;
        rows.InParts(clusters.Count, CentroidsPerPart, (start, end) =>
        {
            var distances = new float[neighbors.Length];
            for (int centroid = start; centroid < end; centroid++)
            {
                ReadOnlySpan<Ordinal> candidates = neighbors.Of(centroid);
                ReadOnlySpan<int> members = clusters.MembersOf(centroid);
                for (int i = 0; i < members.Length; i++)
                {
                    int row = members[i];
                    rows.Prefetch(members, i + 1);
                    rows.Kernel.Score(rows[row], addresses, candidates, distances);
                    int best = IndexOfLeast(distances);
                    clusters.Nearest[row] = candidates[best].Value;
                    clusters.Distances[row] = distances[best];
                }
            }
        });
    }

    public void Dispose()
    {
    }

    /// <summary>Where the smallest number stands, the first among equals. Not negative, so ordered as bits.</summary>
    private static int IndexOfLeast(ReadOnlySpan<float> distances)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(distances);
        ReadOnlySpan<Vector<int>> vectors = MemoryMarshal.Cast<int, Vector<int>>(bits);
        var lanes = new Vector<int>(int.MaxValue);
        foreach (Vector<int> vector in vectors)
        {
            lanes = Vector.Min(lanes, vector);
        }

        int least = int.MaxValue;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
        {
            least = Math.Min(least, lanes[lane]);
        }

        foreach (int value in bits[(vectors.Length * Vector<int>.Count)..])
        {
            least = Math.Min(least, value);
        }

        return bits.IndexOf(least);
    }
}

using System.Diagnostics;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>
/// Gives centroids without rows a new place: in the cluster of the largest inertia, the row farthest from its centroid,
/// with the rows of that cluster that are nearer to it.
/// </summary>
/// <remarks>
/// The cluster of the largest inertia is split rather than that of the farthest row, so that single far rows do not
/// attract every free centroid. With no inertia left, all rows lying on centroids, the others stay as they are.
/// </remarks>
internal static class EmptyRepair
{
    /// <summary>
    /// Moves the empty centroids after a grouping, and their new rows to them. O(k), and O(rows) when there are any,
    /// and the size of the split cluster × dimensions for each.
    /// </summary>
    /// <returns>How many were moved.</returns>
    public static int Apply(TrainingRows rows, Clusters clusters, RowMatrix<float> centroids)
    {
        int repairs = 0;
        PriorityQueue<int, (double Negated, int Centroid)>? donors = null;
        for (int centroid = 0; centroid < clusters.Count; centroid++)
        {
            if (!clusters.MembersOf(centroid).IsEmpty)
            {
                continue;
            }

            donors ??= Donors(clusters);
            if (!donors.TryDequeue(out int donor, out _))
            {
                break;
            }

            rows[Farthest(clusters, donor)].CopyTo(centroids.Row(centroid));
            Split(rows, clusters, donor, centroid, centroids.Row(centroid));
            Enqueue(donors, donor, InertiaOf(clusters, donor));
            repairs++;
        }

        return repairs;
    }

    private static PriorityQueue<int, (double Negated, int Centroid)> Donors(Clusters clusters)
    {
        var donors = new PriorityQueue<int, (double, int)>();
        for (int centroid = 0; centroid < clusters.Count; centroid++)
        {
            Enqueue(donors, centroid, InertiaOf(clusters, centroid));
        }

        return donors;
    }

    private static double InertiaOf(Clusters clusters, int centroid)
    {
        double inertia = 0;
        foreach (int row in clusters.MembersOf(centroid))
        {
            inertia += clusters.Nearest[row] == centroid ? clusters.Distances[row] : 0;
        }

        return inertia;
    }

    private static void Enqueue(
        PriorityQueue<int, (double Negated, int Centroid)> donors, int centroid, double inertia)
    {
        if (inertia > 0)
        {
            donors.Enqueue(centroid, (-inertia, centroid));
        }
    }

    private static int Farthest(Clusters clusters, int donor)
    {
        int far = -1;
        foreach (int row in clusters.MembersOf(donor))
        {
            bool isFarther = far < 0 || clusters.Distances[row] > clusters.Distances[far];
            far = isFarther && clusters.Nearest[row] == donor ? row : far;
        }

        Debug.Assert(far >= 0 && clusters.Distances[far] > 0);
        return far;
    }

    private static void Split(
        TrainingRows rows, Clusters clusters, int donor, int centroid, ReadOnlySpan<float> place)
    {
        foreach (int row in clusters.MembersOf(donor))
        {
            float distance = rows.Kernel.Distance(rows[row], place);
            if (clusters.Nearest[row] == donor && distance < clusters.Distances[row])
            {
                clusters.Nearest[row] = centroid;
                clusters.Distances[row] = distance;
            }
        }
    }
}

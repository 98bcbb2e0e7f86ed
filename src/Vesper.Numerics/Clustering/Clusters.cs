using System.Diagnostics;

namespace Vesper.Numerics.Clustering;

/// <summary>The centroid of each row, its distance from it, and the rows of each centroid in order.</summary>
/// <remarks>
/// Threads may write <see cref="Nearest"/> and <see cref="Distances"/> of different rows at once. The rows by centroid
/// are those of the last <see cref="Group"/>.
/// </remarks>
internal sealed class Clusters(int rows, int count)
{
    private readonly int[] _starts = new int[count + 1];
    private readonly int[] _members = new int[rows];

    /// <summary>Centroids.</summary>
    public int Count => count;

    /// <summary>The centroid of each row.</summary>
    public int[] Nearest { get; } = new int[rows];

    /// <summary>The squared distance of each row from its centroid.</summary>
    public float[] Distances { get; } = new float[rows];

    /// <summary>The rows that a centroid had at the last grouping, ascending.</summary>
    public ReadOnlySpan<int> MembersOf(int centroid) =>
        _members.AsSpan(_starts[centroid].._starts[centroid + 1]);

    /// <summary>Rows of each centroid, counted now. O(rows).</summary>
    public int[] CountSizes()
    {
        var sizes = new int[count];
        foreach (int centroid in Nearest)
        {
            sizes[centroid]++;
        }

        return sizes;
    }

    /// <summary>Groups the rows by centroid. O(rows).</summary>
    public void Group()
    {
        int start = 0;
        int[] sizes = CountSizes();
        for (int centroid = 0; centroid < count; centroid++)
        {
            _starts[centroid] = start;
            start += sizes[centroid];
            sizes[centroid] = _starts[centroid];
        }

        Debug.Assert(start == Nearest.Length);
        _starts[count] = start;
        for (int row = 0; row < Nearest.Length; row++)
        {
            _members[sizes[Nearest[row]]++] = row;
        }
    }

    /// <summary>Sum of the squared distances. O(rows).</summary>
    public double Inertia() => Sum(Distances);

    /// <summary>A sum in index order, so equal on every machine.</summary>
    public static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }
}

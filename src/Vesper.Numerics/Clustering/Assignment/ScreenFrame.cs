using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Where the centroids lie: their mean, and how far from it centroids and sampled rows go.</summary>
/// <param name="Mean">An element for each dimension.</param>
/// <param name="Longest">The largest distance from the mean.</param>
internal sealed record ScreenFrame(float[] Mean, double Longest)
{
    /// <summary>The frame of centroids and a sample. O((centroids + sample) × dimensions).</summary>
    /// <param name="centroids">At least one row.</param>
    /// <param name="sample">Rows that stand for those to come; may be the centroids again.</param>
    /// <param name="dimensions">Columns to look at.</param>
    public static ScreenFrame Of(RowMatrix<float> centroids, RowMatrix<float> sample, int dimensions)
    {
        var sums = new double[dimensions];
        for (int row = 0; row < centroids.Count; row++)
        {
            ReadOnlySpan<float> elements = centroids.Row(row);
            for (int i = 0; i < dimensions; i++)
            {
                sums[i] += elements[i];
            }
        }

        float[] mean = [.. sums.Select(sum => (float)(sum / centroids.Count))];
        return new ScreenFrame(mean, Math.Max(Farthest(centroids, mean), Farthest(sample, mean)));
    }

    private static double Farthest(RowMatrix<float> rows, float[] mean)
    {
        double farthest = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            double distance = Reference.SquaredL2(rows.Row(row)[..mean.Length], mean);
            farthest = double.IsFinite(distance) ? Math.Max(farthest, distance) : farthest;
        }

        return Math.Sqrt(farthest);
    }
}

using System.Globalization;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>
/// k-means: k centroids such that the sum of the squared distances from rows to their nearest one is small.
/// </summary>
/// <remarks>
/// Equal rows, options and kernel width give equal bits, whatever the number of threads: work is cut into fixed parts,
/// and sums are taken in row order, in double precision.
/// </remarks>
public static class KMeans
{
    /// <summary>With fewer rows for each centroid, centroids follow the sample too closely.</summary>
    public const int AdvisedRowsPerCentroid = 39;

    private const long AutoElkanBytesMax = 1L << 30;
    private const int AutoNeighborhoodCentroids = 1024;

    /// <summary>Trains.</summary>
    /// <param name="rows">At least k rows, at least as many columns as dimensions; further ones are not looked at.
    /// Rows that are appended meanwhile are not seen. For a part of them see <see cref="RowSample"/>.</param>
    /// <param name="dimensions">Elements of a centroid, ≥ 1.</param>
    /// <param name="k">Centroids, ≥ 1.</param>
    /// <param name="options">How.</param>
    /// <param name="context">Memory, threads, progress, cancellation.</param>
    /// <returns>The caller disposes it. Cost by Lloyd's way: iterations · n · k · dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range; k is larger than n.</exception>
    /// <exception cref="ArgumentException">A row has a NaN or an infinity, or options do not go together.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KMeansResult Train(
        RowMatrix<float> rows, int dimensions, int k, KMeansOptions options, KMeansContext context)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, rows.Columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        options.Validate();
        var training = new TrainingRows(rows, dimensions, context);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, training.Count);
        int row = training.FindNotFinite();
        if (row >= 0)
        {
            throw new ArgumentException($"Row {row} has an element that is not finite.", nameof(rows));
        }

        return Best(training, k, options);
    }

    private static KMeansResult Best(TrainingRows rows, int k, KMeansOptions options)
    {
        KMeansAlgorithm algorithm = AlgorithmFor(rows.Count, rows.Dimensions, k, options);
        var random = new SeededRandom(options.Seed);
        KMeansResult? best = null;
        try
        {
            for (int restart = 0; restart < options.Restarts; restart++)
            {
                var run = new KMeansRun(rows, k, options, restart);
                KMeansResult result = run.Train(algorithm, new SeededRandom(random.NextBits()));
                bool isBetter = best is null || result.Inertia < best.Inertia;
                (isBetter ? best : result)?.Dispose();
                best = isBetter ? result : best;
            }
        }
        catch
        {
            best?.Dispose();
            throw;
        }

        best!.Warnings = [.. Warnings(rows.Count, k, best)];
        return best;
    }

    /// <summary>What was fastest for such a shape; <see cref="KMeansAlgorithm"/> has the figures.</summary>
    internal static KMeansAlgorithm AlgorithmFor(int rows, int dimensions, int k, KMeansOptions options)
    {
        if (options.Algorithm != KMeansAlgorithm.Auto)
        {
            return options.Algorithm;
        }

        bool isElkanAffordable = (long)rows * k * sizeof(float) <= AutoElkanBytesMax;
        return !options.Balanced && k <= 2L * dimensions && isElkanAffordable ? KMeansAlgorithm.Elkan
            : k >= AutoNeighborhoodCentroids ? KMeansAlgorithm.Neighborhood
            : KMeansAlgorithm.Lloyd;
    }

    private static IEnumerable<string> Warnings(int count, int k, KMeansResult result)
    {
        if (count < (long)AdvisedRowsPerCentroid * k)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{count} rows for {k} centroids: at least {AdvisedRowsPerCentroid} for each are advised.");
        }

        int empty = result.Sizes.Count(0);
        if (empty > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{empty} of {k} centroids have no row.");
        }
    }
}

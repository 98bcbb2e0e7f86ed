using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Chooses the exact assigner that should be fastest, the same one every time.</summary>
/// <remarks>
/// Below 1,024 centroids: brute. Else each candidate assigns a sample and counts how many distances its bound left to
/// measure; a fixed model of costs, not a clock, turns counts, columns and centroids into time. What wins differs by
/// data: principal axes hold most of the energy of image features and little of that of word vectors. The model's
/// constants were measured on one machine; elsewhere they can cost speed, never exactness.
/// </remarks>
public static class AutoAssigner
{
    /// <summary>Fewer centroids than this are best measured all.</summary>
    public const int BruteBelow = 1024;

    private const int SampleMax = 480;
    private const int SampleMin = 32;
    private const int TreeDimensionsMax = 16;

    // Nanoseconds: a step of the float and of the integer tile, an element of a projection, a row's own work, and a
    // distance that a bound left, with the finding of it.
    private const double FloatStep = 0.0095;
    private const double IntegerStep = 0.0047;
    private const double AxisStep = 0.011;
    private const double RowCost = 200;
    private const double MeasureCost = 15;
    private const double MeasureStep = 0.125;

    private static readonly int[] AxisCounts = [15, 31, 47, 63];

    /// <summary>The fastest exact assigner.</summary>
    /// <param name="centroids">At least one, finite; outlives the assigner and does not change.</param>
    /// <param name="dimensions">Columns to look at, ≥ 1.</param>
    /// <param name="sample">Rows like those to come; with fewer than 32 the choice is made without them.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="ArgumentException">There are no centroids, or one is not finite or too short.</exception>
    public static IAssigner Choose(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float>? sample, MemoryScope scope)
    {
        ArgumentNullException.ThrowIfNull(centroids);
        if (centroids.Count < BruteBelow)
        {
            return new BruteAssigner(centroids, dimensions, scope);
        }

        ScreenAssigner full = ScreenAssigner.OverAllDimensions(centroids, dimensions, sample, scope);
        if (sample is null || sample.Count < SampleMin)
        {
            return full;
        }

        IEnumerable<Func<IAssigner>> candidates = AxisCounts.Where(axes => axes < dimensions - 1)
            .Select(axes => (Func<IAssigner>)(() =>
                ScreenAssigner.OverPrincipalAxes(centroids, dimensions, axes, sample, scope)))
            .Append(() => new BruteAssigner(centroids, dimensions, scope));
        if (dimensions <= TreeDimensionsMax)
        {
            candidates = candidates.Append(() => new KDTreeAssigner(centroids, dimensions, new KDTreeOptions(), scope));
        }

        return Cheapest(full, candidates, sample);
    }

    /// <summary>A screen on that number of principal axes that should be fastest.</summary>
    /// <inheritdoc cref="Choose"/>
    public static ScreenAssigner ChooseProjection(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float>? sample, MemoryScope scope)
    {
        int[] counts = [.. AxisCounts.Where(axes => axes < dimensions).DefaultIfEmpty(dimensions)];
        ScreenAssigner first = ScreenAssigner.OverPrincipalAxes(centroids, dimensions, counts[0], sample, scope);
        IEnumerable<Func<IAssigner>> others = counts.Skip(1).Select(axes => (Func<IAssigner>)(() =>
            ScreenAssigner.OverPrincipalAxes(centroids, dimensions, axes, sample, scope)));
        return (ScreenAssigner)Cheapest(first, others, sample ?? centroids);
    }

    /// <summary>An assigner of a kind that this project has.</summary>
    /// <param name="kind">Not <see cref="CoarseAssigner.Hnsw"/>, which is made where graphs are.</param>
    /// <inheritdoc cref="Choose"/>
    public static IAssigner Make(
        CoarseAssigner kind, RowMatrix<float> centroids, int dimensions, RowMatrix<float>? sample, MemoryScope scope) =>
        kind switch
        {
            CoarseAssigner.Auto => Choose(centroids, dimensions, sample, scope),
            CoarseAssigner.Brute => new BruteAssigner(centroids, dimensions, scope),
            CoarseAssigner.KDTree => new KDTreeAssigner(centroids, dimensions, new KDTreeOptions(), scope),
            CoarseAssigner.Projection => ChooseProjection(centroids, dimensions, sample, scope),
            CoarseAssigner.Screen => ScreenAssigner.OverAllDimensions(centroids, dimensions, sample, scope),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No assigner of this project."),
        };

    private static IAssigner Cheapest(
        IAssigner first, IEnumerable<Func<IAssigner>> others, RowMatrix<float> sample)
    {
        IAssigner best = first;
        double bestCost = CostOf(first, sample);
        foreach (Func<IAssigner> make in others)
        {
            IAssigner other = make();
            double cost = CostOf(other, sample);
            IAssigner worse = cost < bestCost ? best : other;
            (best, bestCost) = cost < bestCost ? (other, cost) : (best, bestCost);
            worse.Dispose();
        }

        return best;
    }

    /// <summary>Nanoseconds a row, by the model.</summary>
    private static double CostOf(IAssigner assigner, RowMatrix<float> sample)
    {
        double measured = assigner is BruteAssigner ? 0 : MeasuredPerRow(assigner, sample);
        double measureCost = measured * (MeasureCost + MeasureStep * assigner.Dimensions);
        return assigner switch
        {
            BruteAssigner => FloatStep * assigner.Count * assigner.Dimensions,
            ScreenAssigner screen => RowCost + measureCost + IntegerStep * screen.Count * screen.Columns
                + (screen.Columns == screen.Dimensions ? 0 : AxisStep * screen.Columns * screen.Dimensions),
            _ => RowCost + measureCost,
        };
    }

    private static double MeasuredPerRow(IAssigner assigner, RowMatrix<float> sample)
    {
        int count = Math.Min(SampleMax, sample.Count);
        var nearest = new int[count];
        var distances = new float[count];
        AssignerStatistics before = assigner.Statistics;
        assigner.Assign(sample, (sample.Count - count) / 2, nearest, distances);
        return (double)(assigner.Statistics.DistancesComputed - before.DistancesComputed) / count;
    }
}

using Vesper.Indexing;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Matryoshka;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Quantization.Matryoshka;

public sealed class MatryoshkaTests
{
    private const int Seed = 20240616;
    private const int Dimensions = 40;
    private const int Count = 600;

    public static TheoryData<Metric> Metrics => [Metric.L2, Metric.Dot, Metric.Cosine];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void The_search_is_exact_among_the_best_by_prefix(Metric metric)
    {
        var data = Data(metric);
        var options = new MatryoshkaOptions { PrefixDimensions = 12, RerankFactor = 3 };
        var searcher = new MatryoshkaSearcher(metric, Dimensions, data.Rows, options);
        for (var query = 0; query < data.Queries.Count; query++)
        {
            float[] elements = data.Queries.Row(query).ToArray();
            int[] candidates =
            [
                .. Enumerable.Range(0, Count)
                    .OrderBy(row => Distance(metric, elements[..12], data.Rows.Row(row)[..12])).Take(30),
            ];
            int[] expected =
                [.. candidates.OrderBy(row => Distance(metric, elements, data.Rows.Row(row)[..Dimensions])).Take(10)];
            var nearest = new TopK(10);
            searcher.Search(elements, nearest, TestContext.Current.CancellationToken);
            Assert.Equal(expected, nearest.Sorted().ToArray().Select(scored => scored.Ordinal.Value));
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void The_analysis_says_what_the_search_finds(Metric metric)
    {
        var data = Data(metric);
        var options = new MatryoshkaAnalysisOptions { Prefixes = [4, 12, 40], RerankFactors = [1, 3], K = 10 };
        var table = Measure(data, options, SerialExecutor.Instance);
        Assert.Equal(table, Measure(data, options, new ThreadExecutor(3)));
        Assert.Equal(
            [(4, 1), (4, 3), (12, 1), (12, 3), (40, 1), (40, 3)],
            table.Select(row => (row.PrefixDimensions, row.RerankFactor)));
        Assert.All(table.Where(row => row.PrefixDimensions == Dimensions), row => Assert.Equal(1, row.Recall));
        foreach (var row in table)
        {
            Assert.Equal(Recall(data, row.PrefixDimensions, row.RerankFactor), row.Recall, 1e-12);
        }
    }

    [Fact]
    public void Few_rows_and_zero_prefixes_are_no_matter()
    {
        var rows = new RowMatrix<float>(FloatScorers.ColumnsFor(Metric.Cosine, 3), new MemoryScope("test"));
        rows.Append([0, 0, 1, 1]);
        rows.Append([0, 1, 0, 1]);
        var options = new MatryoshkaOptions { PrefixDimensions = 1, RerankFactor = 2 };
        var nearest = new TopK(5);
        new MatryoshkaSearcher(Metric.Cosine, 3, rows, options).Search([1, 1, 0], nearest);
        Assert.Equal([1, 0], nearest.Sorted().ToArray().Select(scored => scored.Ordinal.Value));
    }

    [Fact]
    public void Refuses_bad_options()
    {
        var data = Data(Metric.L2);
        foreach (var (prefix, factor) in ((int, int)[])[(0, 1), (Dimensions + 1, 1), (4, 0)])
        {
            var bad = new MatryoshkaOptions { PrefixDimensions = prefix, RerankFactor = factor };
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new MatryoshkaSearcher(Metric.L2, Dimensions, data.Rows, bad));
            var analysis = new MatryoshkaAnalysisOptions { Prefixes = [prefix], RerankFactors = [factor] };
            Assert.Throws<ArgumentOutOfRangeException>(() => Measure(data, analysis, SerialExecutor.Instance));
        }

        var none = new MatryoshkaAnalysisOptions { Prefixes = [] };
        Assert.Throws<ArgumentOutOfRangeException>(() => Measure(data, none, SerialExecutor.Instance));
        var empty = data with { Queries = new RowMatrix<float>(Dimensions, new MemoryScope("test")) };
        var some = new MatryoshkaAnalysisOptions { Prefixes = [1] };
        Assert.Throws<ArgumentException>(() => Measure(empty, some, SerialExecutor.Instance));
    }

    private static IReadOnlyList<MatryoshkaRecall> Measure(
        MatryoshkaData data, MatryoshkaAnalysisOptions options, IExecutor executor) =>
        MatryoshkaAnalysis.Measure(data, options, executor, null, TestContext.Current.CancellationToken);

    private static double Recall(MatryoshkaData data, int prefix, int factor)
    {
        var options = new MatryoshkaOptions { PrefixDimensions = prefix, RerankFactor = factor };
        var searcher = new MatryoshkaSearcher(data.Metric, Dimensions, data.Rows, options);
        var found = 0;
        for (var query = 0; query < data.Queries.Count; query++)
        {
            float[] elements = data.Queries.Row(query).ToArray();
            var nearest = new TopK(10);
            searcher.Search(elements, nearest);
            var truth = Enumerable.Range(0, Count)
                .OrderBy(row => Distance(data.Metric, elements, data.Rows.Row(row)[..Dimensions])).Take(10);
            found += nearest.Sorted().ToArray().Select(scored => scored.Ordinal.Value).Intersect(truth).Count();
        }

        return found / (10.0 * data.Queries.Count);
    }

    private static double Distance(Metric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right) => metric switch
    {
        Metric.L2 => Reference.SquaredL2(left, right),
        Metric.Dot => -Reference.Dot(left, right),
        _ => 1 - Reference.Cosine(left, right),
    };

    /// <summary>Elements that fade, so that prefixes say much.</summary>
    private static MatryoshkaData Data(Metric metric)
    {
        var random = new Random(Seed);
        var scope = new MemoryScope("test");
        var rows = new RowMatrix<float>(FloatScorers.ColumnsFor(metric, Dimensions), scope);
        var queries = new RowMatrix<float>(Dimensions, scope);
        for (var i = 0; i < Count + 8; i++)
        {
            float[] row = [.. Vectors.Gaussian(random, Dimensions).Select((value, at) => value / (1 + (0.2f * at)))];
            if (i >= Count)
            {
                queries.Append(row);
                continue;
            }

            rows.Append(metric == Metric.Cosine ? [.. row, FloatScorers.InverseNorm(row)] : row);
        }

        return new MatryoshkaData(metric, rows, queries, Dimensions);
    }
}

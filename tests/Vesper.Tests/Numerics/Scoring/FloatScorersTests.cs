using System.Diagnostics;
using System.Reflection;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Scoring;

public sealed class FloatScorersTests
{
    private const int Seed = 31337;

    public static TheoryData<Metric, int> Cases =>
    [
        .. from metric in Enum.GetValues<Metric>()
           from dimensions in (int[])[1, 5, 15, 16, 64, 100, 300]
           select (metric, dimensions),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Distances_are_those_of_the_metric(Metric metric, int dimensions)
    {
        var scope = new MemoryScope("test");
        using (RowMatrix<float> rows = Rows(metric, dimensions, 200, scope))
        {
            float[] query = Vectors.Gaussian(new Random(Seed + 1), dimensions);
            float[] distances = Score(new FloatScorers(metric, dimensions, rows), query, rows.Count);
            for (int i = 0; i < distances.Length; i++)
            {
                ReadOnlySpan<float> row = rows.Row(i)[..dimensions];
                double tolerance = 1e-5 * (1 + Reference.Norm(query) * Reference.Norm(row));
                Assert.InRange(distances[i] - Truth(metric, query, row), -tolerance, tolerance);
            }
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_scores_as_a_query_of_its_bits_and_both_ways_alike(Metric metric, int dimensions)
    {
        using RowMatrix<float> rows = Rows(metric, dimensions, 40, new MemoryScope("test"));
        var scorers = new FloatScorers(metric, dimensions, rows);
        var table = new float[rows.Count][];
        for (int i = 0; i < rows.Count; i++)
        {
            table[i] = new float[rows.Count];
            using IScorer scorer = scorers.ForRow(new Ordinal(i));
            scorer.Prefetch(All(rows.Count));
            scorer.Score(All(rows.Count), table[i]);
            Assert.Equal(Score(scorers, rows.Row(i)[..dimensions].ToArray(), rows.Count), table[i]);
        }

        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < rows.Count; j++)
            {
                Assert.Equal(table[i][j], table[j][i]);
            }
        }
    }

    [Theory]
    [InlineData(1e-45f)]
    [InlineData(1e-38f)]
    [InlineData(1e-20f)]
    [InlineData(1e-14f)]
    [InlineData(1e14f)]
    [InlineData(1e20f)]
    [InlineData(1e38f)]
    public void Cosine_is_right_for_vectors_of_any_length(float scale)
    {
        const int Dimensions = 40;
        var random = new Random(Seed);
        using var rows = new RowMatrix<float>(Dimensions + 1, new MemoryScope("test"));
        for (int i = 0; i < 30; i++)
        {
            Append(Metric.Cosine, rows, Scaled(Vectors.Gaussian(random, Dimensions), i % 3 == 0 ? 1 : scale));
        }

        var scorers = new FloatScorers(Metric.Cosine, Dimensions, rows);
        foreach (float queryScale in (float[])[1, scale])
        {
            float[] query = Scaled(Vectors.Gaussian(random, Dimensions), queryScale);
            float[] distances = Score(scorers, query, rows.Count);
            for (int i = 0; i < distances.Length; i++)
            {
                double expected = 1 - Reference.Cosine(query, rows.Row(i)[..Dimensions]);
                Assert.InRange(distances[i], expected - 1e-6, expected + 1e-6);
            }
        }
    }

    [Fact]
    public void A_zero_vector_has_no_direction_and_gives_cosine_0()
    {
        using var rows = new RowMatrix<float>(5, new MemoryScope("test"));
        Append(Metric.Cosine, rows, new float[4]);
        Append(Metric.Cosine, rows, [1, 2, 3, 4]);
        var scorers = new FloatScorers(Metric.Cosine, 4, rows);
        Assert.Equal([1f, 1f], Score(scorers, new float[4], 2));
        Assert.Equal(1f, Score(scorers, [4, 3, 2, 1], 2)[0]);
        Assert.Equal(0f, FloatScorers.InverseNorm(new float[4]));
        Assert.Equal(0.2f, FloatScorers.InverseNorm([3, 0, 0, 0, 4]));
        Assert.Equal(float.MaxValue, FloatScorers.InverseNorm([float.Epsilon]));
    }

    [Theory]
    [InlineData(Metric.L2)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Manhattan)]
    public void A_warm_pool_allocates_nothing(Metric metric)
    {
        using RowMatrix<float> rows = Rows(metric, 100, 64, new MemoryScope("test"));
        var scorers = new FloatScorers(metric, 100, rows);
        float[] query = Vectors.Gaussian(new Random(Seed), 100);
        Ordinal[] ordinals = All(rows.Count);
        var distances = new float[ordinals.Length];
        long before = 0;
        for (int round = 0; round < 100; round++)
        {
            before = round == 90 ? GC.GetAllocatedBytesForCurrentThread() : before;
            using IScorer ofQuery = scorers.ForQuery(query);
            using IScorer ofRow = scorers.ForRow(new Ordinal(round % rows.Count));
            if (IsOptimized)
            {
                ofQuery.Score(ordinals, distances);
                ofRow.Score(ordinals, distances);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Scorers_of_many_threads_do_not_meet()
    {
        using RowMatrix<float> rows = Rows(Metric.L2, 64, 50, new MemoryScope("test"));
        var scorers = new FloatScorers(Metric.L2, 64, rows);
        int count = rows.Count;
        float[][] expected =
        [
            .. Enumerable.Range(0, count).Select(i => Score(scorers, rows.Row(i).ToArray(), count)),
        ];
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<bool>[] tasks =
        [
            .. Enumerable.Range(0, 4).Select(seed => Task.Run(() => Agrees(scorers, expected, seed), cancellation)),
        ];
        bool[] agree = await Task.WhenAll(tasks);
        Assert.All(agree, Assert.True);
    }

    [Fact]
    public void Disposed_twice_it_is_pooled_once()
    {
        using RowMatrix<float> rows = Rows(Metric.L2, 8, 3, new MemoryScope("test"));
        var scorers = new FloatScorers(Metric.L2, 8, rows);
        IScorer scorer = scorers.ForRow(new Ordinal(0));
        scorer.Dispose();
        scorer.Dispose();
        Assert.NotSame(scorers.ForRow(new Ordinal(1)), scorers.ForRow(new Ordinal(2)));
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        using RowMatrix<float> rows = Rows(Metric.L2, 8, 3, new MemoryScope("test"));
        Assert.Throws<ArgumentException>(() => new FloatScorers(Metric.Cosine, 8, rows));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FloatScorers((Metric)9, 8, rows));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FloatScorers(Metric.L2, 0, rows));
        var scorers = new FloatScorers(Metric.L2, 8, rows);
        Assert.Throws<ArgumentException>(() => scorers.ForQuery(new float[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => scorers.ForRow(new Ordinal(3)));
    }

    /// <summary>Unoptimized code boxes vectors in kernels; there only the pool is looked at.</summary>
    private static bool IsOptimized { get; } =
        typeof(FloatScorers).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };

    private static bool Agrees(FloatScorers scorers, float[][] expected, int seed)
    {
        var random = new Random(seed);
        Ordinal[] ordinals = All(expected.Length);
        var distances = new float[expected.Length];
        bool agrees = true;
        for (int round = 0; round < 5000; round++)
        {
            int row = random.Next(expected.Length);
            using IScorer scorer = scorers.ForRow(new Ordinal(row));
            scorer.Score(ordinals, distances);
            agrees &= distances.AsSpan().SequenceEqual(expected[row]);
        }

        return agrees;
    }

    private static RowMatrix<float> Rows(Metric metric, int dimensions, int count, MemoryScope scope)
    {
        var random = new Random(Seed);
        var rows = new RowMatrix<float>(FloatScorers.ColumnsFor(metric, dimensions), scope);
        for (int i = 0; i < count; i++)
        {
            Append(metric, rows, Vectors.Gaussian(random, dimensions));
        }

        return rows;
    }

    private static void Append(Metric metric, RowMatrix<float> rows, float[] vector) =>
        rows.Append(metric == Metric.Cosine ? [.. vector, FloatScorers.InverseNorm(vector)] : vector);

    private static float[] Score(FloatScorers scorers, float[] query, int count)
    {
        var distances = new float[count];
        using IScorer scorer = scorers.ForQuery(query);
        scorer.Score(All(count), distances);
        return distances;
    }

    private static Ordinal[] All(int count) => [.. Enumerable.Range(0, count).Select(i => new Ordinal(i))];

    private static float[] Scaled(float[] vector, float scale) => [.. vector.Select(element => element * scale)];

    private static double Truth(Metric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right) => metric switch
    {
        Metric.L2 => Reference.SquaredL2(left, right),
        Metric.Dot => -Reference.Dot(left, right),
        Metric.Cosine => 1 - Reference.Cosine(left, right),
        _ => Reference.Manhattan(left, right),
    };
}

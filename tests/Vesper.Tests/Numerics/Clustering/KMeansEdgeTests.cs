using Vesper.Indexing;
using Vesper.Numerics.Clustering;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;

namespace Vesper.Tests.Numerics.Clustering;

/// <summary>Few, equal and far rows, wrong input, cancellation, progress; the bound of balanced clusters.</summary>
public sealed class KMeansEdgeTests : IDisposable
{
    private const int Seed = 20260612;

    private readonly KMeansFixture _fixture = new();

    public static TheoryData<KMeansAlgorithm, KMeansSeeding> Ways
    {
        get
        {
            var ways = new TheoryData<KMeansAlgorithm, KMeansSeeding>();
            foreach (KMeansAlgorithm algorithm in Enum.GetValues<KMeansAlgorithm>())
            {
                foreach (KMeansSeeding seeding in Enum.GetValues<KMeansSeeding>())
                {
                    ways.Add(algorithm, seeding);
                }
            }

            return ways;
        }
    }

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public void Each_row_is_a_centroid_when_there_are_as_many(KMeansAlgorithm algorithm, KMeansSeeding seeding)
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed, 90, 3, 5);
        KMeansResult result = _fixture.Train(rows, 90, new() { Algorithm = algorithm, Seeding = seeding });
        Assert.Equal(0, result.Inertia);
        Assert.Equal(1, result.Imbalance);
        Assert.Equal(90, result.Assignments.ToArray().Distinct().Count());
        Assert.Contains("at least 39", Assert.Single(result.Warnings));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Equal_rows_leave_centroids_without_rows(KMeansAlgorithm algorithm, KMeansSeeding seeding)
    {
        RowMatrix<float> rows = _fixture.Rows(Enumerable.Repeat<float[]>([1, 2, 3], 500));
        KMeansResult result = _fixture.Train(rows, 10, new() { Algorithm = algorithm, Seeding = seeding });
        Assert.Equal(0, result.Inertia);
        Assert.Equal(10, result.Imbalance);
        Assert.Equal(500, result.Sizes[0]);
        Assert.Equal(new float[] { 1, 2, 3 }, result.Centroids.Row(9).ToArray());
        Assert.Contains("9 of 10", Assert.Single(result.Warnings));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_few_distinct_places_all_get_a_centroid(KMeansAlgorithm algorithm, KMeansSeeding seeding)
    {
        // Nine of ten rows are equal, so random seeds mostly are.
        RowMatrix<float> rows = _fixture.Rows(Enumerable.Range(0, 1000)
            .Select(row => (float[])[row % 10 == 0 ? 1 + row / 10 % 8 : 0, 1]));
        KMeansResult result = _fixture.Train(
            rows, 9, new() { Algorithm = algorithm, Seeding = seeding, MiniBatchRows = 200, Tolerance = 0 });
        Assert.DoesNotContain(0, result.Sizes.ToArray());
        Assert.InRange(result.Inertia, 0, algorithm == KMeansAlgorithm.MiniBatch ? 20 : 1e-4);
    }

    [Fact]
    public void Empty_centroids_are_counted_and_moved()
    {
        RowMatrix<float> rows = _fixture.Rows(Enumerable.Range(0, 1000)
            .Select(row => (float[])[row < 990 ? 0 : row, 1]));
        KMeansResult result = _fixture.Train(rows, 10, new() { Seeding = KMeansSeeding.Random });
        Assert.True(result.EmptyRepairs > 0);
        Assert.DoesNotContain(0, result.Sizes.ToArray());
    }

    [Fact]
    public void One_centroid_is_the_mean_and_a_far_group_gets_its_own()
    {
        RowMatrix<float> rows = _fixture.Rows(Enumerable.Range(0, 1000)
            .Select(row => (float[])[row < 995 ? row % 5 : 1e6f, row % 2]));
        KMeansResult one = _fixture.Train(rows, 1, new());
        Assert.Equal((995 * 2 + 5e6) / 1000, one.Centroids.Row(0)[0], 1e-2);
        Assert.Equal(0.5, one.Centroids.Row(0)[1], 1e-6);
        KMeansResult two = _fixture.Train(rows, 2, new() { Seeding = KMeansSeeding.PlusPlus });
        Assert.Equal([5, 995], two.Sizes.ToArray().Order());
    }

    [Theory]
    [InlineData(KMeansAlgorithm.Lloyd)]
    [InlineData(KMeansAlgorithm.Elkan)]
    [InlineData(KMeansAlgorithm.Neighborhood)]
    public void Distances_past_the_range_of_float_are_survived(KMeansAlgorithm algorithm)
    {
        RowMatrix<float> rows = _fixture.Rows(Enumerable.Range(0, 100)
            .Select(row => (float[])[row % 2 == 0 ? 3e38f : -3e38f, row]));
        KMeansResult result = _fixture.Train(rows, 4, new() { Algorithm = algorithm });
        Assert.All(Enumerable.Range(0, 4), centroid =>
            Assert.All(result.Centroids.Row(centroid).ToArray(), value => Assert.True(float.IsFinite(value))));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Rows_that_are_not_finite_are_refused(float bad)
    {
        foreach (int column in (int[])[0, 7, 16, 36])
        {
            RowMatrix<float> rows = _fixture.Mixture(Seed, 5000, 37, 5);
            rows.Row(4321)[column] = bad;
            rows.Row(4400)[column] = bad;
            var refused = Assert.Throws<ArgumentException>(() => _fixture.Train(rows, 5, new()));
            Assert.Equal("rows", refused.ParamName);
            Assert.Contains("Row 4321 ", refused.Message);
        }
    }

    [Fact]
    public void Wrong_numbers_are_refused_by_name()
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed, 10, 3, 2);
        Refuses("k", () => _fixture.Train(rows, 0, new()));
        Refuses("k", () => _fixture.Train(rows, 11, new()));
        KMeansContext context = KMeansFixture.Context(_fixture.Scope);
        Refuses("dimensions", () => KMeans.Train(rows, 4, 2, new(), context));
        Refuses("dimensions", () => KMeans.Train(rows, 0, 2, new(), context));
        Refuses("Iterations", () => new KMeansOptions { Iterations = 0 }.Validate());
        Refuses("Restarts", () => new KMeansOptions { Restarts = 0 }.Validate());
        Refuses("MiniBatchRows", () => new KMeansOptions { MiniBatchRows = 0 }.Validate());
        Refuses("Neighbors", () => new KMeansOptions { Neighbors = 1 }.Validate());
        Refuses("Tolerance", () => new KMeansOptions { Tolerance = 1 }.Validate());
        Refuses("Tolerance", () => new KMeansOptions { Tolerance = double.NaN }.Validate());
        Refuses("BalanceSlack", () => new KMeansOptions { BalanceSlack = -0.1 }.Validate());
        Refuses("Seeding", () => new KMeansOptions { Seeding = (KMeansSeeding)9 }.Validate());
        Refuses("Algorithm", () => new KMeansOptions { Algorithm = (KMeansAlgorithm)9 }.Validate());
        var elkan = new KMeansOptions { Balanced = true, Algorithm = KMeansAlgorithm.Elkan };
        Assert.Equal("Balanced", Assert.Throws<ArgumentException>(elkan.Validate).ParamName);
    }

    [Theory]
    [InlineData(KMeansAlgorithm.Lloyd, 0.0)]
    [InlineData(KMeansAlgorithm.Lloyd, 0.25)]
    [InlineData(KMeansAlgorithm.Neighborhood, 0.1)]
    public void Balanced_clusters_keep_within_their_bound(KMeansAlgorithm algorithm, double slack)
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 1, 3000, 6, 12, 2);
        var options = new KMeansOptions { Algorithm = algorithm, Neighbors = 6 };
        KMeansResult plain = _fixture.Train(rows, 40, options);
        options = options with { Balanced = true, BalanceSlack = slack };
        KMeansResult balanced = _fixture.Train(rows, 40, options);
        int most = (int)Math.Ceiling((1 + slack) * 3000 / 40);
        Assert.True(plain.Sizes.ToArray().Max() > most);
        Assert.InRange(balanced.Sizes.ToArray().Max(), 75, most);
        Assert.InRange(balanced.Imbalance, 1, 40.0 * most / 3000);
        Assert.InRange(balanced.Inertia, 1, 3 * plain.Inertia);

        RowMatrix<float> equal = _fixture.Rows(Enumerable.Repeat<float[]>([1, 2], 103));
        KMeansResult shared = _fixture.Train(equal, 10, options with { BalanceSlack = 0 });
        Assert.InRange(shared.Sizes.ToArray().Max(), 11, 11);
    }

    [Theory]
    [MemberData(nameof(KMeansTests.Algorithms), MemberType = typeof(KMeansTests))]
    public void It_tells_of_each_iteration_and_can_be_cancelled_in_any(KMeansAlgorithm algorithm)
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 2, 2000, 4, 20, 4);
        var options = new KMeansOptions { Algorithm = algorithm, Iterations = 4, Restarts = 2, Tolerance = 0 };
        var seen = new List<KMeansProgress>();
        using var source = new CancellationTokenSource();
        KMeansContext context = KMeansFixture.Context(_fixture.Scope) with { Cancellation = source.Token };
        context = context with { Progress = new Reporter(seen.Add) };
        using KMeansResult result = KMeans.Train(rows, 4, 30, options, context);
        Assert.Equal(
            [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2), (1, 3), (1, 4)],
            seen.Select(progress => (progress.Restart, progress.Iteration)));
        Assert.All(seen, progress => Assert.True(progress.Inertia > 0));
        foreach (int stop in (int[])[1, 3, 6])
        {
            seen.Clear();
            using var stopping = new CancellationTokenSource();
            KMeansContext stopped = context with
            {
                Executor = new ThreadExecutor(2),
                Cancellation = stopping.Token,
                Progress = new Reporter(progress =>
                {
                    seen.Add(progress);
                    if (seen.Count == stop)
                    {
                        stopping.Cancel();
                    }
                }),
            };
            Assert.ThrowsAny<OperationCanceledException>(() => KMeans.Train(rows, 4, 30, options, stopped));
            Assert.Equal(stop, seen.Count);
        }
    }

    [Fact]
    public void Auto_goes_by_the_shape()
    {
        var options = new KMeansOptions();
        Assert.Equal(KMeansAlgorithm.Elkan, KMeans.AlgorithmFor(60_000, 784, 256, options));
        Assert.Equal(KMeansAlgorithm.Lloyd, KMeans.AlgorithmFor(60_000, 784, 256, options with { Balanced = true }));
        Assert.Equal(KMeansAlgorithm.Lloyd, KMeans.AlgorithmFor(10_000_000, 128, 256, options));
        Assert.Equal(KMeansAlgorithm.Lloyd, KMeans.AlgorithmFor(60_000, 8, 256, options));
        Assert.Equal(KMeansAlgorithm.Neighborhood, KMeans.AlgorithmFor(262_144, 128, 4096, options));
        Assert.Equal(
            KMeansAlgorithm.MiniBatch,
            KMeans.AlgorithmFor(9, 9, 9, options with { Algorithm = KMeansAlgorithm.MiniBatch }));
    }

    private static void Refuses(string parameter, Action act) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(act).ParamName);

    private sealed class Reporter(Action<KMeansProgress> report) : IProgress<KMeansProgress>
    {
        public void Report(KMeansProgress value) => report(value);
    }
}

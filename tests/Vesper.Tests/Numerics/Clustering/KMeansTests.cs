using Vesper.Numerics.Clustering;
using Vesper.Numerics.Memory;

namespace Vesper.Tests.Numerics.Clustering;

/// <summary>Every way to train against plain loops, and equal bits whatever the number of threads.</summary>
public sealed class KMeansTests : IDisposable
{
    private const int Seed = 20260611;

    private readonly KMeansFixture _fixture = new();

    public static TheoryData<KMeansAlgorithm> Algorithms => [.. Enum.GetValues<KMeansAlgorithm>()];

    public static TheoryData<KMeansSeeding> Seedings => [.. Enum.GetValues<KMeansSeeding>()];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(KMeansAlgorithm.Lloyd)]
    [InlineData(KMeansAlgorithm.Elkan)]
    public void Exact_ways_follow_plain_loops(KMeansAlgorithm algorithm)
    {
        foreach ((int dimensions, int k) in ((int, int)[])[(1, 3), (5, 20), (33, 13), (64, 40)])
        {
            RowMatrix<float> rows = _fixture.Mixture(Seed + k, 800, dimensions, k, spread: 4);
            var options = new KMeansOptions { Algorithm = algorithm, Iterations = 6, Tolerance = 0 };
            KMeansResult result = _fixture.Train(rows, k, options);
            var oracle = ScalarLloyd.From(rows, k, options.Seed);
            oracle.Iterate(result.Iterations);
            for (int centroid = 0; centroid < k; centroid++)
            {
                double[] found = ScalarLloyd.ToDouble(result.Centroids.Row(centroid));
                Assert.All(
                    found.Zip(oracle.Centroids[centroid]),
                    pair => Assert.Equal(pair.Second, pair.First, 1e-4));
            }
        }
    }

    [Fact]
    public void Elkan_is_Lloyd_to_the_bit()
    {
        RowMatrix<float> integers = _fixture.Rows(Enumerable.Range(0, 3000)
            .Select(row => (float[])[row * 7919 % 31, row * 104_729 % 17, row * 1301 % 13]));
        RowMatrix<float> repeats = _fixture.Rows(Enumerable.Range(0, 1000)
            .Select(row => (float[])[row % 10 == 0 ? 1 + row / 10 % 8 : 0, 1]));
        RowMatrix<float>[] sets =
            [integers, repeats, _fixture.Mixture(Seed, 1500, 20, 30, 3), _fixture.Mixture(Seed, 700, 3, 5, 10)];
        foreach (RowMatrix<float> rows in sets)
        {
            foreach (int k in (int[])[2, 31, 64, 100])
            {
                var options = new KMeansOptions { Algorithm = KMeansAlgorithm.Lloyd, Tolerance = 0 };
                KMeansResult lloyd = _fixture.Train(rows, k, options);
                AssertSame(lloyd, _fixture.Train(rows, k, options with { Algorithm = KMeansAlgorithm.Elkan }));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Figures_are_those_of_an_exact_assignment(KMeansAlgorithm algorithm)
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 1, 2000, 12, 60, 2);
        var options = new KMeansOptions
        {
            Algorithm = algorithm,
            Iterations = 7,
            Neighbors = 5,
            MiniBatchRows = 300,
        };
        KMeansResult result = _fixture.Train(rows, 50, options);
        var oracle = new ScalarLloyd(rows, [.. Enumerable.Range(0, 50)
            .Select(centroid => ScalarLloyd.ToDouble(result.Centroids.Row(centroid)))]);
        var sizes = new int[50];
        double inertia = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            (int nearest, double distance) = oracle.Nearest(row);
            Assert.Equal(nearest, result.Assignments[row]);
            sizes[nearest]++;
            inertia += distance;
        }

        Assert.Equal(sizes, result.Sizes.ToArray());
        Assert.Equal(inertia, result.Inertia, inertia * 1e-6);
        Assert.Equal(50 * sizes.Sum(size => (double)size * size) / (2000.0 * 2000), result.Imbalance, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_number_of_threads_does_not_show(KMeansAlgorithm algorithm)
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 2, 5000, 9, 40, 3);
        foreach (KMeansSeeding seeding in Enum.GetValues<KMeansSeeding>())
        {
            var options = new KMeansOptions
            {
                Algorithm = algorithm,
                Seeding = seeding,
                Iterations = 5,
                Neighbors = 8,
                MiniBatchRows = 700,
            };
            AssertSameAtAnyThreads(rows, options);
        }
    }

    [Theory]
    [InlineData(KMeansAlgorithm.Lloyd)]
    [InlineData(KMeansAlgorithm.Neighborhood)]
    public void Nor_does_it_when_balanced(KMeansAlgorithm algorithm) => AssertSameAtAnyThreads(
        _fixture.Mixture(Seed + 3, 5000, 9, 40, 3),
        new KMeansOptions { Algorithm = algorithm, Balanced = true, Iterations = 5, Neighbors = 8 });

    [Fact]
    public void Seeds_decide_and_restarts_keep_the_best()
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 4, 1000, 4, 30);
        var options = new KMeansOptions { Iterations = 3 };
        KMeansResult one = _fixture.Train(rows, 30, options);
        Assert.NotEqual(one.Inertia, _fixture.Train(rows, 30, options with { Seed = 2 }).Inertia);
        KMeansResult best = _fixture.Train(rows, 30, options with { Restarts = 8 });
        Assert.True(best.Inertia < one.Inertia, $"{best.Inertia} of 8, {one.Inertia} of 1");
    }

    [Fact]
    public void Columns_beyond_the_dimensions_are_not_looked_at()
    {
        var random = new Random(Seed);
        float[][] vectors = [.. Enumerable.Range(0, 500).Select(_ => Vectors.Gaussian(random, 6))];
        KMeansContext context = KMeansFixture.Context(_fixture.Scope);
        var options = new KMeansOptions { Seeding = KMeansSeeding.Parallel };
        KMeansResult plain = _fixture.Train(_fixture.Rows(vectors), 20, options);
        AssertSame(
            plain, _fixture.Own(KMeans.Train(_fixture.Rows(vectors, spareColumns: 30), 6, 20, options, context)));
    }

    [Fact]
    public void It_stops_when_nothing_is_gained()
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 5, 600, 5, 4, 0.1f);
        var options = new KMeansOptions { Iterations = 1000, Algorithm = KMeansAlgorithm.Lloyd, Tolerance = 0 };
        KMeansResult patient = _fixture.Train(rows, 16, options);
        KMeansResult hasty = _fixture.Train(rows, 16, options with { Tolerance = 0.05 });
        Assert.InRange(patient.Iterations, hasty.Iterations + 1, 200);
        Assert.True(patient.Inertia < hasty.Inertia);
        options = options with { Algorithm = KMeansAlgorithm.MiniBatch, Tolerance = 0.01, MiniBatchRows = 50 };
        Assert.InRange(_fixture.Train(rows, 16, options).Iterations, 20, 500);
    }

    [Theory]
    [MemberData(nameof(Seedings))]
    public void Every_seeding_takes_distinct_rows(KMeansSeeding seeding)
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 6, 300, 5, 7);
        using var seeds = Seeds.Choose(
            new TrainingRows(rows, 5, KMeansFixture.Context(_fixture.Scope)), 120, seeding, new SeededRandom(5));
        var found = Enumerable.Range(0, 120).Select(seed => string.Join(' ', seeds.Row(seed).ToArray())).ToHashSet();
        Assert.Equal(120, found.Count);
        Assert.Subset(
            Enumerable.Range(0, 300).Select(row => string.Join(' ', rows.Row(row).ToArray())).ToHashSet(), found);
    }

    [Theory]
    [InlineData(KMeansSeeding.PlusPlus)]
    [InlineData(KMeansSeeding.Parallel)]
    public void Careful_seeds_find_groups_that_random_ones_miss(KMeansSeeding seeding)
    {
        RowMatrix<float> rows = _fixture.Mixture(Seed + 7, 4000, 16, 40, 0.5f);
        double careful = 0, random = 0;
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var options = new KMeansOptions { Seed = seed, Seeding = seeding };
            careful += _fixture.Train(rows, 40, options).Inertia;
            random += _fixture.Train(rows, 40, options with { Seeding = KMeansSeeding.Random }).Inertia;
        }

        Assert.True(careful < 0.5 * random, $"{careful} against {random}");
    }

    private void AssertSameAtAnyThreads(RowMatrix<float> rows, KMeansOptions options)
    {
        KMeansResult one = _fixture.Train(rows, 70, options);
        AssertSame(one, _fixture.Train(rows, 70, options, threads: 2));
        AssertSame(one, _fixture.Train(rows, 70, options, threads: 5));
    }

    private static void AssertSame(KMeansResult expected, KMeansResult actual)
    {
        Assert.Equal(expected.Inertia, actual.Inertia);
        Assert.Equal(expected.Iterations, actual.Iterations);
        Assert.Equal(expected.EmptyRepairs, actual.EmptyRepairs);
        Assert.Equal(expected.Assignments.ToArray(), actual.Assignments.ToArray());
        for (int centroid = 0; centroid < expected.Centroids.Count; centroid++)
        {
            Assert.Equal(expected.Centroids.Row(centroid).ToArray(), actual.Centroids.Row(centroid).ToArray());
        }
    }
}

using Vesper.Indexing;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Tests.Numerics;

namespace Vesper.Tests.Conformance;

/// <summary>
/// What every exact <see cref="IAssigner"/> keeps: the answers of a plain loop over pair distances, bit by bit.
/// </summary>
public abstract class AssignerConformance
{
    private const int Seed = 20250311;

    public static TheoryData<string> Shapes =>
    [
        "gaussian", "clustered", "copies", "constant", "integers", "huge", "largest", "small", "smallest", "outliers",
        "far from zero", "rows far away", "few directions",
    ];

    /// <summary>The assigner under test.</summary>
    protected abstract IAssigner Make(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float> sample, MemoryScope scope);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Answers_are_those_of_a_plain_loop(string shape)
    {
        foreach (int dimensions in (int[])[1, 3, 16, 100, 128, 130])
        {
            var scope = new MemoryScope("test");
            var random = new Random(Seed + dimensions);
            using (RowMatrix<float> centroids = Draw(shape, random, 130, dimensions, scope))
            using (RowMatrix<float> rows = Draw(ShapeOfRows(shape), random, 75, dimensions, scope))
            using (IAssigner assigner = Make(centroids, dimensions, rows, scope))
            {
                Assert.Equal((dimensions, 130, true), (assigner.Dimensions, assigner.Count, assigner.IsExact));
                Check(assigner, centroids, rows, $"{shape}, {dimensions} dimensions, seed {Seed}");
            }

            Assert.Equal(0, scope.Bytes);
        }
    }

    [Fact]
    public void One_centroid_is_nearest_to_all_and_many_may_be_more_than_the_rows()
    {
        var scope = new MemoryScope("test");
        var random = new Random(Seed);
        using RowMatrix<float> rows = Draw("gaussian", random, 5, 20, scope);
        foreach (int count in (int[])[1, 2, 700])
        {
            using RowMatrix<float> centroids = Draw("gaussian", random, count, 20, scope);
            using IAssigner assigner = Make(centroids, 20, rows, scope);
            Check(assigner, centroids, rows, $"{count} centroids");
        }
    }

    [Fact]
    public void Further_columns_are_not_looked_at()
    {
        var scope = new MemoryScope("test");
        var random = new Random(Seed);
        using RowMatrix<float> centroids = Draw("gaussian", random, 90, 21, scope);
        using RowMatrix<float> rows = Draw("gaussian", random, 40, 23, scope);
        using IAssigner assigner = Make(centroids, 17, rows, scope);
        Check(assigner, centroids, rows, "further columns");
    }

    [Fact]
    public void Rows_that_are_not_finite_get_the_first_centroid()
    {
        var scope = new MemoryScope("test");
        var random = new Random(Seed);
        using RowMatrix<float> centroids = Draw("gaussian", random, 50, 9, scope);
        using RowMatrix<float> rows = Draw("gaussian", random, 40, 9, scope);
        rows.Row(3)[4] = float.NaN;
        rows.Row(17)[0] = float.PositiveInfinity;
        using IAssigner assigner = Make(centroids, 9, rows, scope);
        Check(assigner, centroids, rows, "not finite");
    }

    [Fact]
    public void Centroids_that_are_none_too_short_or_not_finite_are_refused()
    {
        var scope = new MemoryScope("test");
        using RowMatrix<float> centroids = Draw("gaussian", new Random(Seed), 50, 9, scope);
        using RowMatrix<float> empty = new(9, scope);
        Assert.ThrowsAny<ArgumentException>(() => Make(empty, 9, centroids, scope));
        Assert.ThrowsAny<ArgumentException>(() => Make(centroids, 10, centroids, scope));
        centroids.Row(7)[2] = float.NaN;
        Assert.ThrowsAny<ArgumentException>(() => Make(centroids, 9, centroids, scope));
    }

    [Fact]
    public void A_call_with_rows_that_are_not_there_is_refused()
    {
        var scope = new MemoryScope("test");
        using RowMatrix<float> centroids = Draw("gaussian", new Random(Seed), 50, 9, scope);
        using IAssigner assigner = Make(centroids, 9, centroids, scope);
        Assert.ThrowsAny<ArgumentException>(() => assigner.Assign(centroids, 49, new int[2], new float[2]));
        Assert.ThrowsAny<ArgumentException>(() => assigner.Assign(centroids, -1, new int[2], new float[2]));
        Assert.ThrowsAny<ArgumentException>(() => assigner.Assign(centroids, 0, new int[2], new float[3]));
        assigner.Assign(centroids, 50, [], []);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_on_any_number_of_threads_assigns_and_validates_the_same(int threads)
    {
        var scope = new MemoryScope("test");
        var random = new Random(Seed);
        using RowMatrix<float> centroids = Draw("clustered", random, 300, 24, scope);
        using RowMatrix<float> rows = Draw("clustered", random, 2500, 24, scope);
        using IAssigner assigner = Make(centroids, 24, rows, scope);
        var run = new AssignmentRun(assigner, centroids, new AssignmentOptions { ValidationRate = 0.3, Seed = 7 });
        var nearest = new int[rows.Count];
        var distances = new float[rows.Count];
        AssignmentReport report = run.Assign(
            rows, nearest, distances, new ThreadExecutor(threads), TestContext.Current.CancellationToken);
        Assert.Equal((rows.Count, 0), (report.Assignments, report.Mismatches));
        Assert.InRange(report.Validated, 650, 850);
        AssignmentReport again = run.Assign(
            rows, nearest, distances, SerialExecutor.Instance, TestContext.Current.CancellationToken);
        Assert.Equal(again with { TimeInAssign = default }, report with { TimeInAssign = default });
        Assert.True(report.DistancesComputed > 0 && report.TimeInAssign > TimeSpan.Zero);
        (int[] expected, float[] least) = Truth(centroids, rows, 24);
        Assert.Equal(expected, nearest);
        Assert.Equal(least, distances);
    }

    private static string ShapeOfRows(string shape) => shape == "rows far away" ? "huge" : shape;

    /// <summary>Compares all answers, in one call and in several.</summary>
    private static void Check(IAssigner assigner, RowMatrix<float> centroids, RowMatrix<float> rows, string what)
    {
        (int[] expected, float[] least) = Truth(centroids, rows, assigner.Dimensions);
        var nearest = new int[rows.Count];
        var distances = new float[rows.Count];
        AssignerStatistics before = assigner.Statistics;
        assigner.Assign(rows, 0, nearest, distances);
        for (int i = 0; i < nearest.Length; i++)
        {
            bool same = expected[i] == nearest[i] && least[i].Equals(distances[i]);
            Assert.True(same, $"{what}, row {i}: {nearest[i]} at {distances[i]}, not {expected[i]} at {least[i]}");
        }

        Assert.Equal(rows.Count, assigner.Statistics.Assignments - before.Assignments);
        int half = rows.Count / 2;
        assigner.Assign(rows, half, nearest.AsSpan(0, rows.Count - half), distances.AsSpan(0, rows.Count - half));
        Assert.Equal(expected[half..], nearest[..(rows.Count - half)]);
    }

    private static (int[] Nearest, float[] Distances) Truth(
        RowMatrix<float> centroids, RowMatrix<float> rows, int dimensions)
    {
        FloatKernel kernel = KernelTable.Current.SquaredL2;
        var nearest = new int[rows.Count];
        var least = new float[rows.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            least[row] = float.PositiveInfinity;
            for (int number = 0; number < centroids.Count; number++)
            {
                float distance = kernel.Distance(rows.Row(row)[..dimensions], centroids.Row(number)[..dimensions]);
                if (distance < least[row])
                {
                    (nearest[row], least[row]) = (number, distance);
                }
            }
        }

        return (nearest, least);
    }

    private static RowMatrix<float> Draw(string shape, Random random, int count, int dimensions, MemoryScope scope)
    {
        var rows = new RowMatrix<float>(dimensions, scope);
        var middles = new Random(Seed);
        float[][] centres = [.. Enumerable.Range(0, 8).Select(_ => Vectors.Gaussian(middles, dimensions))];
        for (int i = 0; i < count; i++)
        {
            float[] noise = Vectors.Gaussian(random, dimensions);
            float[] centre = centres[random.Next(centres.Length)];
            float factor = random.NextSingle();
            rows.Append([.. noise.Select((element, at) => shape switch
            {
                "clustered" => 10 * centre[at] + element,
                "copies" => centre[at],
                "constant" => 3.25f,
                "integers" => MathF.Round(element),
                "huge" => element * 1e17f,
                "largest" => element > 0 ? 3e38f : -3e38f,
                "small" => element * 1e-20f,
                "smallest" => element * 1e-43f,
                "outliers" => i % 13 == 0 ? element * 1e6f : element,
                "far from zero" => 1e5f + element,
                "few directions" => factor * centres[i % 2][at],
                _ => element,
            })]);
        }

        return rows;
    }
}

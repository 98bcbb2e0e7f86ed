using System.Diagnostics;
using System.Reflection;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Kernels.Tiles;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Kernels.Tiles;

/// <summary>
/// Every width must find exactly what the pair kernel of that width finds one by one: same targets, same bits of the
/// distances, ties by lowest number.
/// </summary>
public sealed class ManyToManyTests : IDisposable
{
    private const int Seed = 20260607;

    private readonly MemoryScope _scope = new("test");
    private readonly List<IDisposable> _owned = [];

    public static TheoryData<string> Widths => [.. KernelTable.All.Select(row => row.Name)];

    // Widths that the processor has not are run in software: they must answer the same.
    private static KernelTable Kernels(string width) => KernelTable.All.Single(row => row.Name == width);

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        Assert.Equal(0, _scope.Bytes);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Nearest_is_the_first_of_the_smallest_direct_distances_at_every_dimension(string width)
    {
        var random = new Random(Seed);
        foreach (int dimensions in (int[])[.. Enumerable.Range(1, 130), 384, 768])
        {
            RowMatrix<float> targets = Gaussian(random, 1 + random.Next(100), dimensions);
            RowMatrix<float> rows = Gaussian(random, 1 + random.Next(30), dimensions);
            AssertNearest(width, rows, targets, dimensions, $"{width}, {dimensions} dimensions");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Top_k_are_the_smallest_direct_distances_by_number(string width)
    {
        var random = new Random(Seed + 1);
        foreach ((int count, int k) in ((int, int)[])[(1, 1), (7, 7), (300, 1), (300, 10), (700, 100), (64, 64)])
        {
            foreach (Metric metric in (Metric[])[Metric.L2, Metric.Dot])
            {
                int dimensions = 1 + random.Next(70);
                RowMatrix<float> targets = Gaussian(random, count, dimensions);
                RowMatrix<float> rows = Gaussian(random, 29, dimensions);
                AssertTopK(width, rows, targets, new TopKQuery(rows.Count, k, metric));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Near_ties_that_rounding_hides_are_computed_directly(string width)
    {
        // Far from the origin the expanded form loses what tells these apart.
        var random = new Random(Seed + 2);
        RowMatrix<float> targets = New(20);
        RowMatrix<float> rows = New(20);
        for (int i = 0; i < 200; i++)
        {
            float[] row = [.. Vectors.Gaussian(random, 20).Select(element => 30_000 + element)];
            (i % 4 == 0 ? rows : targets).Append(row);
        }

        AssertNearest(width, rows, targets, 20, width);
        AssertTopK(width, rows, targets, new TopKQuery(rows.Count, 10, Metric.L2));
        AssertTopK(width, rows, targets, new TopKQuery(rows.Count, 10, Metric.Dot));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Equal_targets_go_by_lowest_number(string width)
    {
        RowMatrix<float> targets = New(5);
        RowMatrix<float> rows = New(5);
        for (int i = 0; i < 150; i++)
        {
            targets.Append([1, 2, 3, i < 40 ? 9 : 4, 5]);
            rows.Append([1, 2, 3, 4, 4]);
        }

        using var packed = new PackedRows(targets, 5, _scope, Kernels(width));
        var nearest = new int[150];
        var distances = new float[150];
        ManyToMany.Nearest(rows, 0, packed, nearest, distances);
        Assert.All(nearest, target => Assert.Equal(40, target));
        Assert.All(distances, distance => Assert.Equal(1, distance));
        AssertTopK(width, rows, targets, new TopKQuery(rows.Count, 12, Metric.L2));
    }

    [Theory]
    [InlineData(1e19f)]
    [InlineData(1e38f)]
    [InlineData(float.MaxValue)]
    [InlineData(1e-22f)]
    [InlineData(1e-30f)]
    [InlineData(float.Epsilon)]
    public void Elements_at_the_ends_of_the_range_change_nothing(float scale)
    {
        var random = new Random(Seed + 3);
        foreach ((float ofRows, float ofTargets) in ((float, float)[])[(scale, 1), (1, scale), (scale, scale)])
        {
            RowMatrix<float> targets = Scaled(random, 100, ofTargets);
            RowMatrix<float> rows = Scaled(random, 20, ofRows);
            foreach (string width in KernelTable.All.Select(row => row.Name))
            {
                AssertNearest(width, rows, targets, 8, $"{width}, {ofRows} against {ofTargets}");
                AssertTopK(width, rows, targets, new TopKQuery(rows.Count, 5, Metric.Dot));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_NaN_is_infinitely_far(string width)
    {
        RowMatrix<float> targets = New(2);
        targets.Append([float.NaN, 0]);
        targets.Append([1, 0]);
        targets.Append([0, float.PositiveInfinity]);
        RowMatrix<float> rows = New(2);
        rows.Append([2, 0]);
        rows.Append([0, float.NaN]);
        using var packed = new PackedRows(targets, 2, _scope, Kernels(width));
        var nearest = new int[2];
        var distances = new float[2];
        ManyToMany.Nearest(rows, 0, packed, nearest, distances);
        Assert.Equal([1, 0], nearest);
        Assert.Equal([1, float.PositiveInfinity], distances);
    }

    [Fact]
    public void Columns_after_the_dimensions_and_rows_around_the_part_are_not_looked_at()
    {
        var random = new Random(Seed + 4);
        RowMatrix<float> rows = Gaussian(random, 5000, 40);
        RowMatrix<float> targets = Gaussian(random, 90, 40);
        using var packed = new PackedRows(targets, 33, _scope);
        var nearest = new int[4500];
        var distances = new float[4500];
        ManyToMany.Nearest(rows, 321, packed, nearest, distances);
        for (int i = 0; i < nearest.Length; i += 7)
        {
            Scored expected = Direct(KernelTable.Current, rows.Row(321 + i), targets, 33, Metric.L2)[0];
            Assert.Equal(expected, new Scored(distances[i], new Ordinal(nearest[i])));
        }
    }

    [Fact]
    public void Packing_again_takes_changed_targets()
    {
        RowMatrix<float> targets = New(3);
        targets.Append([0, 0, 0]);
        targets.Append([5, 5, 5]);
        using var packed = new PackedRows(targets, 3, _scope);
        targets.Row(0).Fill(100);
        packed.Repack();
        var nearest = new int[1];
        var distances = new float[1];
        RowMatrix<float> rows = New(3);
        rows.Append([1, 1, 1]);
        ManyToMany.Nearest(rows, 0, packed, nearest, distances);
        Assert.Equal(1, nearest[0]);
        Assert.Equal(48, distances[0]);
    }

    [Fact]
    public void Bad_requests_name_the_parameter()
    {
        RowMatrix<float> rows = Gaussian(new Random(Seed), 4, 3);
        Assert.Equal("rows", Refused(() => new PackedRows(New(3), 3, _scope)));
        Assert.Equal("dimensions", Refused(() => new PackedRows(rows, 4, _scope)));
        using var packed = new PackedRows(rows, 3, _scope);
        Assert.Equal("start", Refused(() => ManyToMany.Nearest(rows, 3, packed, new int[2], new float[2])));
        Assert.Equal("rows", Refused(() => ManyToMany.Nearest(New(2), 0, packed, [], [])));
        foreach (TopKQuery query in (TopKQuery[])[new(1, 0, Metric.L2), new(1, 5, Metric.L2), new(1, 1, Metric.Cosine)])
        {
            string? name = Refused(() => ManyToMany.TopK(rows, 0, packed, query, new Scored[query.K]));
            Assert.StartsWith("query", name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        var debugging = typeof(PackedRows).Assembly.GetCustomAttribute<DebuggableAttribute>();
        Assert.SkipWhen(
            debugging is { IsJITOptimizerDisabled: true }, "only optimised code leaves out what need not be allocated");
        RowMatrix<float> rows = Gaussian(new Random(Seed), 200, 24);
        using var packed = new PackedRows(rows, 24, _scope);
        var query = new TopKQuery(200, 3, Metric.L2);
        var into = new Scored[600];
        ManyToMany.TopK(rows, 0, packed, query, into);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ManyToMany.TopK(rows, 0, packed, query, into);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_bound_excludes_most_targets_of_ordinary_data()
    {
        ScreenBound bound = ScreenBound.For(Metric.L2, 128, 200_000, 210_000);
        Assert.InRange(bound.Above(-150_000), -150_000, -149_950);
        Assert.False(ScreenBound.For(Metric.L2, 128, float.NaN, 1).IsFinite);
        Assert.False(ScreenBound.For(Metric.Dot, 128, 1, float.PositiveInfinity).IsFinite);
    }

    private static string? Refused(Action act) => Assert.ThrowsAny<ArgumentException>(act).ParamName;

    private static List<Scored> Direct(
        KernelTable kernels, ReadOnlySpan<float> row, RowMatrix<float> targets, int dimensions, Metric metric)
    {
        var all = new List<Scored>();
        for (int i = 0; i < targets.Count; i++)
        {
            float distance = kernels.For(metric).Distance(row[..dimensions], targets.Row(i)[..dimensions]);
            all.Add(new Scored(distance, new Ordinal(i)));
        }

        return [.. all.OrderBy(scored => scored.Distance).ThenBy(scored => scored.Ordinal.Value)];
    }

    private void AssertNearest(
        string width, RowMatrix<float> rows, RowMatrix<float> targets, int dimensions, string message)
    {
        KernelTable kernels = Kernels(width);
        using var packed = new PackedRows(targets, dimensions, _scope, kernels);
        var nearest = new int[rows.Count];
        var distances = new float[rows.Count];
        ManyToMany.Nearest(rows, 0, packed, nearest, distances);
        for (int i = 0; i < nearest.Length; i++)
        {
            Scored expected = Direct(kernels, rows.Row(i), targets, dimensions, Metric.L2)[0];
            Assert.True(
                expected == new Scored(distances[i], new Ordinal(nearest[i])),
                $"{message}, row {i}: {expected}, not {nearest[i]} at {distances[i]}");
        }
    }

    private void AssertTopK(string width, RowMatrix<float> rows, RowMatrix<float> targets, TopKQuery query)
    {
        KernelTable kernels = Kernels(width);
        using var packed = new PackedRows(targets, targets.Columns, _scope, kernels);
        var found = new Scored[query.Count * query.K];
        ManyToMany.TopK(rows, 0, packed, query, found);
        for (int i = 0; i < query.Count; i++)
        {
            List<Scored> expected = Direct(kernels, rows.Row(i), targets, targets.Columns, query.Metric);
            Assert.Equal(expected[..query.K], found.AsSpan(i * query.K, query.K).ToArray());
        }
    }

    private RowMatrix<float> New(int columns)
    {
        var rows = new RowMatrix<float>(columns, _scope);
        _owned.Add(rows);
        return rows;
    }

    private RowMatrix<float> Gaussian(Random random, int count, int columns)
    {
        RowMatrix<float> rows = New(columns);
        for (int i = 0; i < count; i++)
        {
            rows.Append(Vectors.Gaussian(random, columns));
        }

        return rows;
    }

    private RowMatrix<float> Scaled(Random random, int count, float scale)
    {
        RowMatrix<float> rows = New(8);
        for (int i = 0; i < count; i++)
        {
            rows.Append([.. Enumerable.Range(0, 8).Select(_ => scale * (2 * random.NextSingle() - 1))]);
        }

        return rows;
    }
}

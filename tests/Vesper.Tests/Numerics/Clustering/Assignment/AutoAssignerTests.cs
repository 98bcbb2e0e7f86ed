using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Tests.Numerics.Clustering.Assignment;

/// <summary>What the data decide.</summary>
public sealed class AutoAssignerTests
{
    private readonly MemoryScope _scope = new("test");

    [Fact]
    public void Few_centroids_are_all_measured()
    {
        using RowMatrix<float> centroids = Draw(1023, 32, _ => 1);
        using IAssigner assigner = AutoAssigner.Choose(centroids, 32, centroids, _scope);
        Assert.IsType<BruteAssigner>(assigner);
    }

    [Fact]
    public void Energy_in_few_directions_is_screened_there_and_spread_energy_on_all()
    {
        using RowMatrix<float> steep = Draw(1500, 96, i => MathF.Pow(0.8f, i));
        using RowMatrix<float> flat = Draw(1500, 96, _ => 1);
        using RowMatrix<float> steepRows = Draw(500, 96, i => MathF.Pow(0.8f, i));
        using RowMatrix<float> flatRows = Draw(500, 96, _ => 1);
        using IAssigner first = AutoAssigner.Choose(steep, 96, steepRows, _scope);
        using IAssigner second = AutoAssigner.Choose(flat, 96, flatRows, _scope);
        Assert.True(Assert.IsType<ScreenAssigner>(first).Columns < 96);
        Assert.Equal(96, Assert.IsType<ScreenAssigner>(second).Columns);
    }

    [Fact]
    public void Without_a_sample_there_is_a_choice_too()
    {
        using RowMatrix<float> centroids = Draw(1100, 20, _ => 1);
        using IAssigner assigner = AutoAssigner.Choose(centroids, 20, null, _scope);
        Assert.True(assigner.IsExact);
    }

    [Fact]
    public void Graphs_are_not_made_here()
    {
        using RowMatrix<float> centroids = Draw(10, 20, _ => 1);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => AutoAssigner.Make(CoarseAssigner.Hnsw, centroids, 20, null, _scope));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using RowMatrix<float> centroids = Draw(10, 20, _ => 1);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new KDTreeAssigner(centroids, 20, new KDTreeOptions { LeafSize = 0 }, _scope));
        using var brute = new BruteAssigner(centroids, 20, _scope);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new AssignmentRun(brute, centroids, new AssignmentOptions { ValidationRate = double.NaN }));
    }

    [Fact]
    public void A_screen_measures_few_of_many_centroids()
    {
        using RowMatrix<float> centroids = Draw(1500, 96, _ => 1);
        using RowMatrix<float> rows = Draw(300, 96, _ => 1);
        using var screen = ScreenAssigner.OverAllDimensions(centroids, 96, rows, _scope);
        screen.Assign(rows, 0, new int[300], new float[300]);
        AssignerStatistics counts = screen.Statistics;
        Assert.Equal(300 * 1500, counts.DistancesComputed + counts.Pruned);
        Assert.InRange(counts.DistancesComputed, 300, 300 * 10);
    }

    private RowMatrix<float> Draw(int count, int dimensions, Func<int, float> scale)
    {
        var random = new Random(count);
        var rows = new RowMatrix<float>(dimensions, _scope);
        for (int i = 0; i < count; i++)
        {
            rows.Append([.. Vectors.Gaussian(random, dimensions).Select((element, at) => element * scale(at))]);
        }

        return rows;
    }
}

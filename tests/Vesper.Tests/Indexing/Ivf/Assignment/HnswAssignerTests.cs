using Vesper.Indexing.Ivf.Assignment;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Tests.Indexing.Ivf.Assignment;

/// <summary>Approximate, but what it says is true.</summary>
public sealed class HnswAssignerTests
{
    private readonly MemoryScope _scope = new("test");

    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 16)]
    [InlineData(900, 24)]
    [InlineData(900, 100)]
    public void Most_answers_are_the_nearest_and_all_distances_are_right(int count, int dimensions)
    {
        using (RowMatrix<float> centroids = Draw(count, dimensions, 1))
        using (RowMatrix<float> rows = Draw(300, dimensions, 2))
        using (var assigner = new HnswAssigner(centroids, dimensions, new IndexOptions(), _scope))
        using (var brute = new BruteAssigner(centroids, dimensions, _scope))
        {
            var nearest = new int[300];
            var distances = new float[300];
            var expected = new int[300];
            assigner.Assign(rows, 0, nearest, distances);
            brute.Assign(rows, 0, expected, new float[300]);
            for (int i = 0; i < nearest.Length; i++)
            {
                float distance = KernelTable.Current.SquaredL2.Distance(rows.Row(i), centroids.Row(nearest[i]));
                Assert.Equal(distance, distances[i]);
            }

            Assert.False(assigner.IsExact);
            Assert.InRange(nearest.Zip(expected).Count(pair => pair.First == pair.Second), 270, 300);
            AssignerStatistics counts = assigner.Statistics;
            Assert.Equal(300, counts.Assignments);
            Assert.True(counts.DistancesComputed >= 300);
        }

        Assert.Equal(0, _scope.Bytes);
    }

    [Fact]
    public void What_is_not_finite_is_refused_or_gets_the_first()
    {
        using RowMatrix<float> centroids = Draw(20, 5, 1);
        using RowMatrix<float> rows = Draw(2, 5, 2);
        rows.Row(1)[3] = float.NaN;
        using var assigner = new HnswAssigner(centroids, 5, new IndexOptions(), _scope);
        var nearest = new int[2];
        var distances = new float[2];
        assigner.Assign(rows, 0, nearest, distances);
        Assert.Equal((0, float.PositiveInfinity), (nearest[1], distances[1]));
        centroids.Row(4)[0] = float.NegativeInfinity;
        Assert.Throws<ArgumentException>(() => new HnswAssigner(centroids, 5, new IndexOptions(), _scope));
    }

    private RowMatrix<float> Draw(int count, int dimensions, int seed)
    {
        var random = new Random(seed);
        var rows = new RowMatrix<float>(dimensions, _scope);
        for (int i = 0; i < count; i++)
        {
            rows.Append(Numerics.Vectors.Gaussian(random, dimensions));
        }

        return rows;
    }
}

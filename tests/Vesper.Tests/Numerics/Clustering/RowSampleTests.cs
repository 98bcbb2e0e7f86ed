using Vesper.Numerics.Clustering;
using Vesper.Numerics.Memory;

namespace Vesper.Tests.Numerics.Clustering;

/// <summary>Samples are even, distinct, ascending and the same for a seed.</summary>
public sealed class RowSampleTests : IDisposable
{
    private readonly KMeansFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(5, 5)]
    [InlineData(1000, 37)]
    public void Numbers_are_distinct_and_ascending(int count, int sample)
    {
        int[] chosen = RowSample.Choose(count, sample, 9);
        Assert.Equal(sample, chosen.Length);
        Assert.Equal(chosen.Distinct().Order(), chosen);
        Assert.All(chosen, row => Assert.InRange(row, 0, count - 1));
        Assert.Equal(chosen, RowSample.Choose(count, sample, 9));
    }

    [Fact]
    public void A_seed_gives_the_same_rows_on_every_machine() =>
        Assert.Equal(Recorded, RowSample.Choose(100, 6, 1));

    [Fact]
    public void Every_row_comes_as_often()
    {
        var counts = new int[20];
        for (ulong seed = 0; seed < 4000; seed++)
        {
            foreach (int row in RowSample.Choose(20, 5, seed))
            {
                counts[row]++;
            }
        }

        // 1000 each, with a standard deviation of 27.
        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Rows_are_copied_by_number_and_by_range()
    {
        RowMatrix<float> rows = _fixture.Rows(Enumerable.Range(0, 50).Select(row => (float[])[row, -row, 7]));
        int[] numbers = RowSample.Choose(50, 8, 3);
        RowMatrix<float> sample = _fixture.Own(RowSample.Take(rows, 2, 8, 3, _fixture.Scope));
        Assert.Equal(numbers.Select(row => (float)row), Enumerable.Range(0, 8).Select(row => sample.Row(row)[0]));
        Assert.Equal(2, sample.Columns);
        Assert.Equal(50, _fixture.Own(RowSample.Take(rows, 3, 60, 3, _fixture.Scope)).Count);
        RowMatrix<float> range = _fixture.Own(RowSample.Take(rows, 3, 40..^5, _fixture.Scope));
        Assert.Equal([40f, 41, 42, 43, 44], Enumerable.Range(0, 5).Select(row => range.Row(row)[0]));
    }

    [Fact]
    public void Wrong_numbers_are_refused()
    {
        RowMatrix<float> rows = _fixture.Rows([[1, 2], [3, 4]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => RowSample.Choose(-1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowSample.Choose(3, 4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowSample.Take(rows, 3, 1, 1, _fixture.Scope));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowSample.Take(rows, 2, 1..4, _fixture.Scope));
    }

    private static readonly int[] Recorded = [20, 25, 28, 61, 66, 67];
}

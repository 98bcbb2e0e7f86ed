using Vesper.Indexing.Vectors;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Vectors;

public sealed class FloatVectorStoreTests
{
    [Theory]
    [InlineData(Metric.L2, 1)]
    [InlineData(Metric.L2, 3)]
    [InlineData(Metric.Dot, 16)]
    [InlineData(Metric.Manhattan, 17)]
    [InlineData(Metric.Cosine, 15)]
    [InlineData(Metric.Cosine, 16)]
    [InlineData(Metric.Cosine, 100)]
    public void Sealed_rows_equal_the_grown_ones_bit_by_bit(Metric metric, int dimensions)
    {
        const int Count = 90;
        var vectors = new MixtureData(seed: 81, dimensions).Take(100);
        vectors[5][0] = -0f;
        using var rows = new StoreFixture(metric, vectors);
        using var files = new SectionFixture();
        using var opened = FloatVectorStore.Open(
            files.Section(file => rows.Store.Write(file, Count), rows.Scope), metric, dimensions, Count);
        Assert.Equal((Count, dimensions), (opened.Count, opened.Dimensions));
        var read = new float[dimensions];
        for (var row = 0; row < Count; row++)
        {
            opened.Read(new Ordinal(row), read);
            Assert.Equal(Bits(vectors[row]), Bits(read));
        }

        using var grown = rows.Store.ScorerFor(vectors[95]);
        using var loaded = opened.ScorerFor(vectors[95]);
        Assert.Equal(Distances(grown, Count), Distances(loaded, Count));
        using var grownRow = rows.Store.ScorerFor(new Ordinal(7));
        using var loadedRow = opened.ScorerFor(new Ordinal(7));
        Assert.Equal(Distances(grownRow, Count), Distances(loadedRow, Count));
    }

    [Fact]
    public void A_section_is_rows_of_a_matrix_with_zero_padding()
    {
        using var rows = new StoreFixture(Metric.L2, [[1, 2, 3], [4, 5, 6]]);
        using var files = new SectionFixture();
        var bytes = files.Bytes(file => rows.Store.Write(file, 2));
        var floats = Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, 4 * i));
        Assert.Equal([1, 2, 3, 0, 4, 5, 6, 0], floats);
    }

    [Fact]
    public void Bytes_are_not_read_before_they_are_needed()
    {
        using var rows = new StoreFixture(Metric.L2, [[1, 2], [4, 5]]);
        using var files = new SectionFixture();
        var scope = new MemoryScope("lazy");
        var section = files.Section(file => rows.Store.Write(file, 2), scope);
        using (var opened = FloatVectorStore.Open(section, Metric.L2, 2, 2))
        {
            Assert.Equal(2, opened.Count);
            Assert.Equal(0, scope.Bytes);
            opened.ScorerFor(new Ordinal(0)).Dispose();
            Assert.True(scope.Bytes > 0);
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(2, -1)]
    [InlineData(60_000, 2)]
    [InlineData(2, int.MaxValue)]
    public void A_section_of_another_size_is_refused(int dimensions, int count)
    {
        using var rows = new StoreFixture(Metric.L2, [[1, 2], [4, 5]]);
        using var files = new SectionFixture();
        using var section = files.Section(file => rows.Store.Write(file, 2), rows.Scope);
        Assert.Throws<CorruptDataException>(() => FloatVectorStore.Open(section, Metric.L2, dimensions, count));
    }

    [Fact]
    public void Threads_may_meet_at_the_first_use()
    {
        var vectors = new MixtureData(seed: 82, dimensions: 40).Take(3_000);
        using var rows = new StoreFixture(Metric.Cosine, vectors);
        using var files = new SectionFixture();
        using var opened = FloatVectorStore.Open(
            files.Section(file => rows.Store.Write(file, 3_000), rows.Scope), Metric.Cosine, 40, 3_000);
        Parallel.For(0, 64, i =>
        {
            var read = new float[40];
            opened.Read(new Ordinal(i), read);
            Assert.Equal(vectors[i], read);
        });
    }

    [Fact]
    public void An_empty_section_is_an_empty_store()
    {
        using var rows = new StoreFixture(Metric.L2, [[1, 2]]);
        using var files = new SectionFixture();
        var section = files.Section(file => rows.Store.Write(file, 0), rows.Scope);
        using var opened = FloatVectorStore.Open(section, Metric.L2, 2, 0);
        Assert.Equal(0, opened.Count);
        opened.ScorerFor([1f, 2f]).Dispose();
    }

    private static int[] Bits(float[] vector) => [.. vector.Select(BitConverter.SingleToInt32Bits)];

    private static float[] Distances(IScorer scorer, int count)
    {
        var distances = new float[count];
        scorer.Score([.. Enumerable.Range(0, count).Select(row => new Ordinal(row))], distances);
        return distances;
    }
}

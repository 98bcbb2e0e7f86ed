using Vesper.Indexing;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;
using Vesper.Tests.Indexing;

namespace Vesper.Tests.Conformance;

/// <summary>What every index that takes rows one at a time must do besides.</summary>
public abstract class MutableVectorIndexConformance : VectorIndexConformance
{
    private const int Threads = 4;

    private protected abstract IMutableVectorIndex Create(IVectorStore store, MemoryScope scope);

    private protected abstract IMutableVectorIndex Extend(IVectorIndex source, IVectorStore store, MemoryScope scope);

    private protected override IVectorIndex Build(IVectorStore store, MemoryScope scope)
    {
        var index = Create(store, scope);
        for (var row = 0; row < store.Count; row++)
        {
            index.Insert(new Ordinal(row));
        }

        return index;
    }

    [Fact]
    public void Finds_nothing_while_empty()
    {
        using var rows = new StoreFixture(Metric.L2, [[1, 2]]);
        using var index = Create(rows.Store, rows.Scope);
        Assert.Equal(0, index.Count);
        Assert.Empty(rows.Search(index, [1, 1], 5, new IndexSearch(10, null)));
        Assert.Empty(rows.Search(index, [1, 1], 5, new IndexSearch(10, new RowFilter(_ => true), 0)));
    }

    [Fact]
    public void Round_trips_while_empty()
    {
        using var rows = new StoreFixture(Metric.L2, [[1, 2]]);
        using var index = Create(rows.Store, rows.Scope);
        using var files = new SectionFixture();
        using var opened = Open(files.Section(file => Seal(index, file), rows.Scope), rows.Store, rows.Scope);
        Assert.Equal(0, opened.Count);
        Assert.Empty(rows.Search(opened, [1, 1], 5, new IndexSearch(10, null)));
        using var extended = Extend(opened, rows.Store, rows.Scope);
        extended.Insert(new Ordinal(0));
        Assert.Single(rows.Search(extended, [1, 1], 5, new IndexSearch(10, null)));
    }

    [Fact]
    public void Counts_the_rows_before_the_first_gap()
    {
        using var rows = new StoreFixture(Metric.L2, new MixtureData(seed: 21, dimensions: 4).Take(6));
        using var index = Create(rows.Store, rows.Scope);
        var counts = new List<int>();
        foreach (var row in new[] { 2, 0, 1, 5, 4, 3 })
        {
            index.Insert(new Ordinal(row));
            counts.Add(index.Count);
        }

        Assert.Equal([0, 1, 3, 3, 3, 6], counts);
    }

    [Fact]
    public void Leaves_a_row_that_is_in_as_it_is()
    {
        var data = new MixtureData(seed: 24, dimensions: 8);
        using var rows = new StoreFixture(Metric.L2, data.Take(400));
        using var index = (IMutableVectorIndex)Build(rows.Store, rows.Scope);
        using var files = new SectionFixture();
        var before = files.Bytes(file => Seal(index, file));
        for (var row = 0; row < 400; row += 7)
        {
            index.Insert(new Ordinal(row));
        }

        Assert.Equal(before, files.Bytes(file => Seal(index, file)));
    }

    [Fact]
    public void A_copy_of_one_with_a_gap_takes_all_rows()
    {
        var data = new MixtureData(seed: 25, dimensions: 8);
        using var rows = new StoreFixture(Metric.L2, data.Take(600));
        using var gapped = Create(rows.Store, rows.Scope);
        foreach (var row in Enumerable.Range(0, 500).Where(row => row % 200 != 150))
        {
            gapped.Insert(new Ordinal(row));
        }

        Assert.Equal(150, gapped.Count);
        using var copy = Extend(gapped, rows.Store, rows.Scope);
        Assert.InRange(copy.Count, 0, 150);
        for (var row = copy.Count; row < 600; row++)
        {
            copy.Insert(new Ordinal(row));
        }

        Assert.Equal(600, copy.Count);
        Assert.Equal(600, rows.Search(copy, data.Next(), 600, new IndexSearch(600, null)).Length);
    }

    [Fact]
    public void Takes_further_rows_as_a_copy_of_a_sealed_one()
    {
        var data = new MixtureData(seed: 22, dimensions: 12);
        using var rows = new StoreFixture(Metric.L2, data.Take(1_000));
        using var files = new SectionFixture();
        using var built = Build(rows.Store, rows.Scope);
        using var opened = Open(files.Section(file => Seal(built, file), rows.Scope), rows.Store, rows.Scope);
        rows.Append(data.Take(1_000));
        using var extended = Extend(opened, rows.Store, rows.Scope);
        Assert.Equal(1_000, extended.Count);
        for (var row = 1_000; row < 2_000; row++)
        {
            extended.Insert(new Ordinal(row));
        }

        Assert.Equal(2_000, extended.Count);
        Assert.Equal(1_000, opened.Count);
        var recall = rows.Recall(extended, data.Take(50), 10, new IndexSearch(100, null));
        Assert.True(recall >= RecallMin, $"recall {recall}");
        Assert.Equal(2_000, rows.Search(extended, data.Next(), 2_000, new IndexSearch(2_000, null)).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answers_beside_concurrent_inserts(bool copies)
    {
        const int Count = 3_000;
        var data = new MixtureData(seed: 23, dimensions: 8);
        var vectors = copies ? [.. Enumerable.Repeat(data.Next(), Count)] : data.Take(Count);
        using var rows = new StoreFixture(Metric.L2, vectors);
        using var index = Create(rows.Store, rows.Scope);
        var next = -1;
        var tasks = new List<Task>();
        for (var i = 0; i < Threads; i++)
        {
            tasks.Add(Task.Run(() => InsertAll(index, Count, ref next), TestContext.Current.CancellationToken));
        }

        for (var i = 0; i < 2; i++)
        {
            var seed = i;
            tasks.Add(Task.Run(() => SearchUntilFull(rows, index, Count, seed), TestContext.Current.CancellationToken));
        }

        await Task.WhenAll(tasks);
        Assert.Equal(Count, index.Count);
        Assert.Equal(Count, rows.Search(index, vectors[0], Count, new IndexSearch(Count, null)).Length);
        var recall = rows.Recall(index, data.Take(50), 10, new IndexSearch(100, null));
        Assert.True(recall >= RecallMin, $"recall {recall}");
    }

    private static void InsertAll(IMutableVectorIndex index, int count, ref int next)
    {
        for (var row = Interlocked.Increment(ref next); row < count; row = Interlocked.Increment(ref next))
        {
            index.Insert(new Ordinal(row));
        }
    }

    /// <summary>
    /// Every answer is complete: as many rows as are in and asked for, each below the limit, each once.
    /// </summary>
    private static void SearchUntilFull(StoreFixture rows, IVectorIndex index, int count, int seed)
    {
        var data = new MixtureData(seed, dimensions: 8);
        for (var limit = 0; limit < count;)
        {
            limit = index.Count;
            var found = rows.Search(index, data.Next(), 20, new IndexSearch(60, null, limit));
            Assert.Equal(Math.Min(20, limit), found.Length);
            Assert.All(found, one => Assert.InRange(one.Ordinal.Value, 0, limit - 1));
            Assert.Equal(found.Length, found.DistinctBy(one => one.Ordinal).Count());
        }
    }
}

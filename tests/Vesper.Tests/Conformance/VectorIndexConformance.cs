using Vesper.Indexing;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;
using Vesper.Storage.Formats;
using Vesper.Tests.Indexing;

namespace Vesper.Tests.Conformance;

/// <summary>What every vector index must do. A subclass says how one is built, sealed and opened.</summary>
public abstract class VectorIndexConformance
{
    private const int Rows = 2_000;

    /// <summary>Recall at 10 that the index must reach with an effort of 100 on clustered data.</summary>
    private protected virtual double RecallMin => 0.95;

    /// <summary>Metrics that it takes; others it refuses.</summary>
    private protected virtual IReadOnlyList<Metric> Metrics => Enum.GetValues<Metric>();

    /// <summary>An index over all rows of a store.</summary>
    private protected abstract IVectorIndex Build(IVectorStore store, MemoryScope scope);

    private protected abstract void Seal(IVectorIndex index, SectionFileWriter file);

    private protected abstract IVectorIndex Open(LazySection section, IVectorStore store, MemoryScope scope);

    [Theory]
    [InlineData(Metric.L2, 16)]
    [InlineData(Metric.Dot, 16)]
    [InlineData(Metric.Cosine, 16)]
    [InlineData(Metric.Manhattan, 16)]
    [InlineData(Metric.L2, 1)]
    [InlineData(Metric.L2, 3)]
    [InlineData(Metric.Cosine, 100)]
    public void Finds_the_nearest(Metric metric, int dimensions)
    {
        var data = new MixtureData(seed: 1, dimensions);
        using var rows = new StoreFixture(metric, data.Take(Rows));
        if (!Metrics.Contains(metric))
        {
            Assert.Throws<SchemaException>(() => Build(rows.Store, rows.Scope));
            return;
        }

        using var index = Build(rows.Store, rows.Scope);
        var recall = rows.Recall(index, data.Take(50), 10, new IndexSearch(100, null));
        Assert.True(recall >= RecallMin, $"recall {recall}");
    }

    [Theory]
    [InlineData(Metric.L2)]
    [InlineData(Metric.Cosine)]
    public void Takes_wide_vectors(Metric metric)
    {
        var data = new MixtureData(seed: 2, dimensions: 2_048);
        using var rows = new StoreFixture(metric, data.Take(150));
        using var index = Build(rows.Store, rows.Scope);
        Assert.Equal(1, rows.Recall(index, data.Take(10), 10, new IndexSearch(150, null)));
    }

    [Fact]
    public void Returns_all_rows_when_more_are_asked_for()
    {
        var data = new MixtureData(seed: 3, dimensions: 8);
        using var rows = new StoreFixture(Metric.L2, data.Take(300));
        using var index = Build(rows.Store, rows.Scope);
        var query = data.Next();
        Assert.Equal(rows.Exact(query, 1_000), rows.Search(index, query, 1_000, new IndexSearch(1, null)));
    }

    [Fact]
    public void Raises_the_effort_to_the_number_of_results()
    {
        var data = new MixtureData(seed: 4, dimensions: 8);
        using var rows = new StoreFixture(Metric.L2, data.Take(Rows));
        using var index = Build(rows.Store, rows.Scope);
        Assert.Equal(50, rows.Search(index, data.Next(), 50, new IndexSearch(1, null)).Length);
    }

    [Fact]
    public void Keeps_what_the_collector_holds_already()
    {
        var data = new MixtureData(seed: 5, dimensions: 4);
        using var rows = new StoreFixture(Metric.L2, data.Take(100));
        using var index = Build(rows.Store, rows.Scope);
        var top = new TopK(3);
        top.Push(-1, new Ordinal(7_777));
        var query = data.Next();
        using var scorer = rows.Store.ScorerFor(query);
        index.Search(
            scorer, new IndexSearch(20, null) { Vector = query }, top, TestContext.Current.CancellationToken);
        Assert.Equal(new Scored(-1, new Ordinal(7_777)), top.Sorted()[0]);
        Assert.Equal(3, top.Count);
    }

    [Fact]
    public void Finds_its_only_row()
    {
        using var rows = new StoreFixture(Metric.L2, [[1, 2]]);
        using var index = Build(rows.Store, rows.Scope);
        var found = rows.Search(index, [1, 4], 5, new IndexSearch(10, null));
        Assert.Equal([new Scored(4, new Ordinal(0))], found);
    }

    [Fact]
    public void Finds_a_far_cluster()
    {
        var data = new MixtureData(seed: 6, dimensions: 8);
        var vectors = data.Take(1_000);
        for (var i = 0; i < 1_000; i += 50)
        {
            vectors[i] = [.. vectors[i].Select(x => x + 10_000)];
        }

        using var rows = new StoreFixture(Metric.L2, vectors);
        using var index = Build(rows.Store, rows.Scope);
        Assert.Equal(1, rows.Recall(index, [vectors[0], vectors[500]], 20, new IndexSearch(100, null)));
    }

    [Theory]
    [InlineData(Metric.L2)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.Cosine)]
    public void Finds_among_copies(Metric metric)
    {
        var data = new MixtureData(seed: 7, dimensions: 12);
        var distinct = data.Take(150);
        using var rows = new StoreFixture(metric, [.. Enumerable.Range(0, 16 * 150).Select(i => distinct[i % 150])]);
        using var index = Build(rows.Store, rows.Scope);
        var recall = rows.Recall(index, data.Take(30), 40, new IndexSearch(200, null));
        Assert.True(recall >= RecallMin, $"recall {recall}");
    }

    [Fact]
    public void Finds_every_one_of_identical_rows()
    {
        const int Copies = 3_000;
        using var rows = new StoreFixture(Metric.L2, [.. Enumerable.Repeat(new float[] { 1, -2, 3 }, Copies)]);
        using var index = Build(rows.Store, rows.Scope);
        var found = rows.Search(index, [1, -2, 4], Copies, new IndexSearch(Copies, null));
        Assert.Equal(Enumerable.Range(0, Copies), found.Select(one => one.Ordinal.Value));
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Returns_passing_rows_only(double share)
    {
        var data = new MixtureData(seed: 8, dimensions: 16);
        using var rows = new StoreFixture(Metric.L2, data.Take(Rows));
        using var index = Build(rows.Store, rows.Scope);
        var bitmap = BitmapFilter.Share(new Random(8), Rows, share);
        foreach (var filter in new IOrdinalFilter[] { bitmap, new RowFilter(row => bitmap.Contains(new Ordinal(row))) })
        {
            var queries = data.Take(20);
            var search = new IndexSearch(60, filter);
            foreach (var query in queries)
            {
                var found = rows.Search(index, query, 10, search);
                Assert.Equal(Math.Min(10, bitmap.Estimate), found.Length);
                Assert.All(found, one => Assert.True(filter.Contains(one.Ordinal)));
                Assert.Equal(found.Length, found.DistinctBy(one => one.Ordinal).Count());
            }

            var recall = rows.Recall(index, queries, 10, search);
            Assert.True(recall >= RecallMin, $"recall {recall} at {share}");
        }
    }

    [Fact]
    public void Returns_nothing_when_nothing_passes()
    {
        var data = new MixtureData(seed: 9, dimensions: 4);
        using var rows = new StoreFixture(Metric.L2, data.Take(500));
        using var index = Build(rows.Store, rows.Scope);
        Assert.Empty(rows.Search(index, data.Next(), 10, new IndexSearch(20, new RowFilter(_ => false))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(1_999)]
    [InlineData(2_000)]
    public void Returns_rows_below_the_limit_only(int limit)
    {
        var data = new MixtureData(seed: 10, dimensions: 16);
        using var rows = new StoreFixture(Metric.L2, data.Take(Rows));
        using var index = Build(rows.Store, rows.Scope);
        var queries = data.Take(20);
        var search = new IndexSearch(80, null, limit);
        foreach (var query in queries)
        {
            var found = rows.Search(index, query, 10, search);
            Assert.Equal(Math.Min(10, limit), found.Length);
            Assert.All(found, one => Assert.True(one.Ordinal.Value < limit));
        }

        var recall = rows.Recall(index, queries, 10, search);
        Assert.True(recall >= RecallMin, $"recall {recall}");
    }

    [Fact]
    public void Stops_when_cancelled()
    {
        var data = new MixtureData(seed: 11, dimensions: 4);
        using var rows = new StoreFixture(Metric.L2, data.Take(500));
        using var index = Build(rows.Store, rows.Scope);
        var query = data.Next();
        using var scorer = rows.Store.ScorerFor(query);
        using var source = new CancellationTokenSource();
        source.Cancel();
        var search = new IndexSearch(10, null) { Vector = query };
        Assert.Throws<OperationCanceledException>(
            () => index.Search(scorer, search, new TopK(10), source.Token));
        var midway = new RowFilter(_ => { source.Cancel(); return false; });
        Assert.Throws<OperationCanceledException>(
            () => index.Search(scorer, search with { Filter = midway }, new TopK(10), source.Token));
    }

    [Theory]
    [InlineData(Metric.L2, 1_200)]
    [InlineData(Metric.Cosine, 1_200)]
    [InlineData(Metric.Dot, 1)]
    public void Answers_the_same_after_a_round_trip(Metric metric, int count)
    {
        var data = new MixtureData(seed: 12, dimensions: 12);
        using var rows = new StoreFixture(metric, data.Take(count));
        using var built = Build(rows.Store, rows.Scope);
        using var files = new SectionFixture();
        using var opened = Open(files.Section(file => Seal(built, file), rows.Scope), rows.Store, rows.Scope);
        Assert.Equal(count, opened.Count);
        var filter = BitmapFilter.Share(new Random(12), count, 0.2);
        foreach (var query in data.Take(50))
        {
            var plain = new IndexSearch(30, null);
            Assert.Equal(rows.Search(built, query, 10, plain), rows.Search(opened, query, 10, plain));
            var filtered = new IndexSearch(30, filter);
            Assert.Equal(rows.Search(built, query, 10, filtered), rows.Search(opened, query, 10, filtered));
        }

        var bytes = files.Bytes(file => Seal(built, file));
        Assert.Equal(bytes, files.Bytes(file => Seal(opened, file)));
    }

    [Fact]
    public void Refuses_or_survives_damaged_bytes()
    {
        const int Seed = 13;
        var data = new MixtureData(Seed, dimensions: 6);
        using var rows = new StoreFixture(Metric.L2, data.Take(200));
        using var built = Build(rows.Store, rows.Scope);
        using var files = new SectionFixture();
        var sound = files.Bytes(file => Seal(built, file));
        var random = new Random(Seed);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var bytes = Damage(sound, random);
            var before = rows.Scope.Bytes;
            try
            {
                using var opened = Open(files.Section(bytes, rows.Scope), rows.Store, rows.Scope);
                var found = rows.Search(opened, data.Next(), 10, new IndexSearch(20, null));
                Assert.All(found, one => Assert.InRange(one.Ordinal.Value, 0, 199));
            }
            catch (CorruptDataException)
            {
                refused++;
            }

            Assert.True(before == rows.Scope.Bytes, $"round {round}: {rows.Scope.Bytes - before} bytes are left");
        }

        Assert.True(refused > 100, $"{refused} of 400 were refused");
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        var bytes = (byte[])sound.Clone();
        var at = random.Next(3) == 0 ? random.Next(Math.Min(64, bytes.Length)) : random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: return bytes[..at];
            default: random.NextBytes(bytes.AsSpan(at, Math.Min(4, bytes.Length - at))); break;
        }

        return bytes;
    }
}

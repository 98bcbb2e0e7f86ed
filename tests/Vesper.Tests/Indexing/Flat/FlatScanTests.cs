using Vesper.Indexing.Flat;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Flat;

public sealed class FlatScanTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Finds_what_sorting_all_distances_finds()
    {
        const int Seed = 71;
        const int Rows = 1_000;
        var random = new Random(Seed);
        var data = new MixtureData(Seed, dimensions: 2);
        using var rows = new StoreFixture(Metric.L2, [.. Enumerable.Range(0, Rows).Select(_ => data.NextInteger())]);
        for (var round = 0; round < 200; round++)
        {
            var query = data.NextInteger();
            var (from, to) = (random.Next(Rows), random.Next(Rows + 1));
            var bitmap = BitmapFilter.Share(random, Rows, random.NextDouble());
            var filter = (round % 3) switch
            {
                0 => null,
                1 => bitmap,
                _ => (IOrdinalFilter)new RowFilter(row => bitmap.Contains(new Ordinal(row))),
            };
            var top = new TopK(random.Next(1, 30));
            using var scorer = rows.Store.ScorerFor(query);
            FlatScan.Range(scorer, from, to, filter, top, Cancellation);
            var inRange = Sorted(rows, query, row => row >= from && row < to);
            var expected = inRange.Where(one => filter is null || filter.Contains(one.Ordinal));
            Assert.Equal(expected.Take(top.Capacity), top.Sorted().ToArray());
        }
    }

    [Fact]
    public void Scans_the_members_of_a_set()
    {
        var data = new MixtureData(seed: 72, dimensions: 5);
        using var rows = new StoreFixture(Metric.L2, [.. Enumerable.Range(0, 700).Select(_ => data.NextInteger())]);
        var members = BitmapFilter.Share(new Random(72), 700, 0.3).Bitmap!;
        var query = data.NextInteger();
        var top = new TopK(40);
        using var scorer = rows.Store.ScorerFor(query);
        FlatScan.Set(scorer, members, top, Cancellation);
        Assert.Equal(Sorted(rows, query, members.Contains).Take(40), top.Sorted().ToArray());
    }

    [Fact]
    public void A_set_or_range_of_nothing_is_nothing()
    {
        using var rows = new StoreFixture(Metric.L2, [[1], [2]]);
        using var scorer = rows.Store.ScorerFor([1f]);
        var top = new TopK(3);
        FlatScan.Set(scorer, new BitSet(0), top, Cancellation);
        FlatScan.Set(scorer, new BitSet(2), top, Cancellation);
        FlatScan.Range(scorer, 2, 2, null, top, Cancellation);
        FlatScan.Range(scorer, 2, 1, null, top, Cancellation);
        Assert.Equal(0, top.Count);
    }

    [Fact]
    public void Stops_when_cancelled()
    {
        using var rows = new StoreFixture(Metric.L2, [.. Enumerable.Repeat(new float[] { 1 }, 20_000)]);
        using var scorer = rows.Store.ScorerFor([1f]);
        using var source = new CancellationTokenSource();
        var seen = 0;
        var filter = new RowFilter(_ =>
        {
            if (++seen == 5_000)
            {
                source.Cancel();
            }

            return true;
        });
        Assert.Throws<OperationCanceledException>(
            () => FlatScan.Range(scorer, 0, 20_000, filter, new TopK(5), source.Token));
        Assert.InRange(seen, 5_000, 15_000);
    }

    private static Scored[] Sorted(StoreFixture rows, float[] query, Func<int, bool> passes)
    {
        using var scorer = rows.Store.ScorerFor(query);
        var distance = new float[1];
        var all = new List<Scored>();
        foreach (var row in Enumerable.Range(0, rows.Store.Count).Where(passes))
        {
            scorer.Score([new Ordinal(row)], distance);
            all.Add(new Scored(distance[0], new Ordinal(row)));
        }

        return [.. all.OrderBy(one => one.Distance).ThenBy(one => one.Ordinal.Value)];
    }
}

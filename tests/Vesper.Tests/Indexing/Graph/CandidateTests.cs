using Vesper.Indexing.Graph;
using Vesper.Indexing.Graph.Building;
using Vesper.Indexing.Graph.Walking;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Graph;

public sealed class CandidateTests
{
    private static readonly float[] Ascending =
    [
        float.NegativeInfinity, float.MinValue, -1.5f, -1, -float.Epsilon, 0, float.Epsilon, 1, 1.5f, float.MaxValue,
        float.PositiveInfinity,
    ];

    [Fact]
    public void Keys_order_by_distance_then_ordinal()
    {
        int[] ordinals = [0, 1, int.MaxValue];
        ulong[] keys = [.. Ascending.SelectMany(distance => ordinals.Select(o => CandidateKey.Of(distance, o)))];
        Assert.Equal(keys.Order(), keys);
        Assert.Equal(keys.Distinct(), keys);
    }

    [Fact]
    public void Keys_give_back_what_they_were_made_of()
    {
        foreach (var distance in Ascending)
        {
            var key = CandidateKey.Of(distance, 123_456_789) | CandidateKey.Expanded;
            Assert.Equal(distance, CandidateKey.Distance(key));
            Assert.Equal(123_456_789, CandidateKey.Ordinal(key));
        }
    }

    [Theory]
    [InlineData(0x7FC0_0000u)]
    [InlineData(0xFFC0_0000u)]
    public void Keys_take_nan_as_farthest(uint bits) => Assert.Equal(
        CandidateKey.Of(float.PositiveInfinity, 3), CandidateKey.Of(BitConverter.UInt32BitsToSingle(bits), 3));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void A_pool_keeps_the_nearest_and_expands_them_in_order(int capacity)
    {
        var random = new Random(capacity);
        var pool = new CandidatePool();
        for (var round = 0; round < 20; round++)
        {
            pool.Reset(capacity);
            var all = new List<ulong>();
            var expanded = new HashSet<int>();
            for (var ordinal = 0; ordinal < 500; ordinal++)
            {
                var key = CandidateKey.Of(random.Next(60), ordinal);
                all.Add(key);
                if (key < pool.Worst)
                {
                    pool.Insert(key);
                }

                if (random.Next(4) == 0)
                {
                    ExpandNearest(pool, all, capacity, expanded);
                }
            }

            Assert.Equal(Nearest(all, capacity), pool.Keys.ToArray().Select(CandidateKey.Ordinal));
        }
    }

    [Fact]
    public void A_pool_offers_what_a_collector_takes()
    {
        var pool = new CandidatePool();
        pool.Reset(50);
        for (var ordinal = 0; ordinal < 50; ordinal++)
        {
            pool.Insert(CandidateKey.Of((ordinal * 7) % 50, ordinal));
        }

        var top = new TopK(3);
        pool.OfferTo(top);
        Assert.Equal([0f, 1f, 2f], top.Sorted().ToArray().Select(one => one.Distance));
    }

    [Fact]
    public void A_heap_gives_the_nearest_first()
    {
        var random = new Random(5);
        var heap = new CandidateHeap();
        for (var round = 0; round < 20; round++)
        {
            heap.Clear();
            var kept = new PriorityQueue<ulong, ulong>();
            for (var step = 0; step < 3_000; step++)
            {
                if (random.Next(3) > 0 || kept.Count == 0)
                {
                    var key = CandidateKey.Of(random.Next(100), step);
                    heap.Push(key);
                    kept.Enqueue(key, key);
                }
                else
                {
                    Assert.Equal(kept.Dequeue(), heap.Pop());
                }

                Assert.Equal(kept.Count, heap.Count);
            }
        }
    }

    [Fact]
    public void Levels_are_geometric()
    {
        const int Nodes = 1 << 20;
        foreach (var m in new[] { 2, 16, 128 })
        {
            var levels = Enumerable.Range(0, Nodes).Select(node => NodeLevel.Of(node, m)).ToArray();
            for (var level = 1; level <= 2; level++)
            {
                var expected = Nodes / Math.Pow(m, level);
                var found = levels.Count(one => one >= level);
                Assert.InRange(found, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
            }

            Assert.InRange(levels.Max(), 1, GraphLinks.MaxLevel);
        }
    }

    private static void ExpandNearest(CandidatePool pool, List<ulong> all, int capacity, HashSet<int> expanded)
    {
        var expected = Nearest(all, capacity).Where(ordinal => !expanded.Contains(ordinal)).Take(1).ToArray();
        var any = pool.TryExpandNext(out var node);
        Assert.Equal(expected.Length > 0, any);
        if (any)
        {
            Assert.Equal(expected[0], node);
            expanded.Add(node);
        }
    }

    private static IEnumerable<int> Nearest(List<ulong> keys, int count) =>
        keys.Order().Take(count).Select(CandidateKey.Ordinal);
}

using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Selection;

public sealed class TopKTests
{
    private const int Seed = 991;

    [Fact]
    public void Keeps_what_a_full_sort_keeps_ties_by_ordinal_or_comparer()
    {
        var random = new Random(Seed);
        var top = new TopK(1);
        for (int round = 0; round < 2000; round++)
        {
            // Few distinct distances, so that ties fall on the boundary often.
            int count = random.Next(0, 120);
            int k = random.Next(1, 60);
            int distinct = random.Next(1, 40);
            Scored[] candidates =
            [
                .. Enumerable.Range(0, count).Select(i => new Scored(random.Next(distinct) - 5, new Ordinal(i))),
            ];
            random.Shuffle(candidates);
            IComparer<Ordinal>? ties = round % 2 == 0 ? null : Descending;
            top.Reset(k, ties);
            foreach (Scored candidate in candidates)
            {
                PushAndCheck(top, candidate);
            }

            IEnumerable<Scored> expected = candidates
                .OrderBy(scored => scored.Distance)
                .ThenBy(scored => ties is null ? scored.Ordinal.Value : -scored.Ordinal.Value)
                .Take(k);
            Assert.True(expected.SequenceEqual(top.Sorted().ToArray()), $"seed {Seed}, round {round}");
            Assert.True(expected.SequenceEqual(top.Sorted().ToArray()), "sorted again");
        }
    }

    [Fact]
    public void Infinite_distances_get_in_until_it_is_full()
    {
        var top = new TopK(2);
        Assert.True(top.Push(float.PositiveInfinity, new Ordinal(5)));
        Assert.True(top.Push(float.PositiveInfinity, new Ordinal(4)));
        Assert.Equal(float.PositiveInfinity, top.Worst);
        Assert.False(top.Push(float.PositiveInfinity, new Ordinal(6)));
        Assert.True(top.Push(float.PositiveInfinity, new Ordinal(3)));
        Assert.True(top.Push(float.NegativeInfinity, new Ordinal(9)));
        Assert.Equal([9, 3], top.Sorted().ToArray().Select(scored => scored.Ordinal.Value));
    }

    [Fact]
    public void Reuse_at_a_size_allocates_nothing()
    {
        var top = new TopK(100);
        long before = 0;
        for (int round = 0; round < 50; round++)
        {
            before = round == 49 ? GC.GetAllocatedBytesForCurrentThread() : before;
            top.Reset(100, Descending);
            for (int i = 0; i < 1000; i++)
            {
                top.Push(i * 7919 % 1000, new Ordinal(i));
            }

            top.Sorted();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Capacity_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopK(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopK(3).Reset(-1));
    }

    private static IComparer<Ordinal> Descending { get; } =
        Comparer<Ordinal>.Create((left, right) => right.Value.CompareTo(left.Value));

    private static void PushAndCheck(TopK top, Scored candidate)
    {
        float worst = top.Worst;
        bool isIn = top.Push(candidate.Distance, candidate.Ordinal);
        Assert.True(isIn ? candidate.Distance <= worst : candidate.Distance >= worst);
        Assert.True(top.Count <= top.Capacity);
        Assert.Equal(top.Count < top.Capacity, float.IsPositiveInfinity(top.Worst));
    }
}

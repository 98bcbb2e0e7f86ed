using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Selection;

public sealed class BitSetTests
{
    private const int Seed = 77;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Random_operations_agree_with_a_hash_set(int length)
    {
        var random = new Random(Seed + length);
        var actual = new BitSet(length);
        var expected = new HashSet<int>();
        for (int round = 0; round < 300; round++)
        {
            Mutate(random, actual, expected);
            AssertSame(expected, actual, $"seed {Seed + length}, round {round}");
        }
    }

    [Fact]
    public void Walks_start_anywhere_and_end()
    {
        var set = new BitSet(200);
        set.Add(0);
        set.Add(64);
        set.Add(199);
        Assert.Equal(0, set.Next(-5));
        Assert.Equal(64, set.Next(1));
        Assert.Equal(64, set.Next(64));
        Assert.Equal(199, set.Next(65));
        Assert.Equal(-1, set.Next(200));
        Assert.Equal(-1, set.Next(int.MaxValue));
        set.Remove(199);
        Assert.Equal(-1, set.Next(65));
    }

    [Fact]
    public void Ordinals_outside_are_not_members_and_cannot_be_added()
    {
        var set = new BitSet(70);
        set.Fill();
        Assert.Equal(70, set.Count());
        Assert.False(set.Contains(70));
        Assert.False(set.Contains(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Add(70));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Remove(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.AddRange(60, 71));
        Assert.Throws<ArgumentException>(() => set.And(new BitSet(71)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BitSet(-1));
    }

    private static void Mutate(Random random, BitSet actual, HashSet<int> expected)
    {
        int length = actual.Length;
        IEnumerable<int> all = Enumerable.Range(0, length);
        var other = new BitSet(length);
        var otherExpected = new HashSet<int>(all.Where(_ => random.Next(3) == 0));
        foreach (int ordinal in otherExpected)
        {
            other.Add(ordinal);
        }

        switch (random.Next(9))
        {
            case 0:
                actual.And(other);
                expected.IntersectWith(otherExpected);
                break;
            case 1:
                actual.Or(other);
                expected.UnionWith(otherExpected);
                break;
            case 2:
                actual.AndNot(other);
                expected.ExceptWith(otherExpected);
                break;
            case 3:
                actual.Not();
                expected.SymmetricExceptWith(all);
                break;
            case 4 when random.Next(4) == 0:
                actual.Fill();
                expected.UnionWith(all);
                break;
            case 5 when random.Next(4) == 0:
                actual.Clear();
                expected.Clear();
                break;
            case 6:
                int from = random.Next(length + 1);
                int to = random.Next(from, length + 1);
                actual.AddRange(from, to);
                expected.UnionWith(all.Where(ordinal => ordinal >= from && ordinal < to));
                break;
            case 7 when length > 0:
                int removed = random.Next(length);
                actual.Remove(removed);
                expected.Remove(removed);
                break;
            case 8 when length > 0:
                int added = random.Next(length);
                actual.Add(added);
                expected.Add(added);
                break;
        }
    }

    private static void AssertSame(HashSet<int> expected, BitSet actual, string what)
    {
        Assert.True(expected.Count == actual.Count(), what);
        var walked = new List<int>();
        for (int i = actual.Next(0); i >= 0; i = actual.Next(i + 1))
        {
            walked.Add(i);
        }

        Assert.True(walked.SequenceEqual(expected.Order()), what);
        Assert.True(Enumerable.Range(0, actual.Length).All(i => actual.Contains(i) == expected.Contains(i)), what);
    }
}

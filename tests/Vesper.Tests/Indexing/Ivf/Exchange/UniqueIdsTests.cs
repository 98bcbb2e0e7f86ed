using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>Duplicates among ids that lie close, far apart, and both, against a set.</summary>
public sealed class UniqueIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ADuplicateIsFoundWhereverItLies(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var count = random.Next(1, 3_000);
            var bits = random.Next(12, 64);
            var seen = new HashSet<ulong>();
            while (seen.Count < count)
            {
                seen.Add((ulong)random.NextInt64() & ((1ul << bits) - 1) | (random.Next(9) == 0 ? 1ul << 63 : 0));
            }

            ulong[] ids = [.. seen];
            Assert.Null(Find(ids, random));
            if (count > 1)
            {
                ids[random.Next(1, count)] = ids[0];
                Assert.Equal(ids[0], Find(ids, random));
            }
        }
    }

    [Fact]
    public void NoIdsAndTheExtremesAreFine()
    {
        Assert.Null(new UniqueIds(0).FindDuplicate());
        Assert.Null(Find([0, ulong.MaxValue], new Random(1)));
        Assert.Equal(0ul, Find([0, ulong.MaxValue, 0], new Random(1)));
    }

    private static ulong? Find(ulong[] ids, Random random)
    {
        var unique = new UniqueIds(ids.Length);
        for (var at = 0; at < ids.Length;)
        {
            var end = Math.Min(ids.Length, at + random.Next(1, 200));
            unique.Add(ids.AsSpan(at, end - at));
            at = end;
        }

        return unique.FindDuplicate();
    }
}

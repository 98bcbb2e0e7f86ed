using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>The hash against its definition, over every length and split.</summary>
public sealed class Fnv1a64Tests
{
    [Fact]
    public void TheBasisIsTheFormatsOwn() => Assert.Equal(1469598103934665603ul, Fnv1a64.Append(Fnv1a64.Basis, []));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ItIsTheHashOfItsDefinitionHoweverBytesAreSplit(int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[5_000];
        random.NextBytes(bytes);
        for (var length = 0; length < 700; length++)
        {
            var some = bytes.AsSpan(random.Next(bytes.Length - length), length);
            var split = random.Next(length + 1);
            var expected = IvfPqSpecimen.Hash(some);
            Assert.Equal(expected, Fnv1a64.Append(Fnv1a64.Append(Fnv1a64.Basis, some[..split]), some[split..]));
            var start = (ulong)random.NextInt64();
            var both = Fnv1a64.Append(Fnv1a64.Basis, start, some);
            Assert.Equal((expected, Fnv1a64.AppendBytes(start, some)), both);
            Assert.Equal(both, Fnv1a64.AppendBytes(Fnv1a64.Basis, start, some));
        }

        Assert.Equal(IvfPqSpecimen.Hash(bytes), Fnv1a64.Append(Fnv1a64.Basis, bytes));
    }
}

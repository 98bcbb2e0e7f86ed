using System.Text;

namespace Vesper.Tests.Model;

public sealed class PointIdTests
{
    private const string Uuid = "01234567-89ab-cdef-0123-456789abcdef";

    [Fact]
    public void CanonicalUuidTextIsTheUuid()
    {
        Assert.Equal(new PointId(Guid.Parse(Uuid)), new PointId(Uuid));
        Assert.Equal(PointIdKind.Uuid, new PointId(Uuid).Kind);
        var bare = Uuid.Replace("-", "", StringComparison.Ordinal);
        foreach (var other in new[] { Uuid.ToUpperInvariant(), "{" + Uuid + "}", bare, Uuid + " " })
        {
            Assert.Equal(PointIdKind.Text, new PointId(other).Kind);
            Assert.NotEqual(new PointId(Uuid), new PointId(other));
        }
    }

    [Fact]
    public void KindsAreApart()
    {
        Assert.NotEqual(new PointId(1), new PointId("1"));
        Assert.NotEqual(new PointId(1), new PointId(new Guid("00000000-0000-0000-0000-000000000001")));
        Assert.Equal(new PointId(0), default);
        Assert.Throws<InvalidOperationException>(() => new PointId(1).Text);
        Assert.Throws<InvalidOperationException>(() => new PointId("x").Number);
        Assert.Throws<InvalidOperationException>(() => new PointId("x").Uuid);
    }

    [Fact]
    public void OrderIsNumbersUuidsStrings()
    {
        PointId[] ascending =
        [
            0, 1, ulong.MaxValue,
            Guid.Empty,
            new Guid("00000000-0000-0000-0000-000000000001"),
            new Guid("01000000-0000-0000-0000-000000000000"),
            new Guid("80000000-0000-0000-0000-000000000000"), new Guid("ff000000-0000-0000-0000-000000000000"),
            "\0", "\0\0", "a", "a\0", "aa", "b", "é", "\u0800", "\uD7FF", "\uE000", "\uFFFD", "😀", "😀a", "\U0010FFFF",
        ];
        for (var i = 0; i < ascending.Length; i++)
        {
            for (var j = 0; j < ascending.Length; j++)
            {
                Assert.Equal(Math.Sign(i.CompareTo(j)), Math.Sign(ascending[i].CompareTo(ascending[j])));
                Assert.Equal(i == j, ascending[i] == ascending[j]);
            }
        }
    }

    [Fact]
    public void StringOrderIsThatOfUtf8()
    {
        var random = new Random(5);
        string[] parts = ["a", "b", "\0", "é", "\uE000", "\uFFFD", "😀", "\U00010000", "\uD7FF"];
        string Text() =>
            string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)]));
        for (var i = 0; i < 2_000; i++)
        {
            var (x, y) = (Text(), Text());
            var expected = Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));
            Assert.Equal(Math.Sign(expected), Math.Sign(new PointId(x).CompareTo(new PointId(y))));
        }
    }

    [Fact]
    public void TextIsCheckedAndLimited()
    {
        Assert.Throws<ArgumentException>(() => new PointId(""));
        Assert.Throws<ArgumentNullException>(() => new PointId(null!));
        Assert.Throws<ArgumentException>(() => new PointId("\ud800"));
        Assert.Equal(PointId.MaxTextBytes, new PointId(new string('x', PointId.MaxTextBytes)).Text.Length);
        Assert.Throws<LimitExceededException>(() => new PointId(new string('x', PointId.MaxTextBytes + 1)));
        Assert.Throws<LimitExceededException>(() => new PointId(new string('é', 257)));
    }

    [Theory]
    [InlineData("0", PointIdKind.Number)]
    [InlineData("18446744073709551615", PointIdKind.Number)]
    [InlineData("18446744073709551616", PointIdKind.Text)]
    [InlineData("-1", PointIdKind.Text)]
    [InlineData(" 1", PointIdKind.Text)]
    [InlineData(Uuid, PointIdKind.Uuid)]
    [InlineData("x", PointIdKind.Text)]
    public void TextIsReadBack(string text, PointIdKind kind)
    {
        Assert.True(PointId.TryParse(text, out var id));
        Assert.Equal(kind, id.Kind);
        Assert.Equal(text, id.ToString());
        Assert.False(PointId.TryParse(null, out _));
        Assert.False(PointId.TryParse("", out _));
        Assert.False(PointId.TryParse("\ud800", out _));
    }
}

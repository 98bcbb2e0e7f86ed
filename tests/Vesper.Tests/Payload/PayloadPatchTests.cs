using System.Text;
using Vesper.Payloads;

namespace Vesper.Tests.Payloads;

public sealed class PayloadPatchTests
{
    [Theory]
    [InlineData("{}", "{}", "{}")]
    [InlineData("{}", """{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":1e2,"b":[1, 2]}""", """{"c":null}""", """{"a":1e2,"b":[1, 2],"c":null}""")]
    [InlineData("""{"a":1,"b":{"x":1},"c":3}""", """{"b":{"y":2},"d":4}""", """{"a":1,"b":{"y":2},"c":3,"d":4}""")]
    [InlineData("""{ "\u0061" : 1 , "b" : "}" }""", """{"a":2}""", """{"a":2,"b" : "}"}""")]
    public void MergeSetsTopLevelMembers(string current, string changes, string expected) =>
        Assert.Equal(expected,
            Encoding.UTF8.GetString(PayloadPatch.Merge(Encoding.UTF8.GetBytes(current), Payload.Parse(changes))));

    [Theory]
    [InlineData("{}", "a", "{}")]
    [InlineData("""{"a":1,"b":2,"c":3}""", "b", """{"a":1,"c":3}""")]
    [InlineData("""{"a":1,"b":2}""", "a,b,x", "{}")]
    [InlineData("""{"a":{"b":1}}""", "a.b", """{"a":{"b":1}}""")]
    public void RemoveDropsTopLevelMembers(string current, string keys, string expected) =>
        Assert.Equal(
            expected, Encoding.UTF8.GetString(PayloadPatch.Remove(Encoding.UTF8.GetBytes(current), keys.Split(','))));

    [Fact]
    public void ResultIsLimited()
    {
        var half = Limits.PayloadBytes / 2;
        var current = Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', half)}}"}""");
        var changes = Payload.Parse($$"""{"b":"{{new string('x', half)}}"}""");
        Assert.Throws<LimitExceededException>(() => PayloadPatch.Merge(current, changes));
    }

    [Fact]
    public void StoredTextThatIsNotJsonIsDamage()
    {
        Assert.Throws<CorruptDataException>(() => PayloadPatch.Remove("{\"a\":"u8, ["a"]));
        Assert.Throws<CorruptDataException>(() => PayloadPatch.Merge("nonsense"u8, Payload.Empty));
    }
}

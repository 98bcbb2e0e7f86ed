using System.Text;
using System.Text.Json.Nodes;

namespace Vesper.Tests.Model;

public sealed class PayloadTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(""" { "a" : [1, 2.50, -0, 1e999, "\u00e9\ud83d\ude00"] } """)]
    [InlineData("""{"a":{"a":{"a":null}},"":true}""")]
    public void TextIsKeptAsGiven(string json)
    {
        Assert.Equal(json, Payload.Parse(json).ToString());
        Assert.Equal(json, Payload.Parse(Encoding.UTF8.GetBytes(json)).ToString());
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("7", "object")]
    [InlineData("{", "JSON")]
    [InlineData("{} {}", "JSON")]
    [InlineData("{\"a\":01}", "JSON")]
    [InlineData("{\"a\":NaN}", "JSON")]
    [InlineData("{\"a\":1,}", "JSON")]
    [InlineData("{/*c*/}", "JSON")]
    [InlineData("{\"a\":1,\"a\":2}", "'a' twice")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "'a' twice")]
    [InlineData("{\"x\":[{\"b\":1,\"b\":1}]}", "'b' twice")]
    [InlineData("{\"a\":\"\\ud800\"}", "Unicode")]
    [InlineData("{\"a\":[\"\\udc00x\"]}", "Unicode")]
    [InlineData("{\"\\ud800\":1}", "Unicode")]
    public void BadTextIsRefused(string json, string problem)
    {
        var error = Assert.Throws<SchemaException>(() => Payload.Parse(json));
        Assert.Equal("payload", error.Field);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BytesThatAreNotUtf8AreRefused()
    {
        Assert.Throws<SchemaException>(
            () => Payload.Parse([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}']));
        Assert.Throws<SchemaException>(
            () => Payload.Parse([(byte)'{', (byte)'"', (byte)'"', (byte)':', (byte)'"', 0xff, (byte)'"', (byte)'}']));
        Assert.Throws<SchemaException>(() => Payload.Parse("{\"a\":\"\ud800\"}"));
    }

    [Fact]
    public void ManyKeysAreCheckedForRepeats()
    {
        var keys = Enumerable.Range(0, 200).Select(static i => $"\"k{i}\":{i}").ToList();
        var payload = Payload.Parse("{" + string.Join(",", keys) + "}");
        Assert.Equal(200, payload.ToJsonObject().Count);
        foreach (var repeated in new[] { 0, 31, 32, 199 })
        {
            Assert.Throws<SchemaException>(() => Payload.Parse("{" + string.Join(",", keys) + $",\"k{repeated}\":0}}"));
        }
    }

    [Fact]
    public void DepthIsLimited()
    {
        static string Nested(int depth) =>
            string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

        var deepest = Payload.Parse(Nested(Limits.PayloadDepth));
        Assert.NotNull(deepest.ToJsonObject()["a"]);
        Assert.Throws<LimitExceededException>(() => Payload.Parse(Nested(Limits.PayloadDepth + 1)));
        Assert.Throws<LimitExceededException>(() => Payload.Parse(Nested(100_000)));

        var tree = new JsonObject();
        for (var depth = 1; depth < Limits.PayloadDepth; depth++)
        {
            tree = new JsonObject { ["a"] = tree };
        }

        Payload atLimit = tree;
        Assert.Equal(Limits.PayloadDepth, atLimit.ToString().Count(static character => character == '{'));
        Assert.Throws<LimitExceededException>(() => (Payload)new JsonObject { ["a"] = tree });
    }

    [Fact]
    public void SizeIsLimited()
    {
        static string Sized(int bytes) => "{\"a\":\"" + new string('x', bytes - 8) + "\"}";

        Assert.Equal(Limits.PayloadBytes, Payload.Parse(Sized(Limits.PayloadBytes)).Utf8.Length);
        var error = Assert.Throws<LimitExceededException>(() => Payload.Parse(Sized(Limits.PayloadBytes + 1)));
        Assert.Equal(Limits.PayloadBytes, error.Maximum);
        Assert.Throws<LimitExceededException>(
            () => (Payload)new JsonObject { ["a"] = new string('x', Limits.PayloadBytes) });
    }

    [Fact]
    public void TreesBecomeText()
    {
        Payload payload = new JsonObject { ["lang"] = "é", ["n"] = 1.5, ["list"] = new JsonArray(1, null, true) };
        Assert.Equal("""{"lang":"é","n":1.5,"list":[1,null,true]}""", payload.ToString());
        Assert.Throws<SchemaException>(() => (Payload)new JsonObject { ["n"] = double.NaN });
        Assert.Throws<ArgumentNullException>(() => (Payload)(JsonObject)null!);
    }
}

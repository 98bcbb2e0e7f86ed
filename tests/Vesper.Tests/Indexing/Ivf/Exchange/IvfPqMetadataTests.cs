using System.Text;
using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>The limits of metadata, each from both sides.</summary>
public sealed class IvfPqMetadataTests
{
    [Theory]
    [InlineData("null")]
    [InlineData(" 1 ")]
    [InlineData("\"ü\\ud83d\\ude00\"")]
    [InlineData("{\"a\":{\"a\":[{}]}}")]
    public void AnyOneValueIsAccepted(string text) =>
        Assert.Equal(Encoding.UTF8.GetBytes(text), IvfPqMetadata.Encode(text, null));

    [Theory]
    [InlineData("")]
    [InlineData("{}x")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("// c\n1")]
    [InlineData("NaN")]
    [InlineData("\uFEFF{}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{}\0")]
    public void WhatIsNotOneSoundValueIsRefused(string text) =>
        Assert.Throws<SchemaException>(() => IvfPqMetadata.Encode(text, null));

    [Fact]
    public void BytesThatAreNotUnicodeAreRefused()
    {
        byte[][] all = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3]];
        foreach (byte[] bad in all)
        {
            Assert.NotNull(IvfPqMetadata.FindProblem([.. "\""u8, .. bad, .. "\""u8]));
        }

        Assert.Throws<SchemaException>(() => IvfPqMetadata.Encode($"\"{(char)0xD800}\"", null));
    }

    [Fact]
    public void LengthIsLimitedInBytes()
    {
        IvfPqMetadata.Encode($"\"{new string('a', IvfPqMetadata.BytesMax - 2)}\"", null);
        Assert.Throws<LimitExceededException>(
            () => IvfPqMetadata.Encode($"\"{new string('a', IvfPqMetadata.BytesMax - 1)}\"", null));
        Assert.Throws<LimitExceededException>(
            () => IvfPqMetadata.Encode($"\"{new string('ü', IvfPqMetadata.BytesMax / 2)}\"", null));
    }

    [Fact]
    public void DepthIsLimited()
    {
        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
        IvfPqMetadata.Encode(Nested(IvfPqMetadata.DepthMax), _ => null);
        Assert.Throws<SchemaException>(() => IvfPqMetadata.Encode(Nested(IvfPqMetadata.DepthMax + 1), null));
    }

    [Fact]
    public void KeysAreLimitedInAllObjectsTogether()
    {
        static string Keyed(int keys) =>
            "[{" + string.Join(',', Enumerable.Range(1, keys - 1).Select(i => $"\"{i}\":0")) + "},{\"a\":0}]";
        IvfPqMetadata.Encode(Keyed(IvfPqMetadata.KeysMax), null);
        Assert.Throws<SchemaException>(() => IvfPqMetadata.Encode(Keyed(IvfPqMetadata.KeysMax + 1), null));
    }
}

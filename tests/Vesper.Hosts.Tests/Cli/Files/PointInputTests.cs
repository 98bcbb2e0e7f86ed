using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Vesper.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Files;

public sealed class PointInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RowsMeetTheirPayloadsAndIds()
    {
        var payload = _folder.WritePacked("p.jsonl.gz", "{\"n\":0}\n{\"n\":1}\n\n{\"n\":2}\n");
        var ids = _folder.Write("ids.txt", "seven\n0b87a8b6-7b8f-4d6e-8d5f-3c2b1a000000\n007\n");
        var input = new PointInput(WriteVectors(3), payload, ids, "");
        var points = ReadAll(input, 0);
        Assert.Equal([PointIdKind.Text, PointIdKind.Uuid, PointIdKind.Text], points.Select(point => point.Id.Kind));
        Assert.Equal(["{\"n\":0}", "{\"n\":1}", "{\"n\":2}"], points.Select(point => point.Payload.ToString()));
        Assert.Equal([2f, 3f], points[1].Vectors[""].ToArray());
        Assert.Equal("007", ReadAll(input, 2).Single().Id.Text);
    }

    [Fact]
    public void WithoutIdsTheRowNumberIsTheId()
    {
        var points = ReadAll(new PointInput(WriteVectors(5), null, null, "image"), 3);
        Assert.Equal([new PointId(3), new PointId(4)], points.Select(point => point.Id));
        Assert.Equal([6f, 7f], points[0].Vectors["image"].ToArray());
    }

    [Theory]
    [InlineData(2, "has 2 lines for the 3 vectors")]
    [InlineData(5, "has 5 lines for the 3 vectors")]
    public void AnotherNumberOfLinesThanVectorsIsRefused(int lines, string message)
    {
        var payload = _folder.Write("p.jsonl", string.Concat(Enumerable.Repeat("{}\n", lines)));
        var ids = _folder.Write("i.txt", string.Concat(Enumerable.Range(0, lines).Select(i => $"{i}\n")));
        foreach (var input in new[]
        {
            new PointInput(WriteVectors(3), payload, null, ""), new PointInput(WriteVectors(3), null, ids, ""),
        })
        {
            var error = Assert.Throws<SchemaException>(() => ReadAll(input, 0));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void JsonLinesReadBackWhatIsWritten()
    {
        var record = new PointRecord(
            new PointId("x\"y"),
            new Dictionary<string, float[]> { [""] = [0.1f, -0f, float.Epsilon, float.MaxValue, 1 / 3f] },
            Payload.Parse("{\"a\":[1,{\"b\":\"ä\"}]}"));
        var two = new PointRecord(
            ulong.MaxValue, new Dictionary<string, float[]> { ["a"] = [1], ["b"] = [2, 3] }, Payload.Empty);
        var points = ReadAll(
            new PointInput(_folder.WritePacked("e.jsonl.gz", Text(record) + Text(two)), null, null, ""), 0);
        Assert.Equal(record.Id, points[0].Id);
        Assert.Equal(Bits(record.Vectors![""]), Bits(points[0].Vectors[""].ToArray()));
        Assert.Equal("{\"a\":[1,{\"b\":\"ä\"}]}", points[0].Payload.ToString());
        Assert.Equal(two.Id, points[1].Id);
        Assert.Equal([2, 3], points[1].Vectors["b"].ToArray());
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("{\"id\":1}")]
    [InlineData("{\"id\":-1,\"vector\":[1]}")]
    [InlineData("{\"id\":1.5,\"vector\":[1]}")]
    [InlineData("{\"id\":\"\",\"vector\":[1]}")]
    [InlineData("{\"id\":18446744073709551616,\"vector\":[1]}")]
    [InlineData("{\"vector\":[1,\"2\"]}")]
    [InlineData("{\"vector\":[1],\"vector\":[2]}")]
    [InlineData("{\"vector\":[1],\"colour\":2}")]
    [InlineData("{\"vector\":[1],\"payload\":[]}")]
    [InlineData("{\"vector\":[1],\"payload\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"vectors\":{\"a\":[1],\"a\":[2]}}")]
    [InlineData("{\"vector\":[1]} trailing")]
    [InlineData("{\"vector\":[1]")]
    public void AMalformedLineIsNamed(string line)
    {
        var path = _folder.Write("f.jsonl", "{\"vector\":[1]}\n" + line + "\n");
        var error = Assert.Throws<SchemaException>(() => ReadAll(new PointInput(path, null, null, ""), 0));
        Assert.StartsWith($"{path}, line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsTooLargeOrTooDeepIsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65);
        Assert.Throws<LimitExceededException>(() => ReadLine("{\"vector\":[1],\"payload\":" + deep + "}"));
        var longId = new string('x', 513);
        Assert.Throws<LimitExceededException>(() => ReadLine($"{{\"vector\":[1],\"id\":\"{longId}\"}}"));
        var large = new string('x', Limits.PayloadBytes);
        Assert.Throws<LimitExceededException>(() => ReadLine($"{{\"vector\":[1],\"payload\":{{\"a\":\"{large}\"}}}}"));
        var wide = string.Join(',', Enumerable.Repeat("1", Limits.Dimensions + 1));
        Assert.Throws<LimitExceededException>(() => ReadLine($"{{\"vector\":[{wide}]}}"));
    }

    [Fact]
    public void JsonLinesTakeNoFilesBeside()
    {
        var path = _folder.Write("g.jsonl", "{\"vector\":[1]}\n");
        Assert.Throws<SchemaException>(() => new PointInput(path, path, null, "").Open());
        Assert.Throws<SchemaException>(() => new PointInput(path, null, path, "").Open());
    }

    private static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);

    private static string Text(PointRecord record)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            JsonPoint.Write(writer, record);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static List<Point> ReadAll(PointInput input, long skip)
    {
        using var reader = input.Open();
        reader.Skip(skip);
        var points = new List<Point>();
        while (reader.Read(points, 2) > 0)
        {
        }

        return points;
    }

    private List<Point> ReadLine(string line) =>
        ReadAll(new PointInput(_folder.Write("h.jsonl", line), null, null, ""), 0);

    private string WriteVectors(int rows)
    {
        var bytes = new byte[8 + (rows * 8)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rows);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), 2);
        for (var i = 0; i < rows * 2; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 + (i * 4)), i);
        }

        return _folder.Write($"v{rows}.fbin", bytes);
    }
}

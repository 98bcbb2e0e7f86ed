using System.Text;
using Vesper.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Files;

public sealed class LineReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsLinesWhateverEndsThem() =>
        Assert.Equal(["a", "bc", "d"], ReadAll(_folder.Write("a.txt", "\uFEFFa\r\n\n  \nbc\nd")));

    [Fact]
    public void ReadsPackedLinesAcrossBuffers()
    {
        var lines = Enumerable.Range(0, 5_000).Select(i => $"{i} " + new string('x', i % 300)).ToList();
        lines.Add(new string('y', 300_000));
        var path = _folder.WritePacked("b.jsonl.gz", string.Join('\n', lines) + "\n");
        Assert.Equal(lines, ReadAll(path));
        Assert.Equal(".jsonl", LineReader.ExtensionOf(path));
    }

    [Fact]
    public void EveryTruncationOfPackedLinesIsRefused()
    {
        var random = new Random(5);
        var text = string.Join('\n', Enumerable.Range(0, 100).Select(_ => random.NextInt64()));
        var whole = File.ReadAllBytes(_folder.WritePacked("c.txt.gz", text));
        for (var length = 1; length < whole.Length; length += 7)
        {
            var path = _folder.Write("cut.txt.gz", whole.AsSpan(0, length));
            Assert.Throws<CorruptDataException>(() => ReadAll(path));
        }

        Assert.Throws<CorruptDataException>(() => ReadAll(_folder.Write("text.txt.gz", "not packed")));
    }

    [Fact]
    public void NamesThePlace()
    {
        using var reader = new LineReader(_folder.Write("d.txt", "one\n\nthree\n"));
        Assert.True(reader.TryRead(out _));
        Assert.True(reader.TryRead(out _));
        Assert.EndsWith("d.txt, line 3", reader.Place, StringComparison.Ordinal);
        Assert.False(reader.TryRead(out _));
    }

    private static List<string> ReadAll(string path)
    {
        using var reader = new LineReader(path);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }
}

using Vesper.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Files;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFileIsReplacedWhenItIsWholeAndNothingElseIsTouched()
    {
        var path = _folder.Write("out", "old");
        var other = _folder.Write("out.tmp", "the user's own");
        using (var file = new OutputFile(path))
        {
            file.Stream.Write("new"u8);
            file.Stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
            file.Complete();
        }

        Assert.Equal("new", File.ReadAllText(path));
        using (var file = new OutputFile(path))
        {
            file.Stream.Write("half"u8);
        }

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal("the user's own", File.ReadAllText(other));
        Assert.Equal([path, other], Directory.GetFiles(Path.GetDirectoryName(path)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALinkStaysAndWhatItLeadsToIsReplaced(bool exists)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege");
        var target = exists ? _folder.Write("target", "old") : _folder.PathOf("target");
        var between = File.CreateSymbolicLink(_folder.PathOf("between"), "target");
        var link = File.CreateSymbolicLink(_folder.PathOf("link"), between.FullName);
        using (var file = new OutputFile(link.FullName))
        {
            file.Stream.Write("new"u8);
            file.Complete();
        }

        Assert.Equal("new", File.ReadAllText(target));
        Assert.Null(new FileInfo(target).LinkTarget);
        Assert.Equal("target", new FileInfo(between.FullName).LinkTarget);
        Assert.Equal(between.FullName, new FileInfo(link.FullName).LinkTarget);
    }

    [Fact]
    public async Task APipeIsWrittenToAndStays()
    {
        var pipe = NamedPipe.MakeOrSkip(_folder.PathOf("pipe"));
        var reading = Task.Run(() => File.ReadAllBytes(pipe));
        await Task.Run(() =>
        {
            using var writer = new IbinWriter(pipe, 2, 1);
            writer.Write([new SearchHit(7, 0, null, null)]);
            writer.Write(Array.Empty<SearchHit>());
            writer.Complete();
        });
        Assert.Equal([2, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 255, 255, 255, 255], await reading);
        Assert.True(FileKind.IsPipeOrDevice(pipe));
        Assert.Equal([pipe], Directory.GetFiles(Path.GetDirectoryName(pipe)!));
    }

    [Fact]
    public void APipeIsNoInput()
    {
        var pipe = NamedPipe.MakeOrSkip(_folder.PathOf("pipe.fbin"));
        File.CreateSymbolicLink(_folder.PathOf("link.jsonl"), pipe);
        Assert.Contains("pipe", Assert.Throws<SchemaException>(() => InputFile.Open(pipe)).Message);
        Assert.Throws<SchemaException>(() => new LineReader(_folder.PathOf("link.jsonl")));
        File.CreateSymbolicLink(_folder.PathOf("nowhere.jsonl"), "nothing");
        Assert.Throws<NotFoundException>(() => new LineReader(_folder.PathOf("nowhere.jsonl")));
        using var empty = new LineReader(_folder.Write("empty.jsonl", ""));
        Assert.False(empty.TryRead(out _));
    }
}

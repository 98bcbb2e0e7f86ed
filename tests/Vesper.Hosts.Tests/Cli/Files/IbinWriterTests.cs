using Vesper.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Files;

public sealed class IbinWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WritesRowsThatAreReadBack()
    {
        var path = _folder.PathOf("out.ibin");
        using (var writer = new IbinWriter(path, 2, 3))
        {
            writer.Write([Hit(5), Hit(7)]);
            writer.Write([Hit(1), Hit(2), Hit(int.MaxValue)]);
            Assert.False(File.Exists(path));
            writer.Complete();
        }

        using var file = RowFile.OpenTruth(path);
        var rows = new int[6];
        Assert.Equal(2, file.Read(rows.AsSpan()));
        Assert.Equal([5, 7, -1, 1, 2, int.MaxValue], rows);
    }

    [Fact]
    public void IdsThatDoNotFitAreRefusedAndLeaveNoFile()
    {
        var path = _folder.PathOf("out.ibin");
        using (var writer = new IbinWriter(path, 2, 1))
        {
            Assert.Throws<SchemaException>(() => writer.Write([Hit("text")]));
            Assert.Throws<SchemaException>(() => writer.Write([Hit(1UL << 31)]));
        }

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void OtherRowsThanWereToldLeaveNoFile()
    {
        var path = _folder.PathOf("out.ibin");
        using (var writer = new IbinWriter(path, 2, 1))
        {
            writer.Write([Hit(1)]);
            Assert.Throws<SchemaException>(writer.Complete);
        }

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    private static SearchHit Hit(PointId id) => new(id, 0, null, null);
}

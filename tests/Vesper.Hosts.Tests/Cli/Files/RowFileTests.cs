using System.Buffers.Binary;
using System.Text;
using Vesper.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Files;

public sealed class RowFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".fbin")]
    [InlineData(".u8bin")]
    [InlineData(".i8bin")]
    [InlineData(".fvecs")]
    [InlineData(".bvecs")]
    [InlineData(".npy:<f4")]
    [InlineData(".npy:<f8")]
    [InlineData(".npy:|u1")]
    [InlineData(".npy:|i1")]
    public void ReadsWhatWasWritten(string format)
    {
        // More rows than the reader's buffer holds, so that it is filled several times.
        const int Rows = 9_001, Dimensions = 37;
        var path = WriteRows(format, Rows, Dimensions);
        using var file = RowFile.OpenVectors(path);
        Assert.Equal(Rows, file.Count);
        Assert.Equal(Dimensions, file.Dimensions);
        var rows = new float[5_000 * Dimensions];
        Assert.Equal(5_000, file.Read(rows.AsSpan()));
        file.Skip(1);
        Assert.Equal(Component(format, 4_999, 36), rows[^1]);
        Assert.Equal(Rows - 5_001, file.Read(rows.AsSpan()));
        Assert.Equal(Component(format, 5_001, 0), rows[0]);
        Assert.Equal(Component(format, Rows - 1, 36), rows[((Rows - 5_001) * Dimensions) - 1]);
        Assert.Equal(0, file.Read(rows.AsSpan()));
    }

    [Theory]
    [InlineData(".ibin")]
    [InlineData(".ivecs")]
    public void ReadsGroundTruth(string format)
    {
        var path = WriteRows(format, 3, 4);
        using var file = RowFile.OpenTruth(path);
        var rows = new int[12];
        Assert.Equal(3, file.Read(rows.AsSpan()));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (int)Component(format, i / 4, i % 4)), rows);
    }

    [Theory]
    [InlineData(".fbin")]
    [InlineData(".bvecs")]
    [InlineData(".npy:<f4")]
    public void EveryTruncationAndExtensionIsRefused(string format)
    {
        var whole = File.ReadAllBytes(WriteRows(format, 3, 5));
        var name = "cut" + format.Split(':')[0];
        for (var length = 0; length < whole.Length; length++)
        {
            // A .bvecs file that ends between rows is whole: it has fewer rows, or none.
            if (format == ".bvecs" && length % 9 == 0)
            {
                continue;
            }

            var path = _folder.Write(name, whole.AsSpan(0, length));
            var error = Assert.Throws<CorruptDataException>(() => RowFile.OpenVectors(path));
            Assert.Equal(path, error.File);
        }

        var longer = _folder.Write(name, [.. whole, 0]);
        Assert.Throws<CorruptDataException>(() => RowFile.OpenVectors(longer));
    }

    [Fact]
    public void ForeignFilesAreRefusedBeforeAnythingIsAllocated()
    {
        var text = Encoding.ASCII.GetBytes("This is a text and not a file of vectors.\n");
        foreach (var name in new[] { "a.fbin", "a.u8bin", "a.fvecs", "a.npy" })
        {
            var path = _folder.Write(name, text);
            Assert.Throws<CorruptDataException>(() => RowFile.OpenVectors(path));
        }

        byte[] huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 2, 3];
        Assert.Throws<CorruptDataException>(() => RowFile.OpenVectors(_folder.Write("b.fbin", huge)));
        var nothing = Assert.Throws<CorruptDataException>(
            () => RowFile.OpenVectors(_folder.Write("c.fbin", new byte[8])));
        Assert.Equal((4, "0"), (nothing.Offset, nothing.Found));
        Assert.Throws<SchemaException>(() => RowFile.OpenVectors(_folder.Write("b.csv", text)));
        Assert.Throws<NotFoundException>(() => RowFile.OpenVectors(_folder.PathOf("none.fbin")));
    }

    [Fact]
    public void ARowOfAnotherWidthIsNamedByItsOffset()
    {
        var bytes = File.ReadAllBytes(WriteRows(".fvecs", 4, 3));
        bytes[32] = 7;
        using var file = RowFile.OpenVectors(_folder.Write("odd.fvecs", bytes));
        var error = Assert.Throws<CorruptDataException>(() => file.Read(new float[12].AsSpan()));
        Assert.Equal(32, error.Offset);
        Assert.Equal("7", error.Found);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }")]
    public void ArraysThatAreNotTablesOfVectorsAreRefused(string header) =>
        Assert.Throws<SchemaException>(() => RowFile.OpenVectors(WriteNpy("x.npy", 2, header, new byte[24])));

    [Theory]
    [InlineData("none.fvecs", "")]
    [InlineData("none.bvecs", "")]
    [InlineData("none.fbin", "0000000003000000")]
    public void AFileWithoutRowsIsEmptyInEveryFormat(string name, string bytes)
    {
        using var file = RowFile.OpenVectors(_folder.Write(name, Convert.FromHexString(bytes)));
        Assert.Equal(0, file.Count);
        Assert.Equal(0, file.Read(new float[6].AsSpan()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryNpyVersionIsRead(int version)
    {
        const string Header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  \n";
        using var file = RowFile.OpenVectors(WriteNpy("v.npy", version, Header, new byte[24]));
        Assert.Equal(2, file.Read(new float[6].AsSpan()));
    }

    private static float Component(string format, int row, int column)
    {
        var value = ((row * 31) + column) % 120;
        return format.Contains("f4", StringComparison.Ordinal) || format is ".fbin" or ".fvecs" ? value * 0.25f
            : format is ".i8bin" or ".npy:|i1" or ".ibin" or ".ivecs" ? value - 60
            : value;
    }

    private string WriteRows(string format, int rows, int dimensions)
    {
        var kind = format switch
        {
            ".fbin" or ".fvecs" or ".npy:<f4" => 'f',
            ".npy:<f8" => 'd',
            ".ibin" or ".ivecs" => 'i',
            _ => 'b',
        };
        var data = new MemoryStream();
        using var writer = new BinaryWriter(data);
        for (var row = 0; row < rows; row++)
        {
            if (format.EndsWith("vecs", StringComparison.Ordinal))
            {
                writer.Write(dimensions);
            }

            for (var column = 0; column < dimensions; column++)
            {
                WriteComponent(writer, kind, Component(format, row, column));
            }
        }

        if (format.StartsWith(".npy", StringComparison.Ordinal))
        {
            var shape = $"({rows}, {dimensions})";
            var header = $"{{'descr': '{format[5..]}', 'fortran_order': False, 'shape': {shape}, }}   \n";
            return WriteNpy("rows.npy", 1, header, data.ToArray());
        }

        var start = new byte[format.EndsWith("bin", StringComparison.Ordinal) ? 8 : 0];
        if (start.Length > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(start, rows);
            BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(4), dimensions);
        }

        return _folder.Write("rows" + format, [.. start, .. data.ToArray()]);
    }

    private static void WriteComponent(BinaryWriter writer, char kind, float value)
    {
        switch (kind)
        {
            case 'f':
                writer.Write(value);
                break;
            case 'd':
                writer.Write((double)value);
                break;
            case 'i':
                writer.Write((int)value);
                break;
            default:
                writer.Write(unchecked((byte)(int)value));
                break;
        }
    }

    private string WriteNpy(string name, int version, string header, byte[] data)
    {
        byte[] magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', (byte)version, 0];
        var length = new byte[version == 1 ? 2 : 4];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        return _folder.Write(name, [.. magic, .. length, .. Encoding.ASCII.GetBytes(header), .. data]);
    }
}

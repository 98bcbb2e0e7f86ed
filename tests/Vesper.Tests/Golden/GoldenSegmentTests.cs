using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;
using Vesper.Query.Filters;
using Vesper.Segments;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Tests.House;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Golden;

/// <summary>
/// A segment file of version 1, as it was written once. Today's code must read it; VESPER_UPDATE_BASELINES=1 writes it
/// anew, which is right only as long as no release has written that version.
/// </summary>
public sealed class GoldenSegmentTests
{
    private const string Committed = "tests/Vesper.Tests/Golden/segment-v1.seg";
    private const string Name = "0123456789abcdef0123456789abcdef.seg";
    private const int BytesMax = 8 << 10;
    private const int TrailerBytes = 64;
    private const int FooterChecksumOffset = 40;
    private const int Rows = 20;

    private static readonly CollectionOptions Options = new()
    {
        Vectors =
        {
            ["text"] = new(2, Metric.Cosine) { Index = new IndexOptions { Kind = IndexKind.Flat } },
            ["image"] = new(3, Metric.L2)
            {
                Index = new IndexOptions { Kind = IndexKind.Hnsw, M = 4, EfConstruction = 16 },
            },
        },
        PayloadIndexes =
        {
            ["k"] = PayloadIndexType.Keyword,
            ["i"] = PayloadIndexType.Integer,
            ["f"] = PayloadIndexType.Float,
            ["b"] = PayloadIndexType.Bool,
            ["d"] = PayloadIndexType.DateTime,
        },
    };

    private static readonly SegmentSchema Schema = new(Options);

    [Fact]
    public void Version_1_reads_as_it_was_written()
    {
        using var directory = new TemporaryDirectory().Made();
        if (Baseline.IsUpdating)
        {
            File.Copy(Write(directory.Path), SourceTree.Repository.PathOf(Committed), overwrite: true);
        }

        var bytes = File.ReadAllBytes(SourceTree.Repository.PathOf(Committed));
        Assert.True(bytes.Length <= BytesMax, $"{bytes.Length} bytes");
        File.WriteAllBytes(Path.Combine(directory.Path, Name), bytes);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^TrailerBytes..)[FooterChecksumOffset..]);
        var scope = new MemoryScope("golden");
        var segment = SealedSegment.Open(
            FileSystems.Current,
            directory.Path,
            new FileReceipt(Name, bytes.Length, checksum),
            new SegmentContext(Schema, scope));
        try
        {
            Check(segment);
        }
        finally
        {
            segment.Release();
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public void What_is_written_today_reads_the_same()
    {
        using var directory = new TemporaryDirectory().Made();
        Write(directory.Path);
        var committed = File.ReadAllBytes(SourceTree.Repository.PathOf(Committed));
        Assert.Equal(SectionLengths(committed), SectionLengths(File.ReadAllBytes(Path.Combine(directory.Path, Name))));
    }

    private static void Check(SealedSegment segment)
    {
        Assert.Equal(Rows, segment.Count);
        Assert.Equal(Schema.PayloadIndexes, segment.StoredPayloadIndexes);
        Assert.Equal(Rows, segment.IndexedRows(0));
        Assert.Equal(0, segment.IndexedRows(1));
        segment.Verify((offset, problem) => Assert.Fail($"{offset}: {problem}"), TestContext.Current.CancellationToken);
        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal(IdOf(row), segment.Ids[new Ordinal(row)]);
            Assert.True(segment.Ids.TryFind(IdOf(row), out var found) && found.Value == row, $"row {row}");
            Assert.Equal(PayloadOf(row), Encoding.UTF8.GetString(segment.Payloads[new Ordinal(row)]));
            Assert.Equal(ImageOf(row), Read(segment, 0, row));
            Assert.Equal(TextOf(row), Read(segment, 1, row));
        }

        CheckFilters(new SegmentView(segment, Rows, new Lsn(Rows)));
    }

    private static void CheckFilters(SegmentView view)
    {
        Assert.Equal(Where(row => row % 3 == 1), Matching(Filter.Match("k", "k1"), view));
        Assert.Equal(Where(row => row is >= 5 and < 9), Matching(Filter.Parse(
            """{ "must": [{ "key": "i", "range": { "gte": 5, "lt": 9 } }] }"""), view));
        Assert.Equal(Where(row => row > 7), Matching(Filter.Parse(
            """{ "must": [{ "key": "f", "range": { "gt": 3.5 } }] }"""), view));
        Assert.Equal(Where(row => row % 2 == 0), Matching(Filter.Match("b", true), view));
        Assert.Equal(Where(row => row >= 18), Matching(Filter.Parse(
            """{ "must": [{ "key": "d", "range": { "gte": "2024-01-19T00:00:00Z" } }] }"""), view));
        Assert.Equal(Where(row => row % 4 == 0), Matching(Filter.IsNull("x"), view));
    }

    private static IEnumerable<int> Where(Func<int, bool> isExpected) => Enumerable.Range(0, Rows).Where(isExpected);

    private static IEnumerable<int> Matching(Filter filter, SegmentView view)
    {
        var matches = FilterEvaluator.Evaluate(filter, view, TestContext.Current.CancellationToken);
        return Enumerable.Range(0, Rows).Where(matches.Contains);
    }

    private static float[] Read(SealedSegment segment, int field, int row)
    {
        var vector = new float[Schema.Fields[field].Options.Dimensions];
        segment.Vectors(field).Read(new Ordinal(row), vector);
        return vector;
    }

    /// <summary>Writes the segment and gives its path.</summary>
    private static string Write(string directory)
    {
        var scope = new MemoryScope("golden");
        var active = new ActiveSegment(Schema, scope);
        for (var row = 0; row < Rows; row++)
        {
            var vectors = ImageOf(row).Concat(TextOf(row)).SelectMany(BitConverter.GetBytes).ToArray();
            active.Append(IdOf(row), vectors, Encoding.UTF8.GetBytes(PayloadOf(row)));
        }

        var build = new SegmentBuild
        {
            FileName = Name,
            Sources = [new SegmentSource(active, new Lsn(Rows), KeepDead: false)],
            BuildIndexes = true,
        };
        var writer = new SegmentWriter(FileSystems.Current, directory, new SegmentContext(Schema, scope));
        writer.Write(build, TestContext.Current.CancellationToken);
        active.Release();
        Assert.Equal(0, scope.Bytes);
        return Path.Combine(directory, Name);
    }

    /// <summary>The footer's sections without what depends on a random id: type, index and length of each.</summary>
    private static IEnumerable<(int Type, int Index, long Length)> SectionLengths(byte[] file)
    {
        var footer = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(file.Length - TrailerBytes + 8));
        var count = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(footer));
        return Enumerable.Range(0, count).Select(section => footer + 48 + (32 * section)).Select(at => (
            (int)BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at)),
            (int)BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 2)),
            BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at + 16))));
    }

    private static PointId IdOf(int row) => (row % 3) switch
    {
        0 => new PointId((ulong)row << 40),
        1 => new PointId(new Guid(row, 0x4711, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1)),
        _ => new PointId(string.Create(CultureInfo.InvariantCulture, $"ид-{row}")),
    };

    private static float[] ImageOf(int row) => [row, row * 0.5f, row % 4 == 0 ? -0f : float.Epsilon];

    private static float[] TextOf(int row) => [1, row - 10];

    private static string PayloadOf(int row)
    {
        var isEven = row % 2 == 0 ? "true" : "false";
        var x = row % 4 == 0 ? "null" : "[]";
        var day = string.Create(CultureInfo.InvariantCulture, $"2024-01-{row + 1:00}T00:00:00Z");
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"k":"k{{row % 3}}","i":{{row}},"f":{{row / 2.0}},"b":{{isEven}},"d":"{{day}}","x":{{x}}}""");
    }
}

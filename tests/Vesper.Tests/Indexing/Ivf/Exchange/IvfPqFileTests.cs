using Vesper.Indexing.Ivf.Exchange;
using Vesper.Storage.Files;
using Vesper.Tests.Storage.Files;
using Vesper.Tests.Storage.Wal;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>Writing and reading: round trips, switches, and what a failure in between leaves.</summary>
public sealed class IvfPqFileTests
{
    private const string Path = "/db/ivfpq.bin";

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 }, { 6, 5, 3, 4 }, { 16, 1, 16, 8 }, { 3, 200, 1, 7 }, { 130, 2, 65, 5 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void WhatIsWrittenReadsTheSame(int dimensions, int lists, int parts, int bits)
    {
        foreach (var isV11 in new[] { true, false })
        {
            var shape = new IvfPqShape(dimensions, lists, parts, bits);
            IvfPqFileContent content = IvfPqSpecimen.Make(
                bits, shape, rotation: dimensions > 3, metadata: isV11 ? "[]" : null);
            var bytes = IvfPqGolden.Save(content, new IvfPqFileOptions { SaveV11 = isV11 });
            Assert.Equal(isV11 ? (byte)'1' : (byte)'0', bytes[7]);
            IvfPqSpecimen.AssertEqual(content, IvfPqGolden.Load(bytes));
        }
    }

    [Fact]
    public void ListsAreReadOneAtATimeAndFilesSpanManyBuffers()
    {
        using var directory = new TemporaryDirectory().Made();
        var path = System.IO.Path.Combine(directory.Path, "ivfpq.bin");
        IvfPqFileContent content = Large();
        foreach (var isV11 in new[] { true, false })
        {
            IvfPqFileWriter.Save(
                FileSystems.Current, path, content, new IvfPqFileOptions { SaveV11 = isV11 });
            Assert.InRange(new FileInfo(path).Length, 3 * IvfPqFileLayout.BufferBytes, long.MaxValue);
            Assert.Equal([path], Directory.GetFiles(directory.Path));
            using IvfPqFileReader reader = IvfPqFileReader.Open(FileSystems.Current, path);
            Assert.Equal((isV11, content.Vectors), (reader.IsV11, reader.Vectors));
            for (var list = content.Lists.Length - 1; list >= 0; list--)
            {
                Assert.Equal(content.Lists[list].Ids.Length, reader.ListLength(list));
                Assert.Equal(content.Lists[list].Ids, reader.ReadList(list).Ids);
                Assert.Equal(content.Lists[list].Codes, reader.ReadList(list).Codes);
            }

            IvfPqSpecimen.AssertEqual(content, IvfPqFileReader.Load(FileSystems.Current, path));
        }
    }

    [Fact]
    public void AFailureAnywhereLeavesTheOldFileOrTheNewOne()
    {
        IvfPqFileContent old = IvfPqSpecimen.Make(1);
        IvfPqFileContent now = IvfPqSpecimen.Make(2);
        var whole = (Old: IvfPqGolden.Save(old), New: IvfPqGolden.Save(now));
        var failures = 0;
        for (var nth = 1; ; nth++)
        {
            var memory = new MemoryFileSystem();
            memory.CreateDirectory("/db");
            memory.Put(Path, whole.Old);
            var faulty = new FaultyFileSystem(memory);
            faulty.FailChange(nth, error: nth % 2 == 0 ? FaultyFileSystem.DiskFull() : null);
            var error = Record.Exception(() => IvfPqFileWriter.Save(faulty, Path, now));
            if (faulty.Thrown == 0)
            {
                Assert.Null(error);
                Assert.Equal(whole.New, memory.Read(Path));
                break;
            }

            failures++;
            Assert.IsType<StorageException>(error);
            var found = memory.Read(Path);
            Assert.True(found.SequenceEqual(whole.Old) || found.SequenceEqual(whole.New), $"change {nth}");
            Assert.Equal(["ivfpq.bin"], memory.List("/db"));
        }

        Assert.InRange(failures, 8, 40);
    }

    [Fact]
    public void ACrashAnywhereLeavesTheOldFileOrTheNewOne()
    {
        var (whole, operations) = CrashAt(int.MaxValue, out var last);
        Assert.Equal(whole.New, last.Get(Path));
        for (var at = 0; at < operations; at++)
        {
            CrashAt(at, out var files);
            foreach (Survival survival in Enum.GetValues<Survival>())
            {
                var found = CrashImage.Of(files, survival, at).Get(Path);
                Assert.True(
                    found.SequenceEqual(whole.Old) || found.SequenceEqual(whole.New), $"operation {at}, {survival}");
            }
        }

        Assert.Equal(whole.New, CrashImage.Of(last, Survival.OnlySynced, 1).Get(Path));
    }

    [Fact]
    public void ALeftOverOfACrashIsReplaced()
    {
        var files = new MemoryFileSystem();
        files.CreateDirectory("/db");
        files.Put(Path + ".tmp", new byte[100_000]);
        IvfPqFileContent content = IvfPqSpecimen.Make(1);
        IvfPqFileWriter.Save(files, Path, content);
        IvfPqSpecimen.AssertEqual(content, IvfPqFileReader.Load(files, Path));
        Assert.Equal(["ivfpq.bin"], files.List("/db"));
    }

    [Fact]
    public void WhatCannotBeSavedLeavesTheOldFile()
    {
        IvfPqFileContent good = IvfPqSpecimen.Make(1);
        IvfPqList first = good.Lists[0];
        AssertNotSaved<ArgumentException>(good with { Model = good.Model with { Centroids = [1] } });
        AssertNotSaved<ArgumentException>(good with { Model = good.Model with { Codebooks = new float[7] } });
        AssertNotSaved<ArgumentException>(good with { Model = good.Model with { Rotation = [float.NaN] } });
        float[] bad = [.. good.Model.Centroids];
        bad[3] = float.NegativeInfinity;
        AssertNotSaved<ArgumentException>(good with { Model = good.Model with { Centroids = bad } });
        AssertNotSaved<ArgumentException>(
            good with { Model = good.Model with { Shape = good.Model.Shape with { Bits = 9 } } });
        AssertNotSaved<SchemaException>(good with { Model = good.Model with { Metadata = "{" } });
        AssertNotSaved<SchemaException>(good, new IvfPqFileOptions { AcceptMetadata = _ => "is not ours" });
        AssertNotSaved<SchemaException>(good, new IvfPqFileOptions { SaveV11 = false });
        AssertNotSaved<InvalidOperationException>(good with { Lists = good.Lists[..^1] });
        AssertNotSaved<ArgumentException>(good with { Lists = [.. good.Lists, first] });
        AssertNotSaved<ArgumentException>(good with { Lists = [first, .. good.Lists[..^1]] }, twice: true);
        byte[] codes = [.. first.Codes];
        codes[^1] = 16;
        AssertNotSaved<ArgumentException>(good with { Lists = [first with { Codes = codes }, .. good.Lists[1..]] });
        AssertNotSaved<ArgumentException>(
            good with { Lists = [first with { Codes = codes[..^1] }, .. good.Lists[1..]] });
    }

    [Fact]
    public void ASchemaIsAskedWhenLoading()
    {
        var bytes = IvfPqGolden.Save(IvfPqSpecimen.Make(1));
        string? seen = null;
        IvfPqGolden.Load(bytes, new IvfPqFileOptions
        {
            AcceptMetadata = value =>
            {
                seen = value.GetRawText();
                return null;
            },
        });
        Assert.Equal(IvfPqSpecimen.Make(1).Model.Metadata, seen);
        var error = Assert.Throws<SchemaException>(
            () => IvfPqGolden.Load(bytes, new IvfPqFileOptions { AcceptMetadata = _ => "is not ours" }));
        Assert.Contains("is not ours", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SwitchesOfTheEnvironmentYieldToOptions()
    {
        static string? Older(string name) => name switch
        {
            IvfPqFileOptions.SaveV11Variable => "0",
            IvfPqFileOptions.ZstdLevelVariable => "3",
            _ => "",
        };
        var unset = new IvfPqFileOptions().Resolve(_ => null);
        Assert.Equal((true, 0, false), (unset.SaveV11, unset.ZstdLevel, unset.LoadMmap));
        var older = new IvfPqFileOptions().Resolve(Older);
        Assert.Equal((false, 3, false), (older.SaveV11, older.ZstdLevel, older.LoadMmap));
        var options = new IvfPqFileOptions { SaveV11 = true, ZstdLevel = 1 }.Resolve(Older);
        Assert.Equal((true, 1), (options.SaveV11, options.ZstdLevel));
        var all = new IvfPqFileOptions { LoadMmap = false, SaveV11 = true, ZstdLevel = 0 };
        Assert.False(all.Resolve(_ => "1").LoadMmap);
        Assert.Throws<NotSupportedException>(() => new IvfPqFileOptions { LoadMmap = true }.Resolve(_ => null));
        Assert.Throws<NotSupportedException>(() => new IvfPqFileOptions().Resolve(_ => "1"));
        Assert.Throws<SchemaException>(() => new IvfPqFileOptions().Resolve(_ => "yes"));
        Assert.Throws<SchemaException>(() => new IvfPqFileOptions().Resolve(_ => "-1"));
        Assert.Throws<SchemaException>(() => new IvfPqFileOptions { ZstdLevel = 4 }.Resolve(_ => null));
    }

    [Fact]
    public void ALevelOfCompressionKeepsSectionsRaw() => Assert.Equal(
        IvfPqGolden.Save(IvfPqSpecimen.Make(1)),
        IvfPqGolden.Save(IvfPqSpecimen.Make(1), new IvfPqFileOptions { ZstdLevel = 3 }));

    private static void AssertNotSaved<T>(
        IvfPqFileContent content, IvfPqFileOptions? options = null, bool twice = false)
        where T : Exception
    {
        var files = new MemoryFileSystem();
        files.CreateDirectory("/db");
        files.Put(Path, "old"u8);
        var error = Assert.ThrowsAny<T>(() => IvfPqFileWriter.Save(files, Path, content, options));
        Assert.Equal("old"u8.ToArray(), files.Read(Path));
        Assert.Equal(["ivfpq.bin"], files.List("/db"));
        Assert.True(!twice || error.Message.Contains("twice", StringComparison.Ordinal), error.Message);
    }

    private static ((byte[] Old, byte[] New) Whole, int Operations) CrashAt(
        int operation, out SimulatedFileSystem files)
    {
        var whole = (Old: IvfPqGolden.Save(IvfPqSpecimen.Make(1)), New: IvfPqGolden.Save(IvfPqSpecimen.Make(2)));
        files = new SimulatedFileSystem { CrashAt = operation };
        files.Put(Path, whole.Old);
        var error = Record.Exception(SaveOver(files));
        Assert.True(error is null or SimulatedCrashException, $"{error}");
        return (whole, files.Operations);
    }

    private static Action SaveOver(SimulatedFileSystem files) =>
        () => IvfPqFileWriter.Save(files, Path, IvfPqSpecimen.Make(2));

    private static IvfPqFileContent Large()
    {
        IvfPqFileContent small = IvfPqSpecimen.Make(4, new IvfPqShape(8, 3, 8, 8), metadata: null);
        var random = new Random(4);
        var all = Enumerable.Range(0, 250_000).Select(i => (ulong)i << (i % 2 == 0 ? 1 : 40)).ToArray();
        random.Shuffle(all);
        var cuts = new[] { 0, 3, 200_000, 250_000 };
        return small with
        {
            Lists = [.. Enumerable.Range(0, 3).Select(list =>
            {
                var codes = new byte[(cuts[list + 1] - cuts[list]) * 8];
                random.NextBytes(codes);
                return new IvfPqList(all[cuts[list]..cuts[list + 1]], codes);
            })],
        };
    }
}

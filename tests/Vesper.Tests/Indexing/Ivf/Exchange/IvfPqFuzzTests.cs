using System.Text.Json;
using Vesper.Indexing.Ivf.Exchange;
using Vesper.Numerics.Execution;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>
/// Files are hostile: whatever is changed, there is a typed error in memory that the file's size bounds, or a sound
/// file. Each seed makes thousands of files.
/// </summary>
public sealed class IvfPqFuzzTests
{
    private const int Rounds = 2_500;
    private const string Path = "/index/ivfpq.bin";

    private static readonly IvfPqFileOptions Options = new()
    {
        SaveV11 = true,
        LoadMmap = false,
        Executor = SerialExecutor.Instance,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void NoDamageThatHashesDoNotKnowOfIsAccepted(int seed)
    {
        var random = new Random(seed);
        byte[][] files = [.. Files(seed), IvfPqGolden.Save(IvfPqSpecimen.Make(seed, metadata: null), V10)];
        for (var round = 0; round < Rounds; round++)
        {
            var file = files[round % files.Length];
            var damaged = IsV10(file) ? Flipped(file, random) : IvfPqCorruption.OfBytes(file, random);
            Assert.True(Load(damaged, $"seed {seed}, round {round}") is null, $"seed {seed}, round {round}: accepted");
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void DamageWithHashesThatFitIsRefusedOrAnotherSoundFile(int seed)
    {
        var random = new Random(seed);
        byte[][] files = Files(seed);
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = IvfPqCorruption.Repaired(files[round % files.Length], random);
            var place = $"seed {seed}, round {round}";
            if (Load(damaged, place) is { } content)
            {
                accepted++;
                AssertSound(content, place);
                IvfPqSpecimen.AssertEqual(content, IvfPqGolden.Load(IvfPqGolden.Save(content, Options), Options));
            }
        }

        // Permuted and unknown sections, other numbers and ids: a loader that refused all would be no test of this.
        Assert.InRange(accepted, Rounds / 50, Rounds * 3 / 4);
    }

    [Fact]
    public void EveryTruncationOfEveryVersionIsRefused()
    {
        foreach (var file in new[] { Files(9)[0], IvfPqGolden.Save(IvfPqSpecimen.Make(9, metadata: null), V10) })
        {
            for (var length = 0; length < file.Length; length++)
            {
                Assert.True(Load(file[..length], $"{length}") is null, $"cut at {length}: accepted");
                var repaired = IvfPqSpecimen.Sealed(file[..length]);
                Assert.True(Load(repaired, $"{length}") is null, $"cut at {length} and sealed: accepted");
            }
        }
    }

    private static IvfPqFileOptions V10 => Options with { SaveV11 = false };

    private static byte[][] Files(int seed) =>
    [
        IvfPqGolden.Save(IvfPqSpecimen.Make(seed), Options),
        IvfPqGolden.Save(IvfPqSpecimen.Make(seed + 100, new IvfPqShape(4, 3, 2, 8), rotation: false), Options),
        IvfPqGolden.Save(IvfPqSpecimen.Make(seed + 200, new IvfPqShape(2, 9, 1, 1), metadata: null), Options),
    ];

    private static bool IsV10(byte[] file) => file[7] == (byte)'0';

    private static byte[] Flipped(byte[] file, Random random)
    {
        byte[] flipped = [.. file];
        flipped[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    /// <summary>The content, or null after a typed error; in either case memory was bounded.</summary>
    private static IvfPqFileContent? Load(byte[] bytes, string place)
    {
        var files = new MemoryFileSystem();
        files.Put(Path, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        IvfPqFileContent? content = null;
        try
        {
            content = IvfPqFileReader.Load(files, Path, Options);
        }
        catch (VesperException error) when (error is CorruptDataException or FormatVersionException)
        {
            Assert.Contains(Path, error.Message, StringComparison.Ordinal);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < (10 * bytes.Length) + (64 << 10), $"{place}: {allocated} bytes for {bytes.Length}");
        return content;
    }

    private static void AssertSound(IvfPqFileContent content, string place)
    {
        var (model, lists) = content;
        model.Validate();
        Assert.Equal(model.Shape.Lists, lists.Length);
        Assert.True(lists.SelectMany(list => list.Codes).All(code => code <= model.Shape.CodeMax), place);
        Assert.True(lists.All(list => list.Codes.Length == list.Ids.Length * model.Shape.Parts), place);
        var ids = lists.SelectMany(list => list.Ids).ToList();
        Assert.True(ids.Distinct().Count() == ids.Count, place);
        if (model.Metadata is not null)
        {
            using var parsed = JsonDocument.Parse(model.Metadata);
        }
    }
}

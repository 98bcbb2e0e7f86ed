using System.Buffers.Binary;
using Vesper.Storage.Formats;

namespace Vesper.Tests.Engine;

/// <summary>Whatever is damaged, the check names its file and the place, once, and goes on with the rest.</summary>
public sealed class IntegrityCheckTests
{
    private const int Dimensions = 4;

    [Fact]
    public async Task A_damaged_catalog_is_a_line_and_the_collections_are_checked_all_the_same()
    {
        using var directory = await BuildAsync();
        await using (await directory.OpenAsync(new() { DiskReserveBytes = 0 }))
        {
            // Now the catalog before the newest knows the collection too.
        }

        var newest = Manifests(directory.Path)[^1];
        Flip(newest, 70);
        Flip(Segment(directory), 100);
        var problems = directory.Check();
        AssertNames(problems, newest);
        AssertNames(problems, Segment(directory));
        Flip(Manifests(directory.Path)[0], 70);
        AssertNames(directory.Check(), newest);
    }

    [Fact]
    public async Task The_catalog_before_the_newest_must_be_whole_too()
    {
        using var directory = await BuildAsync();
        Flip(Manifests(directory.Path)[0], 70);
        AssertNames(directory.Check(), Manifests(directory.Path)[0]);
    }

    [Fact]
    public async Task A_newer_format_is_a_line_that_names_the_file()
    {
        using var directory = await BuildAsync();
        string[] files =
        [
            Manifests(directory.Path)[^1],
            Manifests(CollectionOf(directory))[^1],
            Segment(directory),
        ];
        foreach (var file in files)
        {
            var before = File.ReadAllBytes(file);
            MakeNewer(file);
            AssertNames(directory.Check(), file);
            File.WriteAllBytes(file, before);
        }

        Assert.Empty(directory.Check());
    }

    [Fact]
    public async Task A_damaged_manifest_of_a_collection_is_a_line_with_its_place()
    {
        using var directory = await BuildAsync();
        var manifests = Manifests(CollectionOf(directory));
        Assert.Equal(2, manifests.Length);
        foreach (var manifest in manifests)
        {
            var before = File.ReadAllBytes(manifest);
            Flip(manifest, 70);
            AssertNames(directory.Check(), manifest);
            File.WriteAllBytes(manifest, before);
        }

        File.Delete(manifests[0]);
        AssertNames(directory.Check(), manifests[0]);
    }

    [Fact]
    public async Task Every_byte_of_a_manifest_is_checked()
    {
        using var directory = await BuildAsync();
        foreach (var manifest in Manifests(directory.Path).Concat(Manifests(CollectionOf(directory))))
        {
            for (var offset = 0; offset < new FileInfo(manifest).Length; offset += 7)
            {
                Flip(manifest, offset);
                Assert.Contains(directory.Check(), problem => problem.File == manifest);
                Flip(manifest, offset);
            }
        }
    }

    [Fact]
    public async Task The_state_before_the_newest_is_checked_with_its_files_and_its_log()
    {
        using var directory = await BuildAsync();
        var segments = Directory.GetFiles(CollectionOf(directory), "*.seg").Order().ToArray();
        Assert.True(segments.Length > 1, "the state before lists another segment");
        foreach (var segment in segments)
        {
            var before = File.ReadAllBytes(segment);
            Flip(segment, 100);
            AssertNames(directory.Check(), segment);
            File.Delete(segment);
            AssertNames(directory.Check(), segment);
            File.WriteAllBytes(segment, before);
        }

        foreach (var log in Directory.GetFiles(CollectionOf(directory), "wal-*"))
        {
            Flip(log, 4096 + 8);
            AssertNames(directory.Check(), log);
            Flip(log, 4096 + 8);
        }

        Assert.Empty(directory.Check());
    }

    [Fact]
    public async Task One_flipped_byte_is_one_line()
    {
        using var directory = await BuildAsync();
        var segment = Segment(directory);
        for (var offset = 0; offset < new FileInfo(segment).Length; offset += 97)
        {
            Flip(segment, offset);
            var problems = directory.Check();
            Assert.NotEmpty(problems);
            Assert.Equal(problems.Count, problems.DistinctBy(problem => (problem.File, problem.Offset)).Count());
            Flip(segment, offset);
        }
    }

    /// <summary>
    /// A closed database whose collection has two states, of different segments, and a log that only the first needs.
    /// </summary>
    private static async Task<TemporaryDatabase> BuildAsync()
    {
        var directory = new TemporaryDatabase();
        await using var database = await directory.OpenAsync(new() { DiskReserveBytes = 0 });
        var collection = await database.CreateCollectionAsync("docs", TemporaryDatabase.Options(Dimensions));
        var random = new Random(7);
        await collection.UpsertAsync([TemporaryDatabase.Make(random, 1, Dimensions)]);
        await collection.CheckpointAsync();
        await collection.UpsertAsync([TemporaryDatabase.Make(random, 1, Dimensions)]);
        return directory;
    }

    private static string CollectionOf(TemporaryDatabase directory) =>
        Path.GetDirectoryName(Directory.GetFiles(directory.Path, "*.seg", SearchOption.AllDirectories)[0])!;

    private static string[] Manifests(string directory) => [.. Directory.GetFiles(directory, "MANIFEST-*").Order()];

    /// <summary>A segment that the newest state lists.</summary>
    private static string Segment(TemporaryDatabase directory)
    {
        var newest = File.ReadAllText(Manifests(CollectionOf(directory))[^1]);
        return Directory.GetFiles(CollectionOf(directory), "*.seg").First(file => newest.Contains(
            Path.GetFileName(file), StringComparison.Ordinal));
    }

    private static void AssertNames(List<CheckProblem> problems, string file) => Assert.True(
        problems.Exists(problem => problem.File == file && problem.Offset >= 0),
        $"{Path.GetFileName(file)} is not named in: {string.Join("; ", problems)}");

    private static void Flip(string file, int offset)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[offset] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }

    private static void MakeNewer(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[10]++;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), Crc32C.Compute(bytes.AsSpan(0, 60)));
        File.WriteAllBytes(file, bytes);
    }
}

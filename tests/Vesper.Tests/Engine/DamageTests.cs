using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Vesper.Engine;
using Vesper.Tests.Storage.Wal;

namespace Vesper.Tests.Engine;

/// <summary>
/// On a cleanly closed directory any flipped bit of any file gives a typed error, or the answers stay right: for
/// who opens it to read and for who opens it to write. The check names every bad byte of a data file or manifest.
/// </summary>
public sealed class DamageTests
{
    private const int Dimensions = 6;
    private const int EveryByteUpTo = 8 << 10;
    private const int SamplesOfLarger = 2_000;
    private const int WritingOpenEvery = 5;
    private const string Root = "/db/damaged";

    private static readonly VesperOptions Writing = new()
    {
        DiskHeadroomBytes = 0,
        DiskReserveBytes = 0,
        BackgroundThreads = 1,
    };

    [Fact]
    public async Task A_flipped_bit_anywhere_gives_a_typed_error_or_the_right_answer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the simulated disk has the paths of the others");
        using var directory = new TemporaryDatabase();
        await BuildAsync(directory);
        var files = Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories).ToDictionary(
            file => file.Replace(directory.Path, Root, StringComparison.Ordinal), File.ReadAllBytes);
        var expected = ReadAll(Disk(files), Writing with { ReadOnly = true });
        Assert.Empty(Check(Disk(files)));
        Assert.All(
            new[] { ".seg", ".tmb", ".ovl", ".log", "" }, kind => Assert.Contains(kind, files.Keys.Select(KindOf)));
        int typed = 0;
        var failures = new ConcurrentQueue<string>();
        Parallel.ForEach(Flips(files), flip =>
        {
            try
            {
                var refused = Try(files, flip, expected);
                Interlocked.Add(ref typed, refused ? 1 : 0);
            }
            catch (Exception error)
            {
                failures.Enqueue($"bit {flip.Bit} of byte {flip.Offset} of {flip.File}: {error.Message}");
            }
        });

        Assert.True(failures.IsEmpty, $"{failures.Count}, such as {string.Join("\n", failures.Take(5))}");
        Assert.True(typed > 5_000, $"{typed} typed errors");
    }

    private static string KindOf(string file) => Path.GetExtension(file);

    private sealed record Flip(string File, int Offset, int Bit);

    private static IEnumerable<Flip> Flips(Dictionary<string, byte[]> files)
    {
        var random = new Random(20);
        foreach (var (file, bytes) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var offsets = bytes.Length <= EveryByteUpTo
                ? Enumerable.Range(0, bytes.Length)
                : Enumerable.Range(0, SamplesOfLarger).Select(_ => random.Next(bytes.Length));
            foreach (var offset in offsets)
            {
                yield return new Flip(file, offset, random.Next(8));
            }
        }
    }

    /// <summary>True when a typed error said so.</summary>
    private static bool Try(Dictionary<string, byte[]> files, Flip flip, List<string> expected)
    {
        var problems = Check(Disk(files, flip));
        var refused = IsRefused(Disk(files, flip), Writing with { ReadOnly = true }, expected);
        Assert.True(problems.Count > 0 || !(refused || IsChecked(flip.File)), "the check finds nothing");
        if (flip.Offset % WritingOpenEvery == 0)
        {
            var disk = Disk(files, flip);
            if (!IsRefused(disk, Writing, expected))
            {
                Assert.Equal(expected, ReadAll(disk, Writing));
            }
        }

        return refused;
    }

    private static bool IsChecked(string file) => Path.GetFileName(file) != "LOCK" && !file.EndsWith(".log");

    private static bool IsRefused(SimulatedFileSystem disk, VesperOptions options, List<string> expected)
    {
        try
        {
            Assert.Equal(expected, ReadAll(disk, options));
            return false;
        }
        catch (VesperException)
        {
            return true;
        }
    }

    private static SimulatedFileSystem Disk(Dictionary<string, byte[]> files, Flip? flip = null)
    {
        var disk = new SimulatedFileSystem();
        foreach (var (file, bytes) in files)
        {
            disk.Put(file, bytes);
        }

        if (flip is not null)
        {
            var damaged = (byte[])files[flip.File].Clone();
            damaged[flip.Offset] ^= (byte)(1 << flip.Bit);
            disk.Put(flip.File, damaged);
        }

        return disk;
    }

    private static List<CheckProblem> Check(SimulatedFileSystem disk)
    {
        var problems = new List<CheckProblem>();
        new IntegrityCheck(disk, Root, problems.Add).Run(null, CancellationToken.None);
        return problems;
    }

    private static async Task BuildAsync(TemporaryDatabase directory)
    {
        await using var database = await directory.OpenAsync(new() { DiskReserveBytes = 0 });
        var options = TemporaryDatabase.Options(Dimensions, Metric.Cosine);
        options.Vectors[""] = options.Vectors[""] with { Index = new IndexOptions { Kind = IndexKind.Hnsw, M = 4 } };
        options.PayloadIndexes.Add("group", PayloadIndexType.Keyword);
        options.PayloadIndexes.Add("n", PayloadIndexType.Integer);
        var collection = await database.CreateCollectionAsync("docs", options);
        var random = new Random(21);
        var points = Enumerable.Range(0, 60)
            .Select(n => TemporaryDatabase.Make(random, (ulong)n, Dimensions, n % 3 == 0 ? "x" : "y"))
            .Append(new Point("a string id", TemporaryDatabase.Vector(random, Dimensions)))
            .Append(new Point(
                new Guid("0d6a4b2e-7c1f-4c53-9a55-000000000001"), TemporaryDatabase.Vector(random, Dimensions)));
        await collection.UpsertAsync([.. points]);
        await collection.WaitForIndexingAsync();
        await collection.CompactAsync();
        await collection.DeleteAsync(new PointId[] { 3, 4 });
        await collection.SetPayloadAsync(new PointId(5), new JsonObject { ["group"] = "z" });
    }

    /// <summary>Opens it and reads by every path there is.</summary>
    private static List<string> ReadAll(SimulatedFileSystem disk, VesperOptions options)
    {
        using var database = DatabaseEngine.Open(disk, Root, options);
        var collection = new Collection(database.Get("docs"));
        var answers = new List<string>
        {
            $"count {collection.Count()}",
            $"x {collection.Count(Filter.Match("group", "x"))}",
        };
        var random = new Random(22);
        foreach (var point in collection.Scroll(new() { Limit = 1000, WithVectors = true }).Points)
        {
            answers.Add($"{point.Id} {point.Payload} {string.Join(",", point.Vectors![""])}");
        }

        for (var round = 0; round < 3; round++)
        {
            var query = TemporaryDatabase.Vector(random, Dimensions);
            var filter = Filter.Parse("""{"must": [{"key": "n", "range": {"gte": 10}}]}""");
            answers.AddRange(Describe(collection.Search(new() { Vector = query, Exact = true })));
            answers.AddRange(Describe(collection.Search(new() { Vector = query, Limit = 1, EfSearch = 1 })));
            answers.AddRange(Describe(collection.Search(new() { Vector = query, Filter = filter })));
        }

        return answers;
    }

    private static IEnumerable<string> Describe(IEnumerable<SearchHit> hits) =>
        hits.Select(hit => $"{hit.Id} {hit.Score} {hit.Payload}");
}

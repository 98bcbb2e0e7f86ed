using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Vesper.Tests.Golden;

/// <summary>The tiny database of the golden archives: how it is made, what it holds, how an archive is read.</summary>
internal static partial class GoldenDatabase
{
    public const string Collection = "plants";
    public const int Points = 24;

    private const long FileBytesMax = 1 << 20;
    private const int FilesMax = 64;

    /// <summary>Makes the database and archives it: after a clean close, or as a killed process leaves it.</summary>
    public static async Task MakeAsync(string directory, string archive, bool killed)
    {
        await using (var database = await VesperDatabase.OpenAsync(directory))
        {
            var plants = await database.CreateCollectionAsync(Collection, Options());
            await plants.UpsertAsync([.. Enumerable.Range(0, Points).Select(PointOf)]);
            await plants.CompactAsync();
            await plants.DeleteAsync(new[] { IdOf(3), IdOf(4) });
            await plants.SetPayloadAsync(IdOf(5), new JsonObject { ["kind"] = "moss" });
            if (killed)
            {
                await plants.UpsertAsync([PointOf(Points)]);
                await plants.DeleteAsync(IdOf(6));
                Archive(directory, archive);
            }
        }

        if (!killed)
        {
            Archive(directory, archive);
        }
    }

    /// <summary>What the database holds: payload text by id, and the number that the vectors follow from.</summary>
    public static SortedDictionary<PointId, (int Number, string Payload)> Content(bool killed)
    {
        var content = new SortedDictionary<PointId, (int, string)>();
        foreach (var number in Enumerable.Range(0, killed ? Points + 1 : Points).Except(killed ? [3, 4, 6] : [3, 4]))
        {
            content.Add(IdOf(number), (number, PointOf(number).Payload.ToString()));
        }

        content[IdOf(5)] = (5, """{"kind":"moss","height":5,"tags":["t1","odd"]}""");
        return content;
    }

    public static float[] LeafOf(int number) => [number, number * 0.25f, -1];

    public static float[] RootOf(int number) => [number + 1, 2];

    public static PointId IdOf(int number) => (number % 3) switch
    {
        0 => new PointId((ulong)number),
        1 => new PointId(new Guid(number, 0x4711, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 2)),
        _ => new PointId(string.Create(CultureInfo.InvariantCulture, $"plant {number}")),
    };

    /// <summary>Writes the archive's files below a directory: plain names and small files only.</summary>
    public static void Extract(string archive, string directory)
    {
        using var zip = new ZipArchive(File.OpenRead(archive), ZipArchiveMode.Read);
        Assert.InRange(zip.Entries.Count, 1, FilesMax);
        foreach (var entry in zip.Entries)
        {
            Assert.Matches(EntryName(), entry.FullName);
            Assert.InRange(entry.Length, 0, FileBytesMax);
            var path = Path.Combine([directory, .. entry.FullName.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var from = entry.Open();
            using var to = File.Create(path);
            from.CopyTo(to);
        }
    }

    private static void Archive(string directory, string archive)
    {
        File.Delete(archive);
        using var zip = new ZipArchive(File.Create(archive), ZipArchiveMode.Create);
        var paths = Directory.GetFiles(directory, "*", SearchOption.AllDirectories);
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(directory, path).Replace('\\', '/');
            var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
            entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var to = entry.Open();
            if (new FileInfo(path).Length > 0)
            {
                // Not so LOCK, which is empty and cannot be opened while it is held.
                using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                from.CopyTo(to);
            }
        }
    }

    private static CollectionOptions Options() => new()
    {
        Vectors =
        {
            ["leaf"] = new(3, Metric.Manhattan)
            {
                Index = new IndexOptions { Kind = IndexKind.Hnsw, M = 4, EfConstruction = 16 },
            },
            ["root"] = new(2, Metric.Dot),
        },
        PayloadIndexes = { ["kind"] = PayloadIndexType.Keyword, ["height"] = PayloadIndexType.Integer },
    };

    private static Point PointOf(int number)
    {
        var vectors = new Dictionary<string, ReadOnlyMemory<float>>
        {
            ["leaf"] = LeafOf(number),
            ["root"] = RootOf(number),
        };
        var parity = number % 2 == 0 ? "even" : "odd";
        return new Point(IdOf(number), vectors, new JsonObject
        {
            ["kind"] = number % 4 == 0 ? "fern" : "herb",
            ["height"] = number,
            ["tags"] = new JsonArray($"t{number % 2}", parity),
        });
    }

    // LOCK, MANIFEST-<16 hex>, and below two UUIDs also log segments and data files.
    [GeneratedRegex(
        @"^(LOCK|(([0-9a-f]{32}/){2})?MANIFEST-[0-9a-f]{16}"
        + @"|([0-9a-f]{32}/){2}(wal-[0-9a-f]{16}\.log|[0-9a-f]{32}\.(seg|tmb|ovl)))$")]
    private static partial Regex EntryName();
}

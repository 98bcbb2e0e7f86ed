using System.Text.Json.Nodes;

namespace Vesper.Tests.Engine;

/// <summary>
/// On a cleanly closed directory any flipped bit of any data file gives a typed error, or the answers stay right.
/// </summary>
public sealed class DamageTests
{
    private const int Dimensions = 6;
    private const int FlipsPerFile = 260;

    [Fact]
    public async Task A_flipped_bit_anywhere_gives_a_typed_error_or_the_right_answer()
    {
        using var directory = new TemporaryDatabase();
        await BuildAsync(directory);
        var expected = await ReadAllAsync(directory);
        var random = new Random(20);
        int typed = 0, right = 0;
        foreach (var file in Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories).Order())
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var offset in Offsets(bytes.Length, random))
            {
                var bit = (byte)(1 << random.Next(8));
                Flip(file, offset, (byte)(bytes[offset] ^ bit));
                try
                {
                    var found = await ReadAllAsync(directory);
                    Assert.True(
                        expected.SequenceEqual(found),
                        $"wrong answer after bit {bit} of byte {offset} of {file} was flipped");
                    right++;
                }
                catch (VesperException)
                {
                    typed++;
                }
                finally
                {
                    Flip(file, offset, bytes[offset]);
                }
            }
        }

        Assert.True(typed > 500, $"{typed} typed errors, {right} right answers");
        Assert.Equal(expected, await ReadAllAsync(directory));
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

    /// <summary>Opens read-only and reads by every path there is.</summary>
    private static async Task<List<string>> ReadAllAsync(TemporaryDatabase directory)
    {
        await using var database = await directory.OpenAsync(new() { ReadOnly = true });
        var collection = database.GetCollection("docs");
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

    private static IEnumerable<int> Offsets(int length, Random random) => length <= FlipsPerFile
        ? Enumerable.Range(0, length)
        : Enumerable.Range(0, FlipsPerFile).Select(at =>
            at < 64 ? at : at < 128 ? length - 1 - (at - 64) : random.Next(length));

    private static void Flip(string file, int offset, byte value)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
        stream.Position = offset;
        stream.WriteByte(value);
    }
}

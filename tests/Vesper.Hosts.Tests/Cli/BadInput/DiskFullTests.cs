using System.Text.Json;
using Vesper.Hosts.Tests.Cli.Kills;

namespace Vesper.Hosts.Tests.Cli.BadInput;

/// <summary>An import into a disk that fills up fails in good order, and goes on once space is back.</summary>
public sealed class DiskFullTests
{
    private const int DiskMebibytes = 144;
    private const int Rows = 60_000;
    private const int Batch = 1_000;
    private const long LeftForWriting = 4L << 20;

    // What the engine keeps in reserve (VesperOptions.DiskHeadroomBytes).
    private const long Headroom = 64L << 20;

    [Fact]
    public async Task AnImportIntoAFullDiskKeepsWhatItAcknowledgedAndResumes()
    {
        using var tool = new ToolDatabase();
        using var disk = SmallDisk.MountOrSkip(tool.Data, DiskMebibytes);
        var input = tool.Files.PathOf("rows.fbin");
        NumberedPoints.WriteVectors(input, [.. Enumerable.Range(0, Rows)]);
        await tool.OneAsync("create", "docs", "--dim", "32", "--metric", "l2", "--index", "flat");
        var ballast = disk.FillTo(Headroom + LeftForWriting);

        var full = await tool.RunAsync("import", "docs", "--vectors", input, "--batch", $"{Batch}", "--json");
        Assert.True(full.ExitCode == 1, full.ToString());
        Assert.StartsWith("error: ", full.Errors, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"DiskFull\"", full.Errors, StringComparison.Ordinal);
        Assert.Contains("bytes are free", full.Errors, StringComparison.Ordinal);
        var acked = full.Objects[^1].GetProperty("acked").GetInt64();
        Assert.InRange(acked, 1, Rows - 1);
        Assert.Contains($"the first {acked} points are stored: go on with --skip {acked}", full.Errors);
        await RequireStoredAsync(tool, acked);

        // Deleting needs no new space to speak of, and works while the disk is full.
        var filter = JsonSerializer.Serialize(new { must = new[] { new { has_id = new[] { 3 } } } });
        Assert.Equal(1, (await tool.OneAsync("delete", "docs", "--filter", filter)).GetProperty("deleted").GetInt64());
        await tool.FailAsync(1, "DiskFull", "import", "docs", "--vectors", input, "--batch", $"{Batch}");
        await tool.RequireCleanAsync();

        File.Delete(ballast);
        await tool.JsonAsync("import", "docs", "--vectors", input, "--batch", $"{Batch}");
        await RequireStoredAsync(tool, Rows);
    }

    private static async Task RequireStoredAsync(ToolDatabase tool, long acked)
    {
        await tool.RequireCleanAsync();
        var info = await tool.OneAsync("info", "docs");
        var points = info.GetProperty("points").GetInt64();
        Assert.InRange(points, acked, Rows);
        Assert.Equal(0, points % Batch);
        Assert.NotEqual("failed", info.GetProperty("state").GetString());
        await tool.ReadAsync("docs", collection =>
        {
            foreach (var rows in Enumerable.Range(0, (int)points).Chunk(1_000))
            {
                var records = collection.Get([.. rows.Select(row => new PointId((ulong)row))]);
                Assert.Equal(rows.Length, records.Count);
                Assert.All(rows.Zip(records), row => Assert.True(NumberedPoints.Bits(row.Second.Vectors![""])
                    .SequenceEqual(NumberedPoints.Bits(NumberedPoints.Vector(row.First)))));
            }
        });
    }
}

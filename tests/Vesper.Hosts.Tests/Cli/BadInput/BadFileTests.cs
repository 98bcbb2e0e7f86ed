using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Vesper.Hosts.Tests.Cli.Kills;

namespace Vesper.Hosts.Tests.Cli.BadInput;

/// <summary>Database files that are in use, of a newer version, or damaged.</summary>
public sealed class BadFileTests : IAsyncLifetime
{
    private const int Stored = 400;

    private readonly ToolDatabase _tool = new();

    public async ValueTask InitializeAsync()
    {
        await _tool.OneAsync("create", "docs", "--dim", "32", "--metric", "l2");
        await _tool.JsonAsync("import", "docs", "--vectors", Input(Stored));
        await _tool.JsonAsync("compact", "docs");
    }

    public ValueTask DisposeAsync()
    {
        _tool.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ADatabaseThatAnotherProcessWritesIsInUse()
    {
        var acked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var import = _tool.Start(
            _ => acked.TrySetResult(), "import", "docs", "--vectors", Input(20_000), "--batch", "1", "--json");
        await Task.WhenAny(acked.Task, import.EndedAsync());
        await import.PauseAsync();
        string[] lines = ["info", "check", "compact docs", "delete docs 1", "create more --dim 1 --metric l2"];
        foreach (var line in lines)
        {
            var message = await _tool.FailAsync(1, "Locked", line.Split(' '));
            Assert.StartsWith($"{_tool.Data} is in use", message, StringComparison.Ordinal);
        }

        import.Kill();
        Assert.True((await import.EndAsync()).WasKilled);
        Assert.True((await _tool.OneAsync("info", "docs")).GetProperty("points").GetInt64() >= Stored);

        // Readers stand beside readers, but a writer does not.
        await using var reader = await VesperDatabase.OpenAsync(_tool.Data, new VesperOptions { ReadOnly = true });
        await _tool.OneAsync("info", "docs");
        await _tool.FailAsync(1, "Locked", "delete", "docs", "1");
    }

    [Fact]
    public async Task AFileOfANewerVersionIsTooNewAndNotDamaged()
    {
        var names = Directory.GetFiles(_tool.Data, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path).Split('-')[0] is not ("LOCK" or "RESERVE"))
            .ToLookup(path => Path.GetFileName(path).StartsWith("MANIFEST", StringComparison.Ordinal)
                ? "manifest " + Path.GetDirectoryName(path)
                : Path.GetExtension(path));
        Assert.Contains(names, kind => kind.Key == ".seg");
        Assert.Contains(names, kind => kind.Key == ".log");
        Assert.Equal(2, names.Count(kind => kind.Key.StartsWith("manifest", StringComparison.Ordinal)));
        foreach (var path in names.Select(kind => kind.Order(StringComparer.Ordinal).Last()))
        {
            var sound = await File.ReadAllBytesAsync(path);
            await File.WriteAllBytesAsync(path, WithNewerVersion(sound));
            var search = await _tool.FailAsync(1, "FormatVersion", "get", "docs", "5");
            Assert.Contains(Path.GetFileName(path), search, StringComparison.Ordinal);
            Assert.Contains("too new", search, StringComparison.Ordinal);
            await _tool.FailAsync(1, "FormatVersion", "import", "docs", "--vectors", Input(1));
            Assert.Equal(WithNewerVersion(sound), await File.ReadAllBytesAsync(path));
            await File.WriteAllBytesAsync(path, sound);
        }

        Assert.Equal(Stored, (await _tool.OneAsync("info", "docs")).GetProperty("points").GetInt64());
        await _tool.RequireCleanAsync();
    }

    [Fact]
    public async Task ADamagedSegmentIsNamedWithItsOffset()
    {
        var path = Assert.Single(Directory.GetFiles(_tool.Data, "*.seg", SearchOption.AllDirectories));
        var at = Flip(path, MemoryMarshal.AsBytes(NumberedPoints.Vector(5).AsSpan()));
        foreach (var line in new[] { "get docs 5", "search docs --exact --vector " + Json(NumberedPoints.Vector(9)) })
        {
            RequirePlace(await _tool.FailAsync(1, "CorruptData", line.Split(' ')), path);
        }

        var check = await _tool.RunAsync("check", "--json");
        Assert.True(check.ExitCode == 1, check.ToString());
        var problem = check.Objects[0];
        Assert.Equal(Path.GetFileName(path), Path.GetFileName(problem.GetProperty("file").GetString()));
        Assert.InRange(problem.GetProperty("offset").GetInt64(), 0, at);
        Assert.NotEqual("", problem.GetProperty("problem").GetString());
        var table = await _tool.RunAsync("check");
        Assert.Equal(1, table.ExitCode);
        Assert.Contains("problem", table.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedLogIsRefusedUntilAPrefixIsAskedFor()
    {
        var acked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var import = _tool.Start(See, "import", "docs", "--vectors", Input(20_000), "--batch", "20", "--json"))
        {
            await Task.WhenAny(acked.Task, import.EndedAsync());
            import.Kill();
            Assert.True((await import.EndAsync()).WasKilled);
        }

        var log = Directory.GetFiles(_tool.Data, "*.log", SearchOption.AllDirectories)
            .MaxBy(path => new FileInfo(path).Length)!;
        Flip(log, MemoryMarshal.AsBytes(NumberedPoints.Vector(35).AsSpan()));
        RequirePlace(await _tool.FailAsync(1, "CorruptData", "count", "docs"), log);
        RequirePlace(await _tool.FailAsync(1, "CorruptData", "import", "docs", "--vectors", Input(1)), log);
        var refused = await _tool.RunAsync("info", "docs", "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("failed", refused.Objects[0].GetProperty("state").GetString());
        RequirePlace(refused.Objects[0].GetProperty("reason").GetString()!, log);
        Assert.All(
            new[] { "points", "segments", "bytes", "lsn" },
            key => Assert.Equal(JsonValueKind.Null, refused.Objects[0].GetProperty(key).ValueKind));
        var listed = await _tool.OneAsync("list");
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("points").ValueKind);
        Assert.Equal("failed", listed.GetProperty("state").GetString());
        RequirePlace(listed.GetProperty("reason").GetString()!, log);
        var table = await _tool.TextAsync("list");
        Assert.DoesNotContain("0 bytes", table, StringComparison.Ordinal);
        Assert.Contains("docs is failed: ", table, StringComparison.Ordinal);
        Assert.Equal(1, (await _tool.RunAsync("check", "--json")).ExitCode);

        var info = await _tool.OneAsync("info", "docs", "--recovery", "prefix");
        Assert.Equal(Stored, info.GetProperty("points").GetInt64());
        Assert.True(info.GetProperty("open").GetProperty("records_lost").GetInt64() > 0, info.ToString());
        var deleted = await _tool.OneAsync("delete", "docs", "7", "--recovery", "prefix");
        Assert.Equal(1, deleted.GetProperty("deleted").GetInt64());
        Assert.Equal(Stored - 1, (await _tool.OneAsync("info", "docs")).GetProperty("points").GetInt64());

        void See(string line)
        {
            if (KillPlan.Acknowledged(line) >= 200)
            {
                acked.TrySetResult();
            }
        }
    }

    private static void RequirePlace(string message, string path)
    {
        Assert.Contains(Path.GetFileName(path), message, StringComparison.Ordinal);
        Assert.Matches("offset [0-9]+: expected .*, found ", message);
    }

    private static int Flip(string path, ReadOnlySpan<byte> where)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(where);
        Assert.True(at > 0, $"the vector is not in {path}");
        bytes[at + 7] ^= 16;
        File.WriteAllBytes(path, bytes);
        return at + 7;
    }

    // docs/formats/file.md and wal.md: the version, and the checksum of the header that holds it.
    private static byte[] WithNewerVersion(byte[] sound)
    {
        var bytes = sound.ToArray();
        var isLog = bytes.AsSpan().StartsWith("VSPRWAL\n"u8);
        var (version, checksum, headerBytes) = isLog ? (8, 92, 4_096) : (10, 60, 60);
        bytes[version]++;
        bytes.AsSpan(checksum, sizeof(uint)).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(checksum), Crc32C(bytes.AsSpan(0, headerBytes)));
        return bytes;
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private static string Json(float[] vector) => JsonSerializer.Serialize(vector);

    private string Input(int rows)
    {
        var path = _tool.Files.PathOf($"rows{rows}.fbin");
        NumberedPoints.WriteVectors(path, [.. Enumerable.Range(0, rows)]);
        return path;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Vesper.Hosts.Tests.Cli.Kills;

namespace Vesper.Hosts.Tests.Cli.Importing;

/// <summary>An import that is asked to end says what is stored and how to go on.</summary>
public sealed partial class StoppedImportTests
{
    private const int Rows = 20_000;

    [Theory]
    [InlineData("sync")]
    [InlineData("interval:10")]
    public async Task WhatItSaysIsStoredAndWhereItSaysItResumes(string durability)
    {
        using var tool = new ToolDatabase();
        var input = await CreateAsync(tool, "flat");
        var stopped = await StopAtAsync(
            tool, _ => true, ["import", "docs", "--vectors", input, "--batch", "1", "--durability", durability]);
        var skip = Skip().Match(stopped.Errors).Groups["skip"].Value;
        Assert.True(skip.Length > 0, stopped.ToString());
        var stored = int.Parse(skip, CultureInfo.InvariantCulture);
        Assert.InRange(stored, stopped.Objects[^1].GetProperty("acked").GetInt32(), Rows - 1);
        Assert.StartsWith($"error: cancelled; the first {stored} points are stored", stopped.Errors);
        Assert.Equal(stored, (await tool.OneAsync("count", "docs")).GetProperty("count").GetInt32());

        await tool.JsonAsync("import", "docs", "--vectors", input, "--skip", skip, "--durability", "none");
        Assert.Equal(Rows, (await tool.OneAsync("count", "docs")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task WhileIndexingAllPointsAreStored()
    {
        using var tool = new ToolDatabase();
        var input = await CreateAsync(tool, "hnsw");
        var stopped = await StopAtAsync(
            tool, line => line == $"{{\"acked\":{Rows}}}", ["import", "docs", "--vectors", input]);
        Assert.StartsWith($"error: cancelled while indexing; all {Rows} points are stored", stopped.Errors);
        Assert.Contains("`vesper compact docs`", stopped.Errors, StringComparison.Ordinal);
        await tool.RequireCleanAsync();
        Assert.Equal(Rows, (await tool.OneAsync("compact", "docs")).GetProperty("points").GetInt32());
    }

    [Fact]
    public async Task PassingOverMoreThanThereIsIsAnError()
    {
        using var tool = new ToolDatabase();
        var input = await CreateAsync(tool, "flat");
        var error = await tool.FailAsync(1, "Schema", "import", "docs", "--vectors", input, "--skip", $"{Rows + 1}");
        Assert.Equal($"--skip: passes over {Rows + 1} rows, and the input has {Rows}", error);
        var lines = tool.Files.Write("two.jsonl", "{\"id\":1,\"vector\":[]}\n".Replace("[]", Vector()));
        await tool.FailAsync(1, "Schema", "import", "docs", "--vectors", lines, "--skip", "2");
        var whole = await tool.JsonAsync("import", "docs", "--vectors", input, "--skip", $"{Rows}");
        Assert.Equal(0, whole[^1].GetProperty("points").GetInt32());
    }

    private static string Vector() => $"[{string.Join(',', NumberedPoints.Vector(1).Select(_ => "1"))}]";

    private static async Task<string> CreateAsync(ToolDatabase tool, string index)
    {
        var dimensions = NumberedPoints.Vector(0).Length;
        await tool.OneAsync("create", "docs", "--dim", $"{dimensions}", "--metric", "l2", "--index", index);
        var input = tool.Files.PathOf("rows.fbin");
        NumberedPoints.WriteVectors(input, [.. Enumerable.Range(0, Rows)]);
        return input;
    }

    private static async Task<ToolResult> StopAtAsync(
        ToolDatabase tool, Func<string, bool> at, IEnumerable<string> arguments)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var import = tool.Start(
            line => _ = at(line) && reached.TrySetResult(), [.. arguments, "--json"]);
        await Task.WhenAny(reached.Task, import.EndedAsync());
        await import.InterruptAsync();
        var result = await import.EndAsync();
        Assert.True(result.ExitCode == 1, result.ToString());
        return result;
    }

    [GeneratedRegex("go on with --skip (?<skip>[0-9]+)")]
    private static partial Regex Skip();
}

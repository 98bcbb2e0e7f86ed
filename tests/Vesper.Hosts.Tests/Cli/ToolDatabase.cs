using System.Text.Json;
using Vesper.Hosts.Tests.Cli.Files;

namespace Vesper.Hosts.Tests.Cli;

/// <summary>A database in a temporary folder, reached through the tool; and through the library, to compare.</summary>
internal sealed class ToolDatabase : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Where files of the test go.</summary>
    public TemporaryFolder Files => _folder;

    /// <summary>The database directory.</summary>
    public string Data => _folder.PathOf("data");

    /// <summary>Runs a verb to its end.</summary>
    public async Task<ToolResult> RunAsync(params string[] arguments)
    {
        using var process = Start(null, arguments);
        return await process.EndAsync();
    }

    /// <summary>Starts a verb.</summary>
    public ToolProcess Start(Action<string>? seen, params string[] arguments) =>
        ToolProcess.Start(_folder.PathOf(""), ["--data", Data, .. arguments], seen);

    /// <summary>Runs a verb that must succeed, with <c>--json</c>; every line must be a JSON object.</summary>
    public async Task<IReadOnlyList<JsonElement>> JsonAsync(params string[] arguments)
    {
        var result = await RunAsync(["--json", .. arguments]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("", result.Errors);
        Assert.All(result.Objects, line => Assert.Equal(JsonValueKind.Object, line.ValueKind));
        return result.Objects;
    }

    /// <summary>The same for a verb that answers with one line.</summary>
    public async Task<JsonElement> OneAsync(params string[] arguments) => Assert.Single(await JsonAsync(arguments));

    /// <summary>Runs a verb that must succeed, for people: text, no JSON.</summary>
    public async Task<string> TextAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("", result.Errors);
        return result.Text;
    }

    /// <summary>
    /// Runs a verb that must fail: no result, one line <c>error: …</c>, the same as JSON below it; gives the message.
    /// </summary>
    /// <param name="exitCode">1: failed; 2: wrong usage.</param>
    /// <param name="code">The error's code.</param>
    /// <param name="arguments">The command line.</param>
    public async Task<string> FailAsync(int exitCode, string code, params string[] arguments)
    {
        var result = await RunAsync(["--json", .. arguments]);
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Empty(result.Lines);
        var lines = result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 2, result.ToString());
        var error = JsonSerializer.Deserialize<JsonElement>(lines[1]).GetProperty("error");
        Assert.True(error.GetProperty("code").GetString() == code, result.ToString());
        var message = error.GetProperty("message").GetString()!;
        Assert.Equal($"error: {message}", lines[0].TrimEnd('\r'));
        return message;
    }

    /// <summary>Reads a collection through the library, beside no writer.</summary>
    public async Task ReadAsync(string collection, Action<Collection> read)
    {
        await using var database = await VesperDatabase.OpenAsync(Data, new VesperOptions { ReadOnly = true });
        read(database.GetCollection(collection));
    }

    /// <summary>Nothing is wrong with any file.</summary>
    public async Task RequireCleanAsync()
    {
        var check = await RunAsync("check", "--json");
        Assert.True(check.ExitCode == 0 && check.Lines.Count == 0 && check.Errors.Length == 0, check.ToString());
    }

    public void Dispose() => _folder.Dispose();
}

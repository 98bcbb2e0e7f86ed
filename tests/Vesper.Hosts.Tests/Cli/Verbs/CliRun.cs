using System.Text;
using System.Text.Json.Nodes;
using Vesper.Cli;
using Vesper.Cli.Terminal;

namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>One run of the tool inside the test process.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Lines">What it printed on stdout, as JSON.</param>
/// <param name="Text">What it printed on stdout for people.</param>
/// <param name="Error">What it printed on stderr.</param>
internal sealed record CliRun(int ExitCode, IReadOnlyList<JsonObject> Lines, string Text, string Error)
{
    public static async Task<CliRun> OfAsync(string data, params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        using var json = new MemoryStream();
        var output = new Output(Output.MakePlainConsole(text), json, error, progress: null);
        var exitCode = await CommandLine.RunAsync(["--data", data, .. arguments], output);
        var lines = Encoding.UTF8.GetString(json.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new CliRun(
            exitCode, [.. lines.Select(line => JsonNode.Parse(line)!.AsObject())], text.ToString(), error.ToString());
    }

    /// <summary>The same, which must succeed.</summary>
    public static async Task<CliRun> DoneAsync(string data, params string[] arguments)
    {
        var run = await OfAsync(data, arguments);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)}: {run.Error}");
        Assert.Empty(run.Error);
        return run;
    }
}

using Vesper.Cli;
using Vesper.Cli.Terminal;
using Vesper.Hosts.Tests.Cli.Files;
using Vesper.Hosts.Tests.Cli.Verbs;

namespace Vesper.Hosts.Tests.Cli.Terminal;

/// <summary>What is behind stdout may be full.</summary>
[Collection(ToolInsideTheTestProcess.Name)]
public sealed class FullOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ThatIsAnErrorLikeAnother()
    {
        var data = _folder.PathOf("data");
        await CliRun.DoneAsync(data, "create", "docs", "--dim", "1", "--metric", "l2");
        var (exitCode, errors) = await RunAsync("list", "--json", "--data", data);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("error: the disk is full", errors, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"Storage\"", errors, StringComparison.Ordinal);

        // The first error counts.
        (exitCode, errors) = await RunAsync("count", "nope", "--json", "--data", data);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("error: There is no collection 'nope'", errors, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("delete", "docs", "--json", "--data", data)).ExitCode);
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(params string[] arguments)
    {
        using var full = new FullStream();
        using var error = new StringWriter();
        using var text = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            arguments, new Output(Output.MakePlainConsole(text), full, error, progress: null));
        return (exitCode, error.ToString());
    }

    /// <summary>Takes all that is written, and has no room for it.</summary>
    private sealed class FullStream : MemoryStream
    {
        public override void Flush() => throw new IOException("the disk is full");
    }
}

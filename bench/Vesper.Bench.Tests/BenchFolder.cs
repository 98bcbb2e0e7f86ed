using Spectre.Console;
using Vesper.Bench.Measuring;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Tests;

/// <summary>A folder of a test's own with a session that works in it; deleted at the end.</summary>
internal sealed class BenchFolder : IDisposable
{
    private readonly StringWriter _text = new();

    public BenchFolder() => Path = Directory.CreateTempSubdirectory("vesper-bench-tests-").FullName;

    public string Path { get; }

    public string Said => _text.ToString();

    public BenchOptions Options => new()
    {
        Cache = Path,
        Out = At("results.jsonl"),
        Limit = 300,
        Queries = 20,
    };

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public ResultLog OpenLog() => new(At("results.jsonl"), Machine.Describe(), "abc");

    public BenchSession OpenSession(ResultLog log, BenchOptions? options = null)
    {
        IAnsiConsole console = Output.MakePlainConsole(_text);
        console.Profile.Width = 1_000;
        return new BenchSession(options ?? Options, log, console);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

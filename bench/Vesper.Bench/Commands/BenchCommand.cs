using System.CommandLine;
using Spectre.Console;
using Vesper.Bench.Drivers;
using Vesper.Bench.Experiments;
using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Commands;

/// <summary>
/// The bench's command line: a verb for each experiment. Exit code 0: done; 1: something failed, or nothing was
/// measured; 2: wrong usage.
/// </summary>
internal static class BenchCommand
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    private static Option<bool> Smoke { get; } = new("--smoke")
    {
        Description = "Run every experiment on tiny data: does everything work?",
    };

    /// <summary>Parses and runs; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var console = Console.IsOutputRedirected ? Output.MakePlainConsole(Console.Out) : AnsiConsole.Console;
        var parsed = MakeRoot(console).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Report(string.Join(" ", parsed.Errors.Select(error => error.Message)), WrongUsage);
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException error)
        {
            return Report(error.Message, WrongUsage);
        }
        catch (OperationCanceledException)
        {
            return Report("cancelled", Failed);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or VesperException)
        {
            return Report(error.Message, Failed);
        }
    }

    private static RootCommand MakeRoot(IAnsiConsole console)
    {
        var root = new RootCommand("Measures Vesper and its peers side by side.") { Smoke };
        root.SetAction((parsed, cancellation) => parsed.GetValue(Smoke)
            ? SmokeRun.RunAsync(console, cancellation)
            : throw new UsageException("name an experiment, or give --smoke (see: --help)"));
        foreach (var experiment in ExperimentList.All)
        {
            root.Add(MakeVerb(experiment, console));
        }

        root.Add(ReportVerb.Create());
        root.Add(MakeDriver());
        return root;
    }

    private static Command MakeVerb(IExperiment experiment, IAnsiConsole console)
    {
        var verb = new Command(experiment.Name, experiment.Description);
        foreach (var option in BenchArguments.All)
        {
            verb.Add(option);
        }

        verb.SetAction((parsed, cancellation) =>
            RunAsync(experiment, BenchArguments.Read(parsed), console, cancellation));
        return verb;
    }

    private static Command MakeDriver()
    {
        var driver = new Command("driver", "Measures Vesper by commands from standard input") { Hidden = true };
        driver.SetAction((_, cancellation) => VesperDriver.RunAsync(Console.In, Console.Out, cancellation));
        return driver;
    }

    private static async Task<int> RunAsync(
        IExperiment experiment, BenchOptions options, IAnsiConsole console, CancellationToken cancellation)
    {
        var outcome = await ExperimentRun.RunAsync(experiment, options, console, cancellation);
        console.Line($"Results: {options.Out}, {outcome.Measured} measurements added; prepared data: {options.Cache}");
        foreach (var failure in outcome.Failures)
        {
            Console.Error.WriteLine($"failed: {failure}");
        }

        return outcome.IsGood ? 0 : Failed;
    }

    private static int Report(string message, int code)
    {
        Console.Error.WriteLine($"error: {message.ReplaceLineEndings(" ")}");
        return code;
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Vesper.Cli.Demo;
using Vesper.Cli.Importing;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;
using Vesper.Cli.Verbs;

namespace Vesper.Cli;

/// <summary>
/// The tool's command line: its verbs, and what becomes of errors. Exit code 0: done; 1: failed; 2: wrong usage.
/// </summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    private static readonly Func<Output, Command>[] Verbs =
    [
        DemoVerb.Create, CreateVerb.Create, DropVerb.Create, ListVerb.Create, InfoVerb.Create, ImportVerb.Create,
        ExportVerb.Create, GetVerb.Create, CountVerb.Create, ScrollVerb.Create, DeleteVerb.Create,
        SetPayloadVerb.Create, IndexVerb.Create, SearchVerb.Create, EvalVerb.Create, TuneVerb.Create,
        CompactVerb.Create, CheckVerb.Create,
    ];

    /// <summary>Parses and runs; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, Output output)
    {
        var parsed = MakeRoot(output).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        output.IsJson = parsed.GetValue(GlobalOptions.Json);
        if (UsageErrors(parsed, arguments) is { } errors)
        {
            output.WriteError("Usage", $"{errors} (see: {PathOf(parsed.CommandResult)} --help)");
            return WrongUsage;
        }

        var exitCode = await ReportAsync(output, () => parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromMinutes(1),
        }));

        // Also after an error: what was found before it is shown. The disk behind stdout may be full.
        var flushed = await ReportAsync(output, () =>
        {
            output.Json.Flush();
            return Task.FromResult(0);
        });
        return exitCode == 0 ? flushed : exitCode;
    }

    private static async Task<int> ReportAsync(Output output, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error)
        {
            return Report(error, output);
        }
    }

    private static string? UsageErrors(ParseResult parsed, string[] arguments)
    {
        if (parsed.Errors.Count > 0)
        {
            return string.Join(" ", parsed.Errors.Select(error => error.Message));
        }

        // Help is shown whatever else is on the line.
        return parsed.Action is HelpWithExamples || MistypedOptions.Find(parsed, arguments) is not { } mistyped
            ? null
            : $"There is no option '{mistyped}'; what begins with '-' and is no option stands behind --";
    }

    // The root is called by the name of its file; the tool has one of its own.
    private static string PathOf(CommandResult command) => command.Parent is CommandResult parent
        ? $"{PathOf(parent)} {command.Command.Name}"
        : "vesper";

    private static RootCommand MakeRoot(Output output)
    {
        var root = new RootCommand(
            "Vesper, a durable vector search engine: create, import, search and check collections.")
        {
            GlobalOptions.Data, GlobalOptions.Json, GlobalOptions.Recovery,
        };
        foreach (var create in Verbs)
        {
            root.Add(create(output));
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static int Report(Exception error, Output output)
    {
        switch (error)
        {
            case UsageException:
                output.WriteError("Usage", error.Message);
                return WrongUsage;
            case VesperException known:
                output.WriteError(known.Code.ToString(), known.Message);
                return Failed;
            case ImportStoppedException stopped:
                output.WriteError(stopped.Code.ToString(), stopped.Message);
                return Failed;
            case OperationCanceledException cancelled:
                // One that carries no token was made by a verb, which had something to say.
                var silent = cancelled.CancellationToken.CanBeCanceled;
                output.WriteError("Cancelled", silent ? "cancelled" : cancelled.Message);
                return Failed;
            case IOException or UnauthorizedAccessException:
                output.WriteError(nameof(VesperErrorCode.Storage), error.Message);
                return Failed;
            default:
                output.WriteDefect(error);
                return Failed;
        }
    }
}

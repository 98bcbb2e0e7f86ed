using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>check</c>: verifies the files offline, writing nothing.</summary>
internal static class CheckVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "The collection; all when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new VerbCommand(
            "check",
            "Verify all checksums, references, id maps, graph links and counts, offline; fails when anything is wrong",
            "check",
            "check docs --json")
        {
            name,
        }.Does(output, session => RunAsync(session, name));
    }

    private static async Task<int> RunAsync(Session session, Argument<string?> name)
    {
        var problems = new List<CheckProblem>();
        await session.Output.WithProgressAsync("Checking", progress => Task.Run(() => VesperDatabase.Check(
            session.DataPath, session.Optional(name), Report, progress, session.Cancellation)));
        if (!session.Output.IsJson)
        {
            WriteTable(session.Output.Console, problems);
        }

        return problems.Count == 0 ? 0 : 1;

        void Report(CheckProblem problem)
        {
            problems.Add(problem);
            if (session.Output.IsJson)
            {
                session.Output.Json.Write(writer => Write(writer, problem));
            }
        }
    }

    private static void Write(Utf8JsonWriter writer, CheckProblem problem)
    {
        writer.WriteString("file"u8, problem.File);
        writer.WriteNumber("offset"u8, problem.Offset);
        writer.WriteString("problem"u8, problem.Problem);
    }

    private static void WriteTable(IAnsiConsole console, List<CheckProblem> problems)
    {
        if (problems.Count == 0)
        {
            console.Line("Everything is in order.");
            return;
        }

        var table = Tables.Make("file", ">offset", "problem");
        foreach (var problem in problems)
        {
            table.Add(problem.File, problem.Offset < 0 ? "" : Shown.Number(problem.Offset), problem.Problem);
        }

        console.Write(table);
    }
}

using System.CommandLine;
using Spectre.Console;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>list</c>: the collections of a database.</summary>
internal static class ListVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output) =>
        new VerbCommand("list", "List the collections", "list", "list --data /srv/vesper --json")
            .Does(output, RunAsync);

    private static async Task RunAsync(Session session)
    {
        await using var database = await session.OpenToReadAsync();
        var rows = CollectionSummary.OfAll(database);
        if (session.Output.IsJson)
        {
            foreach (var row in rows)
            {
                session.Output.Json.Write(writer =>
                {
                    writer.WriteString("name"u8, row.Name);
                    writer.WriteNumberOrNull("points"u8, row.Info?.Points);
                    writer.WriteString("state"u8, row.State);
                    writer.WriteString("reason"u8, row.Reason);
                });
            }

            return;
        }

        var table = Tables.Make("collection", ">points", ">bytes", "state", "vectors");
        foreach (var row in rows)
        {
            table.Add(
                row.Name,
                row.Info is null ? "" : Shown.Number(row.Info.Points),
                row.Info is null ? "" : Shown.Bytes(row.Info.Bytes),
                row.State,
                row.Info is null ? "" : CollectionSummary.Fields(row.Info.Options));
        }

        session.Output.Console.Write(table);
        foreach (var row in rows.Where(row => row.Reason is not null))
        {
            session.Output.Console.Line($"{row.Name} is {row.State}: {row.Reason}");
        }
    }
}

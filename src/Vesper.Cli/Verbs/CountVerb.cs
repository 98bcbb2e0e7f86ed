using System.CommandLine;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>count</c>: points, or those that match.</summary>
internal static class CountVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var filter = QueryOptions.Filter();
        return new VerbCommand(
            "count",
            "Count the points, or those that match a filter",
            "count docs",
            "count docs --filter '{\"must\":[{\"key\":\"year\",\"range\":{\"gte\":2020}}]}'")
        {
            name, filter,
        }.Does(output, session => RunAsync(session, session.Value(name), session.Value(filter)));
    }

    private static async Task RunAsync(Session session, string name, Filter? filter)
    {
        await using var database = await session.OpenToReadAsync();
        var count = database.GetCollection(name).Count(filter, session.Cancellation);
        session.Output.Write(
            writer => writer.WriteNumber("count"u8, count), console => console.Line(Shown.Number(count)));
    }
}

using System.CommandLine;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>delete</c>: removes points by id or filter.</summary>
internal static class DeleteVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var ids = QueryOptions.Ids();
        var filter = QueryOptions.Filter();
        return new VerbCommand(
            "delete",
            "Delete points by id or filter; durable on return",
            "delete docs 17 18",
            "delete docs --filter '{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"xx\"}}]}'")
        {
            name, ids, filter,
        }.Does(output, session => RunAsync(
            session, session.Value(name), () => QueryOptions.Selector(session.Value(ids), session.Value(filter))));
    }

    private static async Task RunAsync(Session session, string name, Func<PointSelector> selector)
    {
        var selected = selector();
        await using var database = await session.OpenToWriteAsync();
        var options = new WriteOptions { Durability = Durability.Sync };
        var result = await database.GetCollection(name).DeleteAsync(selected, options, session.Cancellation);
        session.Output.Write(
            writer =>
            {
                writer.WriteNumber("deleted"u8, result.Affected);
                writer.WriteNumber("lsn"u8, result.Lsn.Value);
            },
            console => console.Line($"Deleted {Shown.Number(result.Affected)} points"));
    }
}

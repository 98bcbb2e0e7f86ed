using System.CommandLine;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>set-payload</c>: changes the payload of points by id or filter.</summary>
internal static class SetPayloadVerb
{
    private static readonly WriteOptions Durable = new() { Durability = Durability.Sync };

    private static Option<Payload?> Set { get; } =
        Parsed.Option<Payload?>("--payload", "JSON", "Set these top-level keys and keep the others", Payload.Parse);

    private static Option<bool> Overwrite { get; } =
        new("--overwrite") { Description = "With --payload: replace the whole payload" };

    private static Option<List<string>> Remove { get; } =
        Parsed.Options("--remove", "KEY", "Remove a top-level key; may be repeated", text => text);

    private static Option<bool> Clear { get; } = new("--clear") { Description = "Empty the payload" };

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var ids = QueryOptions.Ids();
        var filter = QueryOptions.Filter();
        return new VerbCommand(
            "set-payload",
            "Change the payload of points by id or filter; durable on return",
            "set-payload docs 17 --payload '{\"lang\":\"en\"}'",
            "set-payload docs 17 18 --remove draft",
            "set-payload docs --clear --filter '{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"xx\"}}]}'")
        {
            name, ids, filter, Set, Overwrite, Remove, Clear,
        }.Does(output, session => RunAsync(
            session, session.Value(name), () => QueryOptions.Selector(session.Value(ids), session.Value(filter))));
    }

    private static async Task RunAsync(Session session, string name, Func<PointSelector> selector)
    {
        var change = Change(session, selector());
        await using var database = await session.OpenToWriteAsync();
        var result = await change(database.GetCollection(name));
        session.Output.Write(
            writer =>
            {
                writer.WriteNumber("changed"u8, result.Affected);
                writer.WriteNumber("lsn"u8, result.Lsn.Value);
            },
            console => console.Line($"Changed {Shown.Number(result.Affected)} points"));
    }

    private static Func<Collection, ValueTask<WriteResult>> Change(Session session, PointSelector points)
    {
        var set = session.Value(Set);
        var remove = session.Value(Remove)!;
        var clear = session.Value(Clear);
        var overwrite = session.Value(Overwrite);
        var asked = (set is null ? 0 : 1) + (remove.Count > 0 ? 1 : 0) + (clear ? 1 : 0);
        if (asked != 1 || (overwrite && set is null))
        {
            throw new UsageException("give one of --payload (with or without --overwrite), --remove and --clear");
        }

        if (clear)
        {
            return collection => collection.ClearPayloadAsync(points, Durable, session.Cancellation);
        }

        if (remove.Count > 0)
        {
            return collection => collection.DeletePayloadAsync(points, remove, Durable, session.Cancellation);
        }

        return overwrite
            ? collection => collection.OverwritePayloadAsync(points, set!, Durable, session.Cancellation)
            : collection => collection.SetPayloadAsync(points, set!, Durable, session.Cancellation);
    }
}

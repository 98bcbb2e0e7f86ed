using System.CommandLine;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>index</c>: adds or drops a payload index.</summary>
internal static class IndexVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output) =>
        new VerbCommand("index", "Add or drop a payload index", "index add docs lang:keyword", "index drop docs lang")
        {
            Add(output), Drop(output),
        };

    private static VerbCommand Add(Output output)
    {
        var name = QueryOptions.CollectionName();
        var index = Parsed.Argument(
            "PATH:TYPE",
            "The payload path and its type: keyword, integer, float, bool or datetime",
            Values.PayloadIndex);
        return new VerbCommand(
            "add",
            "Add a payload index and build it over what is stored",
            "index add docs lang:keyword",
            "index add docs meta.year:integer")
        {
            name, index,
        }.Does(output, session => AddAsync(session, session.Value(name), session.Value(index)));
    }

    private static VerbCommand Drop(Output output)
    {
        var name = QueryOptions.CollectionName();
        var path = new Argument<string>("PATH") { Description = "The payload path" };
        return new VerbCommand("drop", "Drop a payload index; fails when there is none", "index drop docs lang")
        {
            name, path,
        }.Does(output, session => DropAsync(session, session.Value(name), session.Value(path)));
    }

    private static async Task AddAsync(Session session, string name, KeyValuePair<string, PayloadIndexType> index)
    {
        await using var database = await session.OpenToWriteAsync();
        var collection = database.GetCollection(name);
        await session.Output.WithProgressAsync(
            "Indexing", _ => collection.CreatePayloadIndexAsync(index.Key, index.Value, session.Cancellation).AsTask());
        session.Output.Write(
            writer => writer.WriteString("index_added"u8, index.Key),
            console => console.Line($"Indexed {index.Key} as {CollectionSummary.NameOf(index.Value)}"));
    }

    private static async Task DropAsync(Session session, string name, string path)
    {
        await using var database = await session.OpenToWriteAsync();
        if (!await database.GetCollection(name).DropPayloadIndexAsync(path, session.Cancellation))
        {
            throw new NotFoundException("payload index", path);
        }

        session.Output.Write(
            writer => writer.WriteString("index_dropped"u8, path),
            console => console.Line($"Dropped the index of {path}"));
    }
}

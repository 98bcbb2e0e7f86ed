using System.CommandLine;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>drop</c>: deletes a collection.</summary>
internal static class DropVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        return new VerbCommand("drop", "Delete a collection and its files; there is no way back", "drop docs")
        {
            name,
        }.Does(output, session => RunAsync(session, session.Value(name)));
    }

    private static async Task RunAsync(Session session, string name)
    {
        await using var database = await session.OpenToWriteAsync();
        await database.DropCollectionAsync(name, session.Cancellation);
        session.Output.Write(
            writer => writer.WriteString("dropped"u8, name), console => console.Line($"Dropped {name}"));
    }
}

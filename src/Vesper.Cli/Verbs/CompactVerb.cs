using System.CommandLine;
using System.Diagnostics;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>compact</c>: merges to few segments and indexes everything now.</summary>
internal static class CompactVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        return new VerbCommand(
            "compact", "Merge to few segments, drop deleted rows and index everything now", "compact docs")
        {
            name,
        }.Does(output, session => RunAsync(session, session.Value(name)));
    }

    private static async Task RunAsync(Session session, string name)
    {
        await using var database = await session.OpenToWriteAsync();
        var collection = database.GetCollection(name);
        var before = collection.GetInfo();
        var clock = Stopwatch.StartNew();
        await session.Output.WithProgressAsync(
            "Compacting", progress => collection.CompactAsync(progress, session.Cancellation).AsTask());
        var seconds = clock.Elapsed.TotalSeconds;
        var after = collection.GetInfo();
        session.Output.Write(
            writer =>
            {
                writer.WriteString("compacted"u8, name);
                writer.WriteNumber("points"u8, after.Points);
                writer.WriteNumber("segments"u8, after.Segments);
                writer.WriteNumber("bytes"u8, after.Bytes);
                writer.WriteNumber("seconds"u8, Math.Round(seconds, 3));
            },
            console => console.Line(
                $"Compacted {name}: {before.Segments} to {after.Segments} segments, {Shown.Bytes(before.Bytes)} to "
                + $"{Shown.Bytes(after.Bytes)}, in {Shown.Number(seconds, 1)} s"));
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.IO.Compression;
using Vesper.Cli.Files;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>export</c>: writes points as JSON lines that <c>import</c> reads back.</summary>
internal static class ExportVerb
{
    private const int PageBytes = 8 << 20;

    private static Option<string?> Out { get; } = new("--out")
    {
        HelpName = "FILE",
        Description = "Where to write, packed when the name ends in .gz; stdout when left out",
    };

    private static Option<bool> NoVectors { get; } = QueryOptions.NoVectors();

    private static Option<bool> NoPayload { get; } = QueryOptions.NoPayload();

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var filter = QueryOptions.Filter();
        return new VerbCommand(
            "export",
            "Write points in id order as JSON lines, which import reads back bit by bit",
            "export docs --out docs.jsonl.gz",
            "export docs --filter '{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}]}' > en.jsonl")
        {
            name, Out, filter, NoVectors, NoPayload,
        }
        .Noted("Without vectors the lines are for other programs: import needs a vector for each field.")
        .Does(output, session => RunAsync(session, session.Value(name), session.Value(filter)));
    }

    private static async Task RunAsync(Session session, string name, Filter? filter)
    {
        await using var database = await session.OpenToReadAsync();
        var collection = database.GetCollection(name);
        if (session.Value(Out) is not { } path)
        {
            WritePages(session, collection, filter, session.Output.Json, null);
            return;
        }

        var clock = Stopwatch.StartNew();
        var points = 0L;
        await session.Output.WithProgressAsync("Exporting", progress => Task.Run(() =>
        {
            using var file = new OutputFile(path);
            using (var stream = Packed(path, file.Stream))
            {
                points = WritePages(session, collection, filter, new JsonOutput(stream), progress);
            }

            file.Complete();
        }));
        session.Output.Write(
            writer =>
            {
                writer.WriteNumber("exported"u8, points);
                writer.WriteString("out"u8, path);
            },
            console => console.Line(
                $"Exported {Shown.Number(points)} points to {path} in "
                + $"{Shown.Number(clock.Elapsed.TotalSeconds, 1)} s"));
    }

    private static long WritePages(
        Session session, Collection collection, Filter? filter, JsonOutput lines, IProgress<WorkProgress>? progress)
    {
        var total = progress is null ? 0 : collection.Count(filter, session.Cancellation);
        var request = new ScrollRequest
        {
            Limit = PageRows(collection.Options),
            Filter = filter,
            WithVectors = !session.Value(NoVectors),
            WithPayload = !session.Value(NoPayload),
        };
        var points = 0L;
        while (true)
        {
            var page = collection.Scroll(request, session.Cancellation);
            foreach (var point in page.Points)
            {
                lines.WriteValue(writer => JsonPoint.Write(writer, point));
            }

            points += page.Points.Count;
            progress?.Report(new WorkProgress("", points, total));
            if (page.Next is not { } next)
            {
                return points;
            }

            request = request with { From = next };
        }
    }

    private static Stream Packed(string path, Stream stream) =>
        LineReader.IsPacked(path) ? new GZipStream(stream, CompressionLevel.Optimal) : stream;

    // So many rows that a page's vectors take a few megabytes.
    private static int PageRows(CollectionOptions options) =>
        Math.Clamp(PageBytes / options.Vectors.Sum(field => field.Value.Dimensions * sizeof(float)), 1, 1_000);
}

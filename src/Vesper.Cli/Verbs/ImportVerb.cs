using System.CommandLine;
using System.Diagnostics;
using Vesper.Cli.Files;
using Vesper.Cli.Importing;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>import</c>: writes points from files.</summary>
internal static class ImportVerb
{
    private static Option<string> Vectors { get; } = new("--vectors")
    {
        HelpName = "FILE",
        Description = $"Vectors: {RowFile.VectorFormats}, or JSON lines (.jsonl, .jsonl.gz) of "
            + "{\"id\",\"vector\" or \"vectors\",\"payload\"}",
        Required = true,
    };

    private static Option<string?> PayloadFile { get; } = new("--payload")
    {
        HelpName = "FILE",
        Description = "Payloads beside a vector file: .jsonl or .jsonl.gz, line n for row n",
    };

    private static Option<string?> IdFile { get; } = new("--ids")
    {
        HelpName = "FILE",
        Description = "Ids beside a vector file: one a line, as text or (.jsonl) as JSON; the row number when left out",
    };

    private static Option<int> Batch { get; } =
        Parsed.Integer(
            "--batch", "Points of a batch; a batch is written whole or not at all", new(1, Limits.BatchPoints), 1_000);

    private static Option<Durability?> Level { get; } = Parsed.Option(
        "--durability",
        "sync|interval:MS|none",
        "When a batch is acknowledged: after fsync, with an fsync every MS milliseconds, or with one at the end "
        + "[default: the collection's]",
        Values.Durability);

    private static Option<long> Skip { get; } =
        Parsed.Option("--skip", "N", "Pass over the first N rows: resumes after the last {\"acked\":N}", Values.Rows);

    private static Option<bool> NoWait { get; } =
        new("--no-wait") { Description = "Do not wait for indexing at the end" };

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        return new VerbCommand(
            "import",
            "Write points from files",
            "import words --vectors base.fbin --ids words.txt",
            "import docs --vectors base.fbin --payload docs.jsonl.gz --durability interval:100",
            "import docs --vectors docs.jsonl.gz --batch 500 --skip 20000")
        {
            name, Vectors, PayloadFile, IdFile, Batch, Level, Skip, NoWait, QueryOptions.Field,
        }.Noted(
            """
            The input is read once before the first write, and refused whole when anything in it does not fit. Ids are
            row numbers from 0 where none are given; a point whose id exists is replaced; of repeated ids the last wins.

            Where a collection has several vector fields, JSON lines with "vectors" make points of all of them:
            {"id":1,"vectors":{"image":[…],"caption":[…]},"payload":{…}}. With --field, a vector file, or JSON lines
            with "vector", replace that field of points that exist, and leave the rest of them as it is.

            With --json, {"acked":n} says that the first n points of the input, skipped ones included, are on stable
            storage.
            """).Does(output, session => RunAsync(session, session.Value(name)));
    }

    private static async Task RunAsync(Session session, string name)
    {
        var input = new PointInput(
            session.Value(Vectors)!, session.Value(PayloadFile), session.Value(IdFile), session.Field ?? "");
        var options = new ImportOptions(session.Value(Batch), session.Value(Level), session.Value(Skip));
        await using var database = await session.OpenToWriteAsync();
        var target = ImportTarget.Of(database.GetCollection(name), input);
        var total = 0L;
        await session.Output.WithProgressAsync("Checking", progress => Task.Run(
            () => total = ImportCheck.Run(input, target, progress, session.Cancellation)));

        if (options.Skip > total)
        {
            throw new SchemaException("--skip", $"passes over {options.Skip} rows, and the input has {total}");
        }

        var clock = Stopwatch.StartNew();
        var points = await WriteAsync(session, target, input, options, total);
        var seconds = clock.Elapsed.TotalSeconds;
        if (!session.Value(NoWait))
        {
            await IndexAsync(session, target.Collection, total);
        }

        WriteSummary(session, target, points, seconds, clock.Elapsed.TotalSeconds);
    }

    private static async Task<long> WriteAsync(
        Session session, ImportTarget target, PointInput input, ImportOptions options, long total)
    {
        using var reader = input.Open();
        var run = new ImportRun(target, options, points => Acknowledge(session.Output, points));
        var written = 0L;
        try
        {
            await session.Output.WithProgressAsync(
                "Importing",
                async progress => written = await run.RunAsync(reader, total, progress, session.Cancellation));
        }
        catch (OperationCanceledException) when (session.Cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException($"cancelled; {run.Outcome}");
        }
        catch (Exception error) when (error is VesperException or IOException)
        {
            throw new ImportStoppedException(error, run.Outcome);
        }

        return written;
    }

    private static async Task IndexAsync(Session session, Collection collection, long total)
    {
        var outcome = $"all {total} points are stored; indexing goes on while the database is open for writing, and "
            + $"`vesper compact {collection.Name}` completes it";
        try
        {
            await session.Output.WithProgressAsync(
                "Indexing", progress => collection.WaitForIndexingAsync(progress, session.Cancellation).AsTask());
        }
        catch (OperationCanceledException) when (session.Cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException($"cancelled while indexing; {outcome}");
        }
        catch (VesperException error)
        {
            throw new ImportStoppedException(error, $"this was while indexing: {outcome}");
        }
    }

    private static void Acknowledge(Output output, long points)
    {
        if (output.IsJson)
        {
            output.Json.Write(writer => writer.WriteNumber("acked"u8, points));
            output.Json.Flush();
        }
    }

    private static void WriteSummary(
        Session session, ImportTarget target, long points, double seconds, double secondsWithIndexing)
    {
        var done = target.Replaced is null
            ? $"Imported {Shown.Number(points)} points"
            : $"Replaced the vectors '{target.Replaced}' of {Shown.Number(points)} points";
        var rate = seconds > 0 ? points / seconds : 0;
        session.Output.Write(
            writer =>
            {
                writer.WriteNumber("points"u8, points);
                writer.WriteNumber("seconds"u8, Math.Round(seconds, 3));
                writer.WriteNumber("points_per_second"u8, Math.Round(rate, 1));
                writer.WriteNumber("seconds_with_indexing"u8, Math.Round(secondsWithIndexing, 3));
            },
            console => console.Line(
                $"{done} in {Shown.Number(seconds, 1)} s ({Shown.Number(rate)} "
                + $"points/s); indexed after {Shown.Number(secondsWithIndexing, 1)} s"));
    }
}

using System.Diagnostics;
using Spectre.Console;
using Vesper.Cli.Queries;
using Vesper.Cli.Terminal;
using Vesper.Cli.Text;

namespace Vesper.Cli.Demo;

/// <summary>The steps of the demo, one method each, in order.</summary>
internal sealed class DemoRun(Session session)
{
    /// <summary>
    /// The collection that the demo makes, and remakes at every run; it touches no other, nor one of the user's own.
    /// </summary>
    public const string CollectionName = "debian-packages";

    private const int BatchPoints = 500;
    private const int ResultsShown = 5;

    private readonly Output _output = session.Output;
    private readonly WordVectorEmbedder _embedder = ShippedWords.Embedder;

    /// <summary>Runs the tour; returns the exit code.</summary>
    public async Task<int> RunAsync()
    {
        DemoProof before;
        await using (var database = await session.OpenToWriteAsync(create: true))
        {
            Heading("A collection from real data");
            var collection = await CreateAsync(database);
            var points = await ImportAsync(collection);
            Heading("Search by text, with and without a filter");
            Ask(collection);
            Heading("Recall against the exact answer, and speed");
            await new DemoMeasurement(session, _embedder).RunAsync(collection, points);
            before = DemoProof.Take(collection, FirstQuestion());
        }

        Heading("Closed and opened again");
        return await ReopenAsync(before) ? 0 : 1;
    }

    private float[] FirstQuestion() => _embedder.Embed(DebianSample.LoadQuestions()[0].Text);

    private async Task<Collection> CreateAsync(VesperDatabase database)
    {
        var options = DebianSample.Options(_embedder.Dimensions);
        if (database.ListCollections().Contains(CollectionName))
        {
            if (!DebianSample.Made(database.GetCollection(CollectionName), options))
            {
                throw new SchemaException(
                    CollectionName,
                    "is a collection that the demo did not make: its fields or indexes are others. Drop it, or give "
                    + "the demo another database with --data");
            }

            await database.DropCollectionAsync(CollectionName, session.Cancellation);
            Say($"Dropped the collection {CollectionName} of an earlier run.", "dropped");
        }

        var collection = await database.CreateCollectionAsync(CollectionName, options, session.Cancellation);
        Say(
            $"Created {CollectionName} in {Path.GetFullPath(database.Path)}: {CollectionSummary.Fields(options)}; "
            + $"payload indexes on {string.Join(", ", options.PayloadIndexes.Keys)}.",
            "created");
        return collection;
    }

    private async Task<List<Point>> ImportAsync(Collection collection)
    {
        var clock = Stopwatch.StartNew();
        var points = DebianSample.LoadPoints(_embedder);
        Say(
            $"Read and embedded {Shown.Number(points.Count)} package descriptions in {Seconds(clock)}, offline, by "
            + "the mean of their word vectors.",
            "embedded");
        clock.Restart();
        var writes = points.Chunk(BatchPoints)
            .Select(batch => collection.UpsertAsync(batch, null, session.Cancellation).AsTask())
            .ToArray();
        await Task.WhenAll(writes);
        var rate = points.Count / clock.Elapsed.TotalSeconds;
        var imported = Seconds(clock);
        await _output.WithProgressAsync(
            "Indexing", progress => collection.WaitForIndexingAsync(progress, session.Cancellation).AsTask());
        Say(
            $"Imported them in {imported}, {Shown.Number(rate)} points/s, each on stable storage before it was "
            + $"acknowledged; the graph was complete after {Seconds(clock)}.",
            "imported");
        return points;
    }

    private void Ask(Collection collection)
    {
        foreach (var (index, question) in DebianSample.LoadQuestions().Index())
        {
            var request = new SearchRequest
            {
                Vector = _embedder.Embed(question.Text),
                Limit = ResultsShown,
                Filter = question.FilterJson is null ? null : Filter.Parse(question.FilterJson),
            };

            // Once before the clock starts: the first call compiles the code that it runs.
            collection.Search(request, session.Cancellation);
            var start = Stopwatch.GetTimestamp();
            var hits = collection.Search(request, session.Cancellation);
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (_output.IsJson)
            {
                HitOutput.WriteJson(_output.Json, index, hits);
                continue;
            }

            ShowHits(question, collection.Count(request.Filter, session.Cancellation), hits, elapsed);
        }
    }

    private void ShowHits(DemoQuestion question, long matches, IReadOnlyList<SearchHit> hits, TimeSpan elapsed)
    {
        var among = question.FilterJson is null ? "all" : "the " + Shown.Number(matches) + " that match";
        _output.Console.MarkupLineInterpolated(
            $"[bold]“{question.Text}”[/] among {among}, in {Shown.Number(elapsed.TotalMilliseconds, 2)} ms");
        if (question.FilterJson is not null)
        {
            _output.Console.MarkupLineInterpolated($"[grey]{question.FilterJson}[/]");
        }

        var table = Tables.Make("name", "section", ">score", "text");
        foreach (var hit in hits)
        {
            table.Add(
                DebianSample.Text(hit.Payload!, "package"),
                DebianSample.Text(hit.Payload!, "section"),
                Shown.Number(hit.Score, 3),
                DebianSample.Text(hit.Payload!, "short"));
        }

        _output.Console.Write(table);
    }

    private async Task<bool> ReopenAsync(DemoProof before)
    {
        var clock = Stopwatch.StartNew();
        await using var database = await session.OpenToReadAsync();
        var opened = Seconds(clock);
        var collection = database.GetCollection(CollectionName);
        var report = CollectionSummary.Of(database, CollectionName);
        var difference = before.DifferenceTo(DemoProof.Take(collection, FirstQuestion()));
        if (difference is not null)
        {
            _output.WriteError(nameof(VesperErrorCode.CorruptData), $"after reopening, {difference}");
            return false;
        }

        Say(
            $"Opened in {opened}, replaying {Shown.Number(report.Opened?.RecordsReplayed ?? 0)} log records. All there:"
            + $" {Shown.Number(before.Points)} points, point {before.Point.Id} with the same vector and payload, and "
            + $"the same {before.Hits.Count} best answers to the first question.",
            "reopened");
        ShowNext(database, report.Info?.Bytes ?? 0);
        return true;
    }

    private void ShowNext(VesperDatabase database, long bytes)
    {
        Heading("What next");
        Say(
            $"The data lies in {Path.GetFullPath(database.Path)} ({Shown.Bytes(bytes)}); delete it with `vesper drop`.",
            "data");
        if (_output.IsJson)
        {
            return;
        }

        var data = session.IsDefaultData ? "" : $" --data {session.DataPath}";
        string[] lines =
        [
            $"search {CollectionName}{data} --text \"edit photographs\"",
            $"search {CollectionName}{data} --text \"chat with friends\" --k 3 --filter "
            + "'{\"must\":[{\"key\":\"section\",\"match\":{\"value\":\"net\"}}]}'",
            $"info {CollectionName}{data}",
            $"check{data}",
            "--help",
        ];
        foreach (var line in lines)
        {
            _output.Console.MarkupLineInterpolated($"  [green]vesper[/] {line}");
        }

        _output.Console.Line("In a clone, `dotnet run -c Release --project src/Vesper.Cli --` stands for `vesper`.");
    }

    private void Heading(string text)
    {
        if (!_output.IsJson)
        {
            _output.Console.Write(new Rule($"[bold yellow]{Markup.Escape(text)}[/]").LeftJustified());
        }
    }

    private void Say(string text, string key) =>
        _output.Write(writer => writer.WriteString(key, text), console => console.Line(text));

    private static string Seconds(Stopwatch clock) => $"{Shown.Number(clock.Elapsed.TotalSeconds, 2)} s";
}

using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;
using Vesper.Cli.Tuning;

namespace Vesper.Cli.Verbs;

/// <summary><c>tune</c>: proposes parameters of an inverted file for a recall and a memory budget.</summary>
internal static class TuneVerb
{
    private const int Queries = 500;

    private static Option<double> Target { get; } = new("--target")
    {
        HelpName = "R",
        Description = "Recall to reach, above 0 and below 1",
        DefaultValueFactory = _ => 0.95,
    };

    private static Option<double?> Budget { get; } = Parsed.Option<double?>(
        "--memory-mib",
        "MIB",
        "Most MiB that the lists of all points may take [default: no limit]",
        text => double.TryParse(text, CultureInfo.InvariantCulture, out var mib) && mib > 0 && double.IsFinite(mib)
            ? mib
            : throw new UsageException($"'{text}' must be a number of MiB above 0"));

    private static Option<int> Sample { get; } = Parsed.Integer(
        "--sample", "Points to try settings on", new(IndexOptions.InvertedFromRows, 10_000_000), 100_000);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var k = QueryOptions.K();
        return new VerbCommand(
            "tune",
            "Try settings of an inverted file on a sample and propose one",
            "tune docs --target 0.95",
            "tune docs --target 0.9 --memory-mib 512 --sample 200000 --k 100")
        {
            name, Target, Budget, Sample, k, QueryOptions.Field,
        }.Noted(
            """
            Each setting is built on a sample of the collection's points, in a temporary database; other points of it
            are the queries. Lists are probed until the recall is reached. More points than the sample need somewhat
            more probes: check the proposal with eval. The collection is only read.
            """).Does(output, session => RunAsync(session, session.Value(name), session.Value(k)));
    }

    private static async Task<int> RunAsync(Session session, string name, int k)
    {
        var target = session.Value(Target);
        if (target is not (> 0 and < 1))
        {
            throw new UsageException("--target must be above 0 and below 1");
        }

        await using var database = await session.OpenToReadAsync();
        var collection = database.GetCollection(name);
        var (fieldName, field) = collection.Options.ResolveField(session.Field);
        if (field.Metric == Metric.Manhattan)
        {
            throw new SchemaException(name, "inverted files take l2, dot and cosine, not manhattan");
        }

        var bytesPerRow = session.Value(Budget) is { } mib
            ? mib * (1 << 20) / Math.Max(1, collection.Count(cancellation: session.Cancellation))
            : double.PositiveInfinity;
        var candidates = TuneCandidates.Within(field.Dimensions, bytesPerRow);
        if (candidates.Count == 0)
        {
            throw new UsageException(
                $"--memory-mib leaves {Shown.Number(bytesPerRow, 1)} bytes a row: no encoding of {field.Dimensions} "
                + "dimensions fits");
        }

        var sample = TuneSample.Draw(
            collection, fieldName, (session.Value(Sample), Queries), session.Cancellation);
        var rows = await TryAllAsync(session, new TuneTrial(sample, field, k), candidates, target);
        return Propose(session, rows, (name, k));
    }

    private static async Task<List<TuneRow>> TryAllAsync(
        Session session, TuneTrial trial, IReadOnlyList<IvfOptions> candidates, double target)
    {
        await using var _ = trial;
        var rows = new List<TuneRow>();
        foreach (var (at, options) in candidates.Index())
        {
            TuneRow? row = null;
            await session.Output.WithProgressAsync(
                $"Setting {at + 1} of {candidates.Count}",
                async progress => row = await trial.RunAsync(options, target, progress, session.Cancellation));
            rows.Add(row!);
            if (session.Output.IsJson)
            {
                session.Output.Write(row!.Write, _ => { });
                session.Output.Json.Flush();
            }
        }

        return rows;
    }

    private static int Propose(Session session, List<TuneRow> rows, (string Name, int K) of)
    {
        var table = TuneRow.MakeTable(of.K);
        foreach (var row in rows.OrderByDescending(row => row.Reaches).ThenByDescending(row => row.QueriesPerSecond))
        {
            row.AddTo(table);
        }

        var best = rows.Where(row => row.Reaches).MaxBy(row => row.QueriesPerSecond);
        session.Output.Write(
            writer =>
            {
                if (best is null)
                {
                    writer.WriteNull("proposal"u8);
                }
                else
                {
                    writer.WriteString("proposal"u8, best.CommandLine);
                }
            },
            console =>
            {
                console.Write(table);
                console.Line(best is null
                    ? "No setting reaches the recall within the budget."
                    : $"Proposal: vesper create {of.Name} … {best.CommandLine}");
            });
        return best is null ? 1 : 0;
    }
}

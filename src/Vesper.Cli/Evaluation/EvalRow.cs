using System.Text.Json;
using Spectre.Console;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Evaluation;

/// <summary>The result of one setting.</summary>
/// <param name="Effort">What the search was allowed.</param>
/// <param name="K">Results wanted.</param>
/// <param name="Recall">Mean recall@k.</param>
/// <param name="Short">Queries that gave another number of results than min(k, matches).</param>
/// <param name="Run">Times.</param>
internal sealed record EvalRow(Effort Effort, int K, double Recall, int Short, TimedRun Run)
{
    /// <summary>Judges a timed run.</summary>
    public static EvalRow Judge(Effort effort, int k, TimedRun run, RecallJudge judge)
    {
        var recall = 0.0;
        var wrongCount = 0;
        foreach (var (query, returned) in run.Returned.Index())
        {
            recall += judge.Recall(query, returned);
            wrongCount += returned.Length == judge.Expected(query) ? 0 : 1;
        }

        return new EvalRow(effort, k, recall / run.Returned.Length, wrongCount, run);
    }

    /// <summary>An empty table of rows.</summary>
    public static Table MakeTable(string effort, int k) => Tables.Make(
        ">" + effort, $">recall@{k}", ">queries/s", ">p50 ms", ">p95 ms", ">p99 ms", ">short");

    /// <summary>Adds the row to a table.</summary>
    public void AddTo(Table table) => table.Add(
        Effort.Value is { } effort ? Shown.Number(effort) : "exact",
        Shown.Number(Recall, 4),
        Shown.Number(Run.QueriesPerSecond),
        Shown.Number(Run.Percentile(0.50), 3),
        Shown.Number(Run.Percentile(0.95), 3),
        Shown.Number(Run.Percentile(0.99), 3),
        Shown.Number(Short));

    /// <summary>Writes the keys of the row.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        if (Effort.Value is { } effort)
        {
            writer.WriteNumber(Effort.Name, effort);
        }
        else
        {
            writer.WriteBoolean("exact"u8, true);
        }

        writer.WriteNumber("k"u8, K);
        writer.WriteNumber("recall"u8, Math.Round(Recall, 6));
        writer.WriteNumber("qps"u8, Math.Round(Run.QueriesPerSecond, 1));
        writer.WriteNumber("p50_ms"u8, Math.Round(Run.Percentile(0.50), 4));
        writer.WriteNumber("p95_ms"u8, Math.Round(Run.Percentile(0.95), 4));
        writer.WriteNumber("p99_ms"u8, Math.Round(Run.Percentile(0.99), 4));
        writer.WriteNumber("queries"u8, Run.Returned.Length);
        writer.WriteNumber("short"u8, Short);
    }
}

/// <summary>What a search is allowed: candidates of a graph, lists of an inverted file, or everything.</summary>
/// <param name="Name">"ef" or "nprobe".</param>
/// <param name="Value">How many, or null for the exact answer.</param>
internal readonly record struct Effort(string Name, int? Value)
{
    /// <summary>Candidates kept while walking a graph.</summary>
    public const string Candidates = "ef";

    /// <summary>Lists probed in an inverted file.</summary>
    public const string Lists = "nprobe";

    /// <summary>The request with this effort.</summary>
    public SearchRequest Of(SearchRequest request) => Name == Lists
        ? request with { Probes = Value }
        : request with { EfSearch = Value };

    /// <inheritdoc/>
    public override string ToString() => Value is { } value ? $"{Name} {value}" : "exact";
}

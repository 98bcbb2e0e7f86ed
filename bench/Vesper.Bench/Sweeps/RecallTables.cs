using System.Globalization;
using Spectre.Console;
using Vesper.Bench.Drivers;
using Vesper.Bench.Measuring;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Sweeps;

/// <summary>Prints curves, and ratios at equal recall.</summary>
internal static class RecallTables
{
    private static readonly double[] Targets = [0.90, 0.95, 0.99];

    /// <summary>Prints all groups of one data set.</summary>
    public static void Write(IAnsiConsole console, string dataset, IReadOnlyList<Measurement> results)
    {
        foreach (var group in results.GroupBy(GroupOf).OrderBy(group => group.Key))
        {
            var (k, threads) = group.Key;
            var points = group.ToArray();
            console.Line("");
            console.Line($"{dataset}, k = {k}, {threads} thread{(threads == 1 ? "" : "s")}");
            console.Write(Curves(points, k));
            var noise = Comparison.NoiseOf(points);
            console.Line(
                $"Noise {Percent(noise)}: vesper {points[0].Variant} measured by two processes, and the spread of the "
                + "repeats");
            var ratios = Ratios(points, noise);
            if (ratios.Rows.Count > 0)
            {
                console.Write(ratios);
            }
        }
    }

    private static (int K, int Threads) GroupOf(Measurement point) =>
        (Number(point, "k"), Number(point, "threads"));

    private static int Number(Measurement point, string name) =>
        int.Parse(Comparison.ParameterOf(point, name) ?? "0", CultureInfo.InvariantCulture);

    private static Table Curves(IReadOnlyList<Measurement> points, int k)
    {
        var table = Tables.Make(
            "engine", "variant", "effort", $">recall@{k}", ">queries/s", ">±", ">p50 ms", ">p95 ms", ">p99 ms");
        foreach (var point in points)
        {
            table.Add(
                point.Engine + (point.Twin ? " (twin)" : ""),
                point.Variant,
                Comparison.EffortOf(point),
                Shown.Number(point.Figures[$"recall_{k}"], 4),
                Shown.Number(point.Figures["qps"]),
                point.Noise.TryGetValue("qps", out var spread) ? Percent(spread) : "",
                Shown.Number(point.Figures["p50_ms"], 3),
                Shown.Number(point.Figures["p95_ms"], 3),
                Shown.Number(point.Figures["p99_ms"], 3));
        }

        return table;
    }

    private static Table Ratios(IReadOnlyList<Measurement> points, double noise)
    {
        var table = Tables.Make("vesper against", ">recall", ">ratio", "verdict", "vesper's points", "their points");
        var ours = points.Where(point => point.Engine == DriverCatalog.Vesper).ToArray();
        foreach (var peer in points.Where(point => point.Engine != DriverCatalog.Vesper).GroupBy(point => point.Engine))
        {
            var claimed = peer.Where(point => Comparison.WhyNotClaimed([point]) is null).ToArray();
            foreach (var target in Targets)
            {
                Add(table, peer.Key, target, Comparison.AtRecall(ours, claimed, target, noise));
            }

            if (Comparison.WhyNotClaimed(peer) is { } reason)
            {
                table.Add(peer.Key + " IVF", "", "–", reason, "", "");
            }
        }

        return table;
    }

    private static void Add(Table table, string peer, double target, Comparison? comparison) => table.Add(
        peer,
        Shown.Number(target, 2),
        comparison is null ? "–" : Shown.Number(comparison.Ratio, 2),
        comparison is null ? "not reached by both" : $"{comparison.Verdict} (noise {Percent(comparison.Noise)})",
        Points(comparison?.Ours),
        Points(comparison?.Theirs));

    private static string Points(CurvePoint[]? points) => string.Join(
        " – ",
        (points ?? []).Select(p => $"{Shown.Number(p.Recall, 3)} at {Shown.Number(p.Qps)}/s, {p.Effort}"));

    private static string Percent(double share) => Shown.Number(share * 100, 1) + " %";
}

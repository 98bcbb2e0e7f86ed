using System.Globalization;
using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>Where, when and of which commit was measured.</summary>
internal sealed class MachineSection : ISection
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var runs = results.All.GroupBy(one => (one.Machine, one.Commit)).ToArray();
        var blocks = new List<Block>();
        if (runs.Select(run => run.Key.Machine).Distinct().Count() > 1)
        {
            blocks.Add(new Prose(
                "These measurements come from more than one machine: do not compare figures across them.", true));
        }

        if (runs.Select(run => run.Key.Commit).Distinct().Count() > 1)
        {
            blocks.Add(new Prose("These measurements come from more than one commit.", true));
        }

        blocks.AddRange(runs.Select(run => TableOf(run.Key.Machine, run.Key.Commit, [.. run])));
        return new ReportSection("machine", "Machine", blocks);
    }

    private static DataTable TableOf(MachineFacts? machine, string commit, IReadOnlyList<Measurement> run)
    {
        var times = run.Select(one => one.Time.UtcDateTime).Where(time => time != default).ToArray();
        (string Name, string Value)[] facts =
        [
            ("processor", machine?.Cpu ?? ""),
            ("cores", machine?.Cores.ToString(CultureInfo.InvariantCulture) ?? ""),
            ("instructions", machine?.Isa ?? ""),
            ("memory", machine is null ? "" : $"{FigureText.Number(machine.MemoryBytes / (double)(1 << 30))} GiB"),
            ("system", machine?.Kernel ?? ""),
            (".NET", machine?.Dotnet ?? ""),
            ("commit", commit.EndsWith('+') ? $"{commit} (with changed files)" : commit),
            ("measured", times.Length == 0 ? "" : SpanOf(times.Min(), times.Max())),
            ("experiments", string.Join(", ", run.Select(one => one.Experiment).Distinct())),
            ("repeats", string.Join(", ", run.Select(one => one.Repeat).Distinct().Order())),
            ("seeds", string.Join(", ", run.Select(one => one.Seed).Distinct().Order())),
        ];
        return new DataTable(
            "",
            [new Column("what"), new Column("value")],
            [.. facts.Where(fact => fact.Value.Length > 0).Select(fact => (Cell[])[fact.Name, fact.Value])]);
    }

    private static string SpanOf(DateTime first, DateTime last)
    {
        var from = first.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var to = last.ToString(first.Date == last.Date ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return from.EndsWith(to, StringComparison.Ordinal) ? $"{from} UTC" : $"{from} to {to} UTC";
    }
}

using System.Globalization;
using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting.Charts;

namespace Vesper.Bench.Reporting;

/// <summary>The measurements of a report, and how they are found, named and ordered.</summary>
internal sealed class ResultSet(IReadOnlyList<Measurement> all)
{
    /// <summary>All, also twins and what was skipped.</summary>
    public IReadOnlyList<Measurement> All => all;

    /// <summary>The styles of their engines.</summary>
    public Palette Palette { get; } = new(all.Where(one => one.Skipped is null));

    /// <summary>The measured of an experiment, without twins, Vesper first.</summary>
    public IReadOnlyList<Measurement> Of(string experiment) =>
        [.. all.Where(one => one.Experiment == experiment && one is { Skipped: null, Twin: false }).OrderBy(OrderOf)];

    /// <summary>The measured of an experiment by data set, in the order they were measured.</summary>
    public IEnumerable<IGrouping<DatasetFacts?, Measurement>> ByDataset(string experiment)
    {
        var order = all.Select(one => one.Dataset).Distinct().ToList();
        return Of(experiment).GroupBy(one => one.Dataset).OrderBy(group => order.IndexOf(group.Key));
    }

    /// <summary>Sentences that figures come with, each with its engine.</summary>
    public IEnumerable<(string Engine, string Fact)> FactsOf(Func<Measurement, bool> isMeant) => all.Where(isMeant)
        .SelectMany(one => one.Facts.Select(fact => (one.Engine, fact))).Distinct()
        .OrderBy(pair => Palette.OrderOf(pair.Engine));

    /// <summary>The place of a measurement's engine, for ordering.</summary>
    public int OrderOf(Measurement one) => Palette.OrderOf(one.Engine);

    /// <summary>A data set's name, size and metric.</summary>
    public static string TitleOf(DatasetFacts? dataset) => dataset is null
        ? "no data set"
        : FormattableString.Invariant($"{dataset.Name} · {dataset.Rows:#,0} × {dataset.Dimensions} · {dataset.Metric}");

    /// <summary>Engine and variant.</summary>
    public static string NameOf(Measurement one) => $"{one.Engine} {one.Variant}".TrimEnd();

    /// <summary>A parameter that counts something, or null.</summary>
    public static double? NumberOf(Measurement one, string parameter) =>
        one.Parameters.GetValueOrDefault(parameter) switch
        {
            long whole => whole,
            int whole => whole,
            double real => real,
            string text when double.TryParse(text, CultureInfo.InvariantCulture, out var real) => real,
            _ => null,
        };
}

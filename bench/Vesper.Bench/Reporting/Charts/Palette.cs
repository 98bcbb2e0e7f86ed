using Vesper.Bench.Measuring;

namespace Vesper.Bench.Reporting.Charts;

/// <summary>The style of each engine and variant, the same in every chart of a report.</summary>
internal sealed class Palette
{
    private static readonly string[] Known = ["vesper", "hnswlib", "faiss", "usearch", "lancedb", "sqlite-vec"];
    private const string Curves = "recall";
    private readonly List<string> _engines;
    private readonly Dictionary<string, List<string>> _variants;

    /// <summary>Styles for all that was measured.</summary>
    public Palette(IEnumerable<Measurement> measurements)
    {
        _variants = measurements.GroupBy(one => one.Engine).ToDictionary(
            engine => engine.Key,
            engine => VariantsOf([.. engine]));
        _engines = [.. Known, .. _variants.Keys.Except(Known).Order(StringComparer.Ordinal)];
    }

    /// <summary>The place of an engine among all: Vesper is the first.</summary>
    public int OrderOf(string engine) => _engines.IndexOf(engine);

    /// <summary>The style of a variant.</summary>
    public SeriesStyle StyleOf(string engine, string variant = "")
    {
        var number = OrderOf(engine);
        var dash = Math.Max(0, _variants.GetValueOrDefault(engine, []).IndexOf(variant));
        return new SeriesStyle(
            number % ColourRange.Count,
            number % SeriesStyle.Markers,
            dash % SeriesStyle.Dashes,
            dash >= SeriesStyle.Dashes);
    }

    /// <summary>The style of a measurement.</summary>
    public SeriesStyle StyleOf(Measurement one) => StyleOf(one.Engine, one.Variant);

    // The plainest dashes go to those that are lines over recall: exact search is a point.
    private static List<string> VariantsOf(IReadOnlyList<Measurement> engine)
    {
        var sweeps = engine.GroupBy(one => one.Variant)
            .ToDictionary(group => group.Key, group => group.Where(one => one.Experiment == Curves)
                .Select(Comparison.EffortOf).Distinct().Count() > 1);
        return [.. sweeps.Keys.OrderByDescending(name => sweeps[name]).ThenBy(name => name, StringComparer.Ordinal)];
    }
}

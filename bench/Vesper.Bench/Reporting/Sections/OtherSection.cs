using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Parts;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>Experiments that no other section knows.</summary>
internal sealed class OtherSection(IReadOnlyList<ISection> others) : ISection
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Experiments => [];

    /// <inheritdoc/>
    public ReportSection? Make(ResultSet results)
    {
        var known = others.SelectMany(section => section.Experiments).ToHashSet();
        var names = results.All.Select(one => one.Experiment).Distinct().Where(name => !known.Contains(name));
        Block[] blocks =
        [
            .. from name in names
               let measurements = results.Of(name)
               where measurements.Count > 0
               select MeasurementTable.Of(name, measurements),
        ];
        return blocks.Length == 0 ? null : new ReportSection("other", "Other measurements", blocks);
    }
}

using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Reporting.Sections;

/// <summary>Makes one section of the report.</summary>
internal interface ISection
{
    /// <summary>Experiments whose measurements it shows.</summary>
    IReadOnlyList<string> Experiments { get; }

    /// <summary>The section, or null when there is nothing to show.</summary>
    ReportSection? Make(ResultSet results);
}

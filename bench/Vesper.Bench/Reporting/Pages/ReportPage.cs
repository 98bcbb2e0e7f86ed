namespace Vesper.Bench.Reporting.Pages;

/// <summary>A report: a title and sections.</summary>
internal sealed record ReportPage(string Title, string Subtitle, IReadOnlyList<ReportSection> Sections);

/// <summary>A part of the report with an entry in its contents.</summary>
/// <param name="Id">The anchor.</param>
/// <param name="Title">The heading.</param>
/// <param name="Blocks">What it shows.</param>
internal sealed record ReportSection(string Id, string Title, IReadOnlyList<Block> Blocks);

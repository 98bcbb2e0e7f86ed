using System.Xml.Linq;
using Vesper.Bench.Reporting.Charts;

namespace Vesper.Bench.Reporting.Pages;

/// <summary>A piece of a section.</summary>
internal abstract record Block;

/// <summary>A heading inside a section.</summary>
internal sealed record Heading(string Text) : Block;

/// <summary>A paragraph.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="IsWarning">Whether it must not be overlooked.</param>
internal sealed record Prose(string Text, bool IsWarning = false) : Block;

/// <summary>A list of sentences.</summary>
internal sealed record Bullets(IReadOnlyList<string> Items) : Block;

/// <summary>A table.</summary>
/// <param name="Caption">What it shows; empty when the heading says it.</param>
/// <param name="Columns">Its columns, those of text first.</param>
/// <param name="Rows">A cell a column.</param>
internal sealed record DataTable(
    string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows) : Block;

/// <summary>Charts beside each other.</summary>
/// <param name="Charts">From the left.</param>
/// <param name="IsDense">Whether three fit where otherwise two do.</param>
internal sealed record ChartGrid(IReadOnlyList<Chart> Charts, bool IsDense = false) : Block;

/// <summary>What the lines, markers and colours of the charts after it mean.</summary>
internal sealed record Legend(IReadOnlyList<LegendEntry> Entries) : Block;

/// <summary>What the page shows on demand.</summary>
/// <param name="Summary">What it is.</param>
/// <param name="Blocks">What is shown.</param>
/// <param name="IsInMarkdown">Whether Markdown has it too.</param>
internal sealed record Details(string Summary, IReadOnlyList<Block> Blocks, bool IsInMarkdown = false) : Block;

/// <summary>A column of a table.</summary>
internal sealed record Column(string Heading, bool IsNumber = false);

/// <summary>A cell of a table.</summary>
internal sealed record Cell(string Text, Tone Tone = Tone.Plain)
{
    /// <summary>A plain cell.</summary>
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>What a cell says of us.</summary>
internal enum Tone
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>Good.</summary>
    Good,

    /// <summary>Bad.</summary>
    Bad,

    /// <summary>Neither, or not known.</summary>
    Muted,
}

/// <summary>A drawing with its title.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Drawing">The <c>svg</c> element.</param>
/// <param name="Note">Below it.</param>
internal sealed record Chart(string Title, XElement Drawing, string Note = "");

/// <summary>One meaning.</summary>
/// <param name="Name">What is meant.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="IsArea">Whether it fills areas, rather than drawing lines.</param>
internal sealed record LegendEntry(string Name, SeriesStyle Style, bool IsArea = false);

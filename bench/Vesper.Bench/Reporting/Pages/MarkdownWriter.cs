using System.Text;

namespace Vesper.Bench.Reporting.Pages;

/// <summary>Writes the sentences and tables of a report as Markdown; charts and details are the page's.</summary>
internal static class MarkdownWriter
{
    /// <summary>The whole document.</summary>
    public static string Write(ReportPage page)
    {
        var text = new StringBuilder($"# {Escape(page.Title)}\n\n{Escape(page.Subtitle)}\n");
        foreach (var section in page.Sections.Where(section => section.Blocks.Any(IsShown)))
        {
            text.Append($"\n## {Escape(section.Title)}\n");
            Append(text, section.Blocks);
        }

        return text.ToString();
    }

    private static bool IsShown(Block block) =>
        block is Prose or Bullets or DataTable or Details { IsInMarkdown: true };

    private static void Append(StringBuilder text, IReadOnlyList<Block> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            // A heading over charts alone would stand over nothing.
            if (blocks[i] is not Heading || blocks.Skip(i + 1).TakeWhile(block => block is not Heading).Any(IsShown))
            {
                Append(text, blocks[i]);
            }
        }
    }

    private static void Append(StringBuilder text, Block block)
    {
        switch (block)
        {
            case Heading heading:
                text.Append($"\n### {Escape(heading.Text)}\n");
                break;
            case Prose prose:
                text.Append(prose.IsWarning ? $"\n> {Escape(prose.Text)}\n" : $"\n{Escape(prose.Text)}\n");
                break;
            case Bullets list:
                text.Append('\n').AppendJoin('\n', list.Items.Select(item => $"- {Escape(item)}")).Append('\n');
                break;
            case DataTable table:
                Append(text, table);
                break;
            case Details { IsInMarkdown: true } details:
                text.Append($"\n{Escape(details.Summary)}:\n");
                Append(text, details.Blocks);
                break;
        }
    }

    private static void Append(StringBuilder text, DataTable table)
    {
        if (table.Caption.Length > 0)
        {
            text.Append($"\n**{Escape(table.Caption)}**\n");
        }

        text.Append('\n').Append(Row(table.Columns.Select(column => Escape(column.Heading))));
        text.Append(Row(table.Columns.Select(column => column.IsNumber ? "--:" : "---")));
        foreach (var row in table.Rows)
        {
            text.Append(Row(row.Select(cell => cell.Tone == Tone.Bad || cell.Tone == Tone.Good
                ? $"**{Escape(cell.Text)}**"
                : Escape(cell.Text))));
        }
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal)
        .Replace("`", "\\`", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}

using Spectre.Console;

namespace Vesper.Cli.Terminal;

/// <summary>Tables in one look.</summary>
internal static class Tables
{
    /// <summary>An empty table; a heading that begins with '&gt;' sets its column flush right.</summary>
    public static Table Make(params IEnumerable<string> headings)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in headings)
        {
            var right = heading.StartsWith('>');
            var text = Markup.Escape(Shown.Harmless(heading.TrimStart('>')));
            var column = new TableColumn(new Markup($"[bold]{text}[/]"));
            table.AddColumn(right ? column.RightAligned().NoWrap() : column);
        }

        return table;
    }

    /// <summary>Adds a row of plain text, which may have several lines and no other control characters.</summary>
    public static Table Add(this Table table, params IEnumerable<string> cells)
    {
        table.AddRow(cells.Select(cell => new Spectre.Console.Text(
            string.Join('\n', cell.Split('\n').Select(Shown.Harmless)))));
        return table;
    }

    /// <summary>Writes a line of plain text.</summary>
    public static void Line(this IAnsiConsole console, string text) => console.WriteLine(Shown.Harmless(text));
}

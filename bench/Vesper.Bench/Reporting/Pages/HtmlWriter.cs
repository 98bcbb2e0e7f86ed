using System.Net;
using System.Text;
using System.Xml.Linq;
using Vesper.Bench.Reporting.Charts;

namespace Vesper.Bench.Reporting.Pages;

/// <summary>Writes a report as one HTML page that needs nothing else: no script, no font, no network.</summary>
internal static class HtmlWriter
{
    /// <summary>The whole page.</summary>
    public static string Write(ReportPage page)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n")
            .Append($"<title>{Escape(page.Title)}</title>\n<style>\n{PageStyle.Text}</style>\n</head>\n<body>\n")
            .Append($"<header><h1>{Escape(page.Title)}</h1>\n<p>{Escape(page.Subtitle)}</p>\n")
            .Append("<nav aria-label=\"Contents\">")
            .AppendJoin(' ', page.Sections.Select(one => $"<a href=\"#{one.Id}\">{Escape(one.Title)}</a>"))
            .Append("</nav></header>\n<main>\n");
        foreach (var section in page.Sections)
        {
            html.Append($"<section id=\"{section.Id}\" aria-labelledby=\"{section.Id}-title\">\n")
                .Append($"<h2 id=\"{section.Id}-title\">{Escape(section.Title)}</h2>\n");
            Append(html, section.Blocks);
            html.Append("</section>\n");
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder html, IReadOnlyList<Block> blocks)
    {
        foreach (var block in blocks)
        {
            Append(html, block);
        }
    }

    private static void Append(StringBuilder html, Block block)
    {
        switch (block)
        {
            case Heading heading:
                html.Append($"<h3>{Escape(heading.Text)}</h3>\n");
                break;
            case Prose prose:
                html.Append($"<p{(prose.IsWarning ? " class=\"warning\"" : "")}>{Escape(prose.Text)}</p>\n");
                break;
            case Bullets list:
                html.Append("<ul>").AppendJoin("", list.Items.Select(item => $"<li>{Escape(item)}</li>"))
                    .Append("</ul>\n");
                break;
            case DataTable table:
                Append(html, table);
                break;
            case ChartGrid grid:
                html.Append($"<div class=\"charts{(grid.IsDense ? " dense" : "")}\">\n")
                    .AppendJoin("", grid.Charts.Select(Figure)).Append("</div>\n");
                break;
            case Legend legend:
                html.Append("<ul class=\"legend\">").AppendJoin("", legend.Entries.Select(Entry)).Append("</ul>\n");
                break;
            case Details details:
                html.Append($"<details><summary>{Escape(details.Summary)}</summary>\n");
                Append(html, details.Blocks);
                html.Append("</details>\n");
                break;
        }
    }

    private static void Append(StringBuilder html, DataTable table)
    {
        html.Append("<div class=\"table\" tabindex=\"0\"><table>\n");
        if (table.Caption.Length > 0)
        {
            html.Append($"<caption>{Escape(table.Caption)}</caption>\n");
        }

        html.Append("<thead><tr>")
            .AppendJoin("", table.Columns.Select(one => $"<th scope=\"col\"{Numeric(one)}>{Escape(one.Heading)}</th>"))
            .Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select((cell, i) => CellOf(cell, table.Columns[i], i)))
                .Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static string CellOf(Cell cell, Column column, int place)
    {
        var styles = $"{(column.IsNumber ? "number" : "")} {Tone(cell.Tone)}".Trim();
        var style = styles.Length > 0 ? $" class=\"{styles}\"" : "";
        return place == 0
            ? $"<th scope=\"row\"{style}>{Escape(cell.Text)}</th>"
            : $"<td{style}>{Escape(cell.Text)}</td>";
    }

    private static string Numeric(Column column) => column.IsNumber ? " class=\"number\"" : "";

    private static string Tone(Tone tone) => tone == Pages.Tone.Plain ? "" : tone.ToString().ToLowerInvariant();

    private static string Figure(Chart chart) =>
        $"<figure><figcaption>{Escape(chart.Title)}</figcaption>{Markup(chart.Drawing)}"
        + (chart.Note.Length > 0 ? $"<p class=\"note\">{Escape(chart.Note)}</p>" : "") + "</figure>\n";

    private static string Entry(LegendEntry entry)
    {
        var sign = entry.IsArea
            ? Svg.Rectangle("bar", 10, 1, 14, 12)
            : Svg.Element("g", Svg.Path(entry.Style, [(0, 7), (34, 7)]), Svg.Marker(entry.Style, 17, 7));
        var drawing = Svg.Element(
            "svg",
            Svg.Class(entry.Style.Class),
            new XAttribute("viewBox", "0 0 34 14"),
            new XAttribute("aria-hidden", "true"),
            sign);
        return $"<li>{Markup(drawing)}{Escape(entry.Name)}</li>";
    }

    private static string Markup(XElement drawing) => drawing.ToString(SaveOptions.DisableFormatting);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

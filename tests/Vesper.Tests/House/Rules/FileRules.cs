using System.Text.RegularExpressions;

namespace Vesper.Tests.House.Rules;

/// <summary>What lies where: a short root, no left-overs, documents in their places.</summary>
internal static partial class FileRules
{
    private const int RootEntriesMax = 15;

    private static readonly HashSet<string> LeftOver = new(StringComparer.OrdinalIgnoreCase)
    {
        ".log", ".tmp", ".bak", ".orig", ".rej", ".swp", ".out", ".trx", ".binlog", ".coverage", ".nettrace", ".dmp",
    };

    private static readonly HashSet<string> Rows = new(StringComparer.OrdinalIgnoreCase) { ".jsonl", ".csv", ".tsv" };

    private static readonly HashSet<string> Prose = new(StringComparer.OrdinalIgnoreCase)
    {
        "", ".md", ".txt", ".html", ".json",
    };

    private static readonly HashSet<string> Passing = new(StringComparer.OrdinalIgnoreCase)
    {
        "notes", "note", "plan", "plans", "report", "reports", "todo", "scratch", "status", "progress", "results",
        "findings",
    };

    public static IEnumerable<Violation> RootEntries(SourceTree tree)
    {
        var names = tree.Files.Select(file => file.Path.Split('/')[0]);
        var entries = names.Where(name => name[0] != '.').Distinct().Count();
        return entries > RootEntriesMax
            ? [new Violation("/", entries, $"{entries} visible entries in the root, {RootEntriesMax} at most")]
            : [];
    }

    public static IEnumerable<Violation> StrayFiles(SourceTree tree) =>
        from file in tree.Files
        let problem = Stray(file)
        where problem is not null
        select new Violation(file.Path, 1, problem);

    private static string? Stray(SourceFile file)
    {
        if (file.IsUnder("bench/results"))
        {
            return null;
        }

        if (LeftOver.Contains(file.Extension) || file.Name[^1] == '~')
        {
            return "a left-over of a run";
        }

        if (Rows.Contains(file.Extension) && !file.IsUnder("samples"))
        {
            return "rows of data belong in samples, measured results in bench/results";
        }

        if (file.IsUnder("docs"))
        {
            return Document().IsMatch(file.Path)
                ? null
                : "docs holds architecture.md, formats/*.md, guide/*.md, decisions/NNNN-*.md and images, nothing else";
        }

        var words = Path.GetFileNameWithoutExtension(file.Name).Split('-', '_', '.', ' ');
        return Prose.Contains(file.Extension) && words.Any(Passing.Contains)
            ? "a note, plan or report: what stays true belongs in docs, measured results in bench/results"
            : null;
    }

    [GeneratedRegex(
        @"^docs/(architecture\.md|(formats|guide)/[^/]+\.md|decisions/[0-9]{4}-[a-z0-9-]+\.md|images/[^/]+)$")]
    private static partial Regex Document();
}

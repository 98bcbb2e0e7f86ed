using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vesper.Tests.House.Rules;

/// <summary>
/// The order of the folders inside src/Vesper, judged by what the compiled types refer to: the compiler has resolved
/// every name, and the folder of a type is where its source lies, whatever its namespace.
/// </summary>
internal static class FolderRules
{
    private const string Source = "src/Vesper";
    private const string Root = "root";
    private const string Telemetry = "Telemetry";

    private static readonly string[][] Order =
    [
        ["Model"], ["Storage"], ["Payload", "Text", "Indexing"], ["Segments"], ["Query"], ["Engine"],
        ["Tenancy", "Replication"], [Root],
    ];

    public static IEnumerable<Violation> FolderOrder(SourceTree tree) =>
        Check(tree, typeof(VesperDatabase).Assembly.Location);

    public static IEnumerable<Violation> Check(SourceTree tree, string assembly)
    {
        var folders = tree.CSharp.Where(file => file.IsUnder(Source))
            .SelectMany(file => MetadataNames(file).Select(name => (name, folder: FolderOf(file))))
            .ToLookup(pair => pair.name, pair => pair.folder);
        foreach (var split in folders.Where(type => type.Distinct().Count() > 1))
        {
            yield return new Violation(split.Key, 1, $"one type in {string.Join(" and ", split.Distinct())}");
        }

        foreach (var folder in folders.SelectMany(type => type).Distinct().Where(folder => !IsKnown(folder)))
        {
            yield return new Violation($"{Source}/{folder}", 1, "a new folder: give it a place in the order");
        }

        // Types without source are the compiler's own, or a generator's.
        var arrows = from use in TypeReferences.Read(assembly)
                     where folders.Contains(use.From) && folders.Contains(use.To)
                     let @from = folders[use.From].First()
                     let to = folders[use.To].First()
                     where !MayUse(@from, to)
                     select new Violation($"{use.From}->{use.To}", 1, $"{@from} must not use {to}");
        foreach (var arrow in arrows)
        {
            yield return arrow;
        }
    }

    internal static bool MayUse(string from, string to)
    {
        if (from == to || to == Telemetry)
        {
            return true;
        }

        return from == Telemetry ? to == "Model" : RankOf(to) < RankOf(from);
    }

    private static string FolderOf(SourceFile file) => file.Folders is [_, _, var folder, ..] ? folder : Root;

    private static bool IsKnown(string folder) => folder == Telemetry || RankOf(folder) >= 0;

    private static int RankOf(string folder) => Array.FindIndex(Order, rank => rank.Contains(folder));

    private static IEnumerable<string> MetadataNames(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes(node => node is not BaseTypeDeclarationSyntax))
        {
            var (name, arity) = node switch
            {
                TypeDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
                EnumDeclarationSyntax type => (type.Identifier.Text, 0),
                DelegateDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
                _ => (null, 0),
            };
            if (name is not null)
            {
                var spaces = node.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse();
                var space = string.Join('.', spaces.Select(outer => outer.Name));
                yield return (space.Length > 0 ? space + '.' : "") + name + (arity > 0 ? $"`{arity}" : "");
            }
        }
    }
}

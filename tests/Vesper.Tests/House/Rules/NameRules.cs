using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vesper.Tests.House.Rules;

/// <summary>No project, folder or type has a name that says nothing.</summary>
internal static partial class NameRules
{
    private static readonly HashSet<string> Empty = new(StringComparer.OrdinalIgnoreCase)
    {
        "Common", "Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Misc", "Manager", "Managers",
    };

    public static IEnumerable<Violation> EmptyWords(SourceTree tree)
    {
        var folders = from file in tree.Files
                      from depth in Enumerable.Range(0, file.Folders.Length)
                      where HasEmptyWord(file.Folders[depth])
                      select string.Join('/', file.Folders[..(depth + 1)]);
        var projects = tree.Projects.Where(file => HasEmptyWord(file.Name)).Select(file => file.Path);
        var types = from file in tree.CSharp
                    from name in TypeNames(file)
                    where HasEmptyWord(name)
                    select $"{file.Path}:{name}";
        return folders.Concat(projects).Concat(types).Distinct()
            .Select(subject => new Violation(subject, 1, "the name says nothing: name what it holds or does"));
    }

    internal static bool HasEmptyWord(string name) => Word().Matches(name).Any(word => Empty.Contains(word.Value));

    private static IEnumerable<string> TypeNames(SourceFile file) =>
        file.Syntax.DescendantNodes().Select(NameOf).OfType<string>();

    private static string? NameOf(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => null,
    };

    // ScorerPool, HTTPServer, scratch_pool and io.buffer are two words each.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

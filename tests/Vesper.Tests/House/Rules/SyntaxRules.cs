using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vesper.Tests.House.Rules;

/// <summary>Constructs that the house does without.</summary>
internal static class SyntaxRules
{
    public static IEnumerable<Violation> Regions(SourceTree tree) =>
        from file in tree.CSharp
        let regions = file.Syntax.DescendantTrivia().Count(trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
        where regions > 0
        select new Violation(file.Path, regions, "a region hides code: split the file instead");

    /// <summary>It makes loops slower: the compiler then never learns a hot method's constants and types.</summary>
    public static IEnumerable<Violation> SkippedTiers(SourceTree tree) =>
        from file in tree.CSharp
        let uses = file.Syntax.DescendantTokens().Count(SkipsTiers)
        where uses > 0
        select new Violation(file.Path, uses, "no AggressiveOptimization: keep hot methods small instead");

    /// <summary>A class with benchmarks stays open: what runs it is generated, and derives from it.</summary>
    public static IEnumerable<Violation> UnsealedClasses(SourceTree tree)
    {
        var types = from file in tree.CSharp
                    from type in file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
                    select (file, type);
        var bases = types.SelectMany(pair => pair.type.BaseList?.Types ?? [])
            .Select(item => SimpleName(item.Type))
            .ToHashSet();
        return from pair in types
               where pair.type is ClassDeclarationSyntax || pair.type.IsKind(SyntaxKind.RecordDeclaration)
               group pair by QualifiedName(pair.type) into parts
               let name = parts.First().type.Identifier.Text
               where !parts.Any(part => part.type.Modifiers.Any(IsClosedOrAbstract)) && !bases.Contains(name)
                   && !parts.Any(part => part.type.Members.Any(IsBenchmark))
               select new Violation($"{parts.First().file.Path}:{name}", 1, "seal it: nothing derives from it");
    }

    private static bool SkipsTiers(SyntaxToken token) =>
        token.IsKind(SyntaxKind.IdentifierToken) && token.Text == "AggressiveOptimization";

    private static bool IsBenchmark(MemberDeclarationSyntax member) =>
        member.AttributeLists.SelectMany(list => list.Attributes).Any(item => item.Name.ToString() == "Benchmark");

    private static bool IsClosedOrAbstract(SyntaxToken modifier) =>
        modifier.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.AbstractKeyword or SyntaxKind.StaticKeyword;

    private static string SimpleName(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => type.ToString(),
    };

    private static string QualifiedName(TypeDeclarationSyntax type) =>
        string.Join('.', type.AncestorsAndSelf().Reverse().Select(node => node switch
        {
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            TypeDeclarationSyntax outer => $"{outer.Identifier.Text}`{outer.TypeParameterList?.Parameters.Count ?? 0}",
            _ => "",
        }));
}

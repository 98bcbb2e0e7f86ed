using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vesper.Tests.House.Rules;

/// <summary>Unsafe code has its places, and says each time why it is in range.</summary>
internal static class UnsafeRules
{
    private static readonly string[] Places =
        ["src/Vesper.Numerics", "src/Vesper.Native", "src/Vesper/Storage/Files/Native"];

    // Unsafe without the keyword: nothing of it is checked by the runtime either.
    private static readonly HashSet<string> Unchecked =
    [
        "Unsafe", "NativeMemory", "MemoryMarshal.GetReference", "MemoryMarshal.GetArrayDataReference",
        "MemoryMarshal.CreateSpan", "MemoryMarshal.CreateReadOnlySpan",
    ];

    public static IEnumerable<Violation> Place(SourceTree tree) =>
        from file in tree.CSharp
        where file.IsUnder("src") && !Places.Any(file.IsUnder)
        let accesses = file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        let uses = Keywords(file).Count() + accesses.Count(IsUnchecked)
        where uses > 0
        select new Violation(file.Path, uses, $"{uses} uses of unsafe code outside {string.Join(", ", Places)}");

    public static IEnumerable<Violation> Comment(SourceTree tree) =>
        from file in tree.CSharp
        where file.IsUnder("src")
        let silent = Keywords(file).Where(keyword => !HasComment(keyword)).ToList()
        where silent.Count > 0
        let first = silent[0].GetLocation().GetLineSpan().StartLinePosition.Line + 1
        select new Violation(file.Path, silent.Count, $"unsafe without a '// SAFETY:' comment, first in line {first}");

    private static IEnumerable<SyntaxToken> Keywords(SourceFile file) =>
        file.Syntax.DescendantTokens().Where(token => token.IsKind(SyntaxKind.UnsafeKeyword));

    private static bool IsUnchecked(MemberAccessExpressionSyntax access) =>
        access.Expression is IdentifierNameSyntax name
        && (Unchecked.Contains(name.Identifier.Text)
            || Unchecked.Contains($"{name.Identifier.Text}.{access.Name.Identifier.Text}"));

    // Before a block or a member, or inside it; a type needs its own, before it, beside those of its members.
    private static bool HasComment(SyntaxToken keyword) => keyword.Parent!.DescendantTokens()
        .TakeWhile(token => keyword.Parent is not TypeDeclarationSyntax || token.SpanStart <= keyword.SpanStart)
        .SelectMany(token => token.LeadingTrivia)
        .Any(trivia => trivia.ToString().Contains("SAFETY:", StringComparison.Ordinal));
}

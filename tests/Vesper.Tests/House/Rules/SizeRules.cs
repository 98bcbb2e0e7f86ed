using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vesper.Tests.House.Rules;

/// <summary>Files, functions and lines stay short enough to be read.</summary>
internal static class SizeRules
{
    private const int FileLinesMax = 500;
    private const int FunctionLinesMax = 70;
    private const int KernelLinesMax = 90;
    private const int ColumnsMax = 120;

    public static IEnumerable<Violation> FileLines(SourceTree tree) =>
        from file in tree.CSharp
        let lines = file.Lines.Length
        where lines > FileLinesMax
        select new Violation(file.Path, lines, $"{lines} lines, {FileLinesMax} at most");

    public static IEnumerable<Violation> LineColumns(SourceTree tree) =>
        from file in tree.CSharp
        let wide = file.Lines.Count(IsWide)
        where wide > 0
        let first = 1 + Array.FindIndex(file.Lines, IsWide)
        select new Violation(file.Path, wide, $"{wide} lines above {ColumnsMax} columns, first line {first}");

    public static IEnumerable<Violation> FunctionLines(SourceTree tree)
    {
        foreach (var file in tree.CSharp)
        {
            var max = file.Folders.Contains("Kernels") ? KernelLinesMax : FunctionLinesMax;
            var longest = from function in Functions(file.Syntax)
                          where function.Lines > max
                          group function.Lines by function.Name;
            foreach (var named in longest)
            {
                var lines = named.Max();
                yield return new Violation($"{file.Path}:{named.Key}", lines, $"{lines} lines, {max} at most");
            }
        }
    }

    private static bool IsWide(string line) => line.TrimEnd('\r').Length > ColumnsMax;

    private static IEnumerable<(string Name, int Lines)> Functions(SyntaxNode root)
    {
        foreach (var node in root.DescendantNodes())
        {
            if (node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax)
            {
                yield return (NameOf(node), LinesOf(node));
            }
        }

        var statements = root.ChildNodes().OfType<GlobalStatementSyntax>().ToList();
        if (statements.Count > 0)
        {
            yield return ("<top>", LineOf(statements[^1].GetLastToken()) - LineOf(statements[0].GetFirstToken()) + 1);
        }
    }

    // From the signature on: attributes and documentation are not part of what one has to follow.
    private static int LinesOf(SyntaxNode function)
    {
        var first = function.ChildNodesAndTokens().First(child => !child.IsKind(SyntaxKind.AttributeList));
        var token = first.IsToken ? first.AsToken() : first.AsNode()!.GetFirstToken();
        return LineOf(function.GetLastToken()) - LineOf(token) + 1;
    }

    private static int LineOf(SyntaxToken token) => token.GetLocation().GetLineSpan().EndLinePosition.Line;

    private static string NameOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        OperatorDeclarationSyntax @operator => "operator" + @operator.OperatorToken.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        AccessorDeclarationSyntax accessor => PropertyOf(accessor) + "." + accessor.Keyword.Text,
        _ => function.Kind().ToString(),
    };

    private static string PropertyOf(AccessorDeclarationSyntax accessor) => accessor.Parent?.Parent switch
    {
        PropertyDeclarationSyntax property => property.Identifier.Text,
        EventDeclarationSyntax @event => @event.Identifier.Text,
        _ => "this[]",
    };
}

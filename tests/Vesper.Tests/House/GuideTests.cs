using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.House;

/// <summary>The guide's C# is true: the snippets of a page, one after another, are a program that compiles.</summary>
public sealed partial class GuideTests
{
    private const string GettingStarted = "docs/guide/getting-started.md";
    private const string Usings = "global using System.Text.Json.Nodes;\nglobal using Vesper;\n";

    // What the program would print stays out of the tests' output.
    private const string Silence = "internal static class Console { public static void WriteLine(string text) { } }\n";

    public static TheoryData<string> Pages => [.. SourceTree.Repository.Files
        .Where(file => file.IsUnder("docs/guide") && Snippet().IsMatch(Baseline.Read(file.Path)))
        .Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_snippets_of_a_page_compile(string page) =>
        Assert.Empty(Compiler.ProblemsOf(Compile(page, code => code)));

    [Fact]
    public void The_first_page_runs_twice_over_one_database()
    {
        using var directory = new TemporaryDirectory();
        var path = $"@\"{directory.Path}\"";
        var compilation = Compile(GettingStarted, code => code.Replace("\"data\"", path, StringComparison.Ordinal));
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        var program = Assembly.Load(image.ToArray()).EntryPoint!;
        program.Invoke(null, [Array.Empty<string>()]);
        program.Invoke(null, [Array.Empty<string>()]);
    }

    [Fact]
    public void The_page_of_limits_has_each_with_its_value()
    {
        var lines = Baseline.Read("docs/guide/limits.md").Split('\n');
        var limits = typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static);
        Assert.NotEmpty(limits);
        foreach (var limit in limits.Where(field => field.IsLiteral))
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"{limit.GetRawConstantValue():N0}");
            Assert.Contains(lines, line => line.Contains($"`Limits.{limit.Name}`", StringComparison.Ordinal)
                && line.Contains($"| {value} ", StringComparison.Ordinal));
        }
    }

    private static CSharpCompilation Compile(string page, Func<string, string> change)
    {
        var code = string.Concat(Snippet().Matches(Baseline.Read(page)).Select(match => match.Groups["code"].Value));
        return Compiler.Compile(OutputKind.ConsoleApplication, (page, change(code)), ("guide.cs", Usings + Silence));
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippet();
}

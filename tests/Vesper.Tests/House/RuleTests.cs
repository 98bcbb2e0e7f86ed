using Microsoft.CodeAnalysis;
using Vesper.Tests.House.Rules;

namespace Vesper.Tests.House;

/// <summary>Each rule finds what it is there to find, and nothing in the good neighbour of it.</summary>
public sealed class RuleTests
{
    [Fact]
    public void A_file_of_501_lines_is_too_long()
    {
        Assert.Equal(501, Amount(SizeRules.FileLines(SourceTree.Of("src/A.cs", Repeat("//\n", 501)))));
        Assert.Empty(SizeRules.FileLines(SourceTree.Of("src/A.cs", Repeat("//\n", 500))));
    }

    [Theory]
    [InlineData("src/A.cs", "class A { int M()\n{", 71)]
    [InlineData("src/Kernels/A.cs", "class A { int M()\n{", 91)]
    [InlineData("src/A.cs", "class A { A()\n{", 71)]
    [InlineData("src/A.cs", "class A { int P { get\n{", 71)]
    [InlineData("src/A.cs", "class A { public static A operator +(A a, A b)\n{", 71)]
    [InlineData("src/A.cs", "class A { [Fact]\n// why\nvoid M()\n{", 71)]
    public void A_function_above_the_limit_is_too_long(string path, string head, int lines)
    {
        Assert.Equal(lines, Amount(SizeRules.FunctionLines(SourceTree.Of(path, Function(lines)))));
        Assert.Empty(SizeRules.FunctionLines(SourceTree.Of(path, Function(lines - 1))));

        string Function(int count) => head + "\n" + Repeat(";\n", count - 3) + "}}" + (head.Contains('P') ? "}" : "");
    }

    [Fact]
    public void Top_level_statements_are_one_function() =>
        Assert.Equal(71, Amount(SizeRules.FunctionLines(SourceTree.Of("A.cs", "using X;\n" + Repeat("M();\n", 71)))));

    [Fact]
    public void A_line_of_121_columns_is_too_wide()
    {
        Assert.Equal(2, Amount(SizeRules.LineColumns(SourceTree.Of("a.cs", Repeat(new string('/', 121) + "\r\n", 2)))));
        Assert.Empty(SizeRules.LineColumns(SourceTree.Of("a.cs", new string('/', 120) + "\r\n")));
    }

    [Theory]
    [InlineData("src/Common/A.cs", "class A;")]
    [InlineData("src/Vesper.Utils/A.cs", "class A;")]
    [InlineData("src/Vesper.Misc.csproj", "<Project/>")]
    [InlineData("src/A.cs", "class StringHelpers;")]
    [InlineData("src/A.cs", "class A { interface IBufferManager; }")]
    [InlineData("src/A.cs", "enum file_utils { A }")]
    [InlineData("src/A.cs", "delegate void SQLHelper();")]
    public void A_name_that_says_nothing_is_found(string path, string text) =>
        Assert.Single(NameRules.EmptyWords(SourceTree.Of(path, text)));

    [Theory]
    [InlineData("src/Commonality/A.cs", "class Management; class Utilization; record Miscount;")]
    public void A_word_that_only_contains_one_is_fine(string path, string text) =>
        Assert.Empty(NameRules.EmptyWords(SourceTree.Of(path, text)));

    [Fact]
    public void Sixteen_visible_entries_in_the_root_are_too_many()
    {
        var files = Enumerable.Range(0, 15).Select(i => ($"d{i}/a.cs", "")).Append((".ci/run", "")).ToArray();
        Assert.Empty(FileRules.RootEntries(SourceTree.Of(files)));
        Assert.Equal(16, Amount(FileRules.RootEntries(SourceTree.Of([.. files, ("README.md", "")]))));
    }

    [Theory]
    [InlineData("build.log")]
    [InlineData("src/a.tmp")]
    [InlineData("src/A.cs~")]
    [InlineData("rows.jsonl")]
    [InlineData("bench/rows.csv")]
    [InlineData("NOTES.md")]
    [InlineData("src/perf-report.md")]
    [InlineData("TODO")]
    [InlineData("docs/plan.md")]
    [InlineData("docs/decisions/first.md")]
    public void A_stray_file_is_found(string path) => Assert.Single(FileRules.StrayFiles(SourceTree.Of(path, "")));

    [Theory]
    [InlineData("samples/docs.jsonl")]
    [InlineData("bench/results/report.md")]
    [InlineData("bench/results/recall.jsonl")]
    [InlineData("src/OpenReport.cs")]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/decisions/0001-what-a-report-says.md")]
    [InlineData("README.md")]
    public void A_file_in_its_place_is_fine(string path) => Assert.Empty(FileRules.StrayFiles(SourceTree.Of(path, "")));

    [Fact]
    public void A_region_is_found() =>
        Assert.Single(SyntaxRules.Regions(SourceTree.Of("a.cs", "class A {\n#region Fields\n#endregion\n}")));

    [Fact]
    public void Aggressive_optimization_is_found_in_code_only()
    {
        const string Bad = "class A { [MethodImpl(MethodImplOptions.AggressiveOptimization)] void M() { } }";
        Assert.Single(SyntaxRules.SkippedTiers(SourceTree.Of("a.cs", Bad)));
        Assert.Empty(SyntaxRules.SkippedTiers(SourceTree.Of("a.cs", "// AggressiveOptimization\n")));
    }

    [Theory]
    [InlineData("class A;")]
    [InlineData("record A(int X);")]
    [InlineData("static class Outer { internal class A { } }")]
    [InlineData("partial class A; partial class A { }")]
    [InlineData("class A { [Fact] public int M() => 1; }")]
    public void An_unsealed_class_is_found(string text) =>
        Assert.EndsWith(":A", Assert.Single(SyntaxRules.UnsealedClasses(SourceTree.Of("a.cs", text))).Subject);

    [Theory]
    [InlineData("class A; sealed class B : A;")]
    [InlineData("class A<T>; sealed class B : Outer.A<int>, IDisposable;")]
    [InlineData("abstract class A; static class B; struct C; record struct D; interface E;")]
    [InlineData("sealed partial class A; partial class A { }")]
    [InlineData("class A { [Benchmark(Baseline = true)] public int M() => 1; }")]
    public void A_class_that_is_closed_or_derived_from_is_fine(string text) =>
        Assert.Empty(SyntaxRules.UnsealedClasses(SourceTree.Of("a.cs", text)));

    [Theory]
    [InlineData("class A { unsafe void M() { } }")]
    [InlineData("class A { int M(ref int x) => Unsafe.Add(ref x, 1); }")]
    [InlineData("class A { ref int M(int[] x) => ref MemoryMarshal.GetArrayDataReference(x); }")]
    public void Unsafe_code_outside_its_places_is_found(string text)
    {
        Assert.Single(UnsafeRules.Place(SourceTree.Of("src/Vesper/Storage/Files/A.cs", text)));
        Assert.Empty(UnsafeRules.Place(SourceTree.Of("src/Vesper/Storage/Files/Native/A.cs", text)));
        Assert.Empty(UnsafeRules.Place(SourceTree.Of("src/Vesper.Numerics/A.cs", text)));
    }

    [Fact]
    public void Unsafe_code_says_why_it_is_safe()
    {
        const string Block = "class A { void M() { M();\n// SAFETY: in range.\nunsafe { } } }";
        const string Method = "class A {\n/// <summary/>\n// SAFETY: yes.\n[X]\ninternal unsafe int M() => 1; }";
        Assert.Empty(UnsafeRules.Comment(SourceTree.Of(("src/A.cs", Block), ("src/B.cs", Method))));
        Assert.Single(UnsafeRules.Comment(SourceTree.Of("src/A.cs", Block.Replace("SAFETY", "Safe"))));
        Assert.Single(UnsafeRules.Comment(SourceTree.Of("src/A.cs", Method.Replace("SAFETY", "Safe"))));
        Assert.Single(UnsafeRules.Comment(SourceTree.Of("src/A.cs", Method + Block.Replace("SAFETY", "Safe"))));
        Assert.Empty(UnsafeRules.Comment(SourceTree.Of("src/A.cs", "class A { unsafe int M() {\n// SAFETY: x\n} }")));
        Assert.Single(UnsafeRules.Comment(SourceTree.Of("src/A.cs", "unsafe class A { int M() {\n// SAFETY: x\n} }")));
    }

    [Theory]
    [InlineData("src/Vesper.Numerics/Vesper.Numerics.csproj", "../Vesper/Vesper.csproj")]
    [InlineData("src/Vesper/Vesper.csproj", "..\\Vesper.Cli\\Vesper.Cli.csproj")]
    [InlineData("src/Vesper.Cli/Vesper.Cli.csproj", "../Vesper.Numerics/Vesper.Numerics.csproj")]
    [InlineData("src/Vesper.New/Vesper.New.csproj", null)]
    [InlineData("src/Vesper/Vesper.csproj", "../../bench/Vesper.Micro/Vesper.Micro.csproj")]
    [InlineData("tests/Vesper.Tests/Vesper.Tests.csproj", "../../bench/Vesper.Micro/Vesper.Micro.csproj")]
    public void A_reference_against_the_arrows_is_found(string path, string? target)
    {
        var text = target is null ? "<Project/>" : $"<Project><ProjectReference Include='{target}'/></Project>";
        Assert.NotEmpty(ProjectRules.ProjectReferences(SourceTree.Of(path, text)));
    }

    [Fact]
    public void The_library_takes_no_package()
    {
        const string Package = "<Project><PackageReference Include='X' /></Project>";
        var analyzer = Package.Replace("/>", "PrivateAssets='all' />");
        Assert.Single(ProjectRules.PackageReferences(SourceTree.Of("src/Vesper/Vesper.csproj", Package)));
        Assert.Single(ProjectRules.PackageReferences(SourceTree.Of("Directory.Build.props", Package)));
        Assert.Empty(ProjectRules.PackageReferences(SourceTree.Of("src/Vesper/Vesper.csproj", analyzer)));
        Assert.Empty(ProjectRules.PackageReferences(SourceTree.Of("src/Vesper.Cli/Vesper.Cli.csproj", Package)));
    }

    [Fact]
    public void A_host_does_not_see_internals()
    {
        const string Project = "<Project><InternalsVisibleTo Include='Vesper.Cli' /></Project>";
        Assert.Single(ProjectRules.InternalsVisible(SourceTree.Of("src/A.csproj", Project)));
        Assert.Empty(ProjectRules.InternalsVisible(SourceTree.Of("src/A.csproj", Project.Replace("Cli", "Tests"))));
    }

    [Fact]
    public void The_numeric_core_that_opens_files_or_starts_threads_is_found()
    {
        const string Text = "class A { void M() => Parallel.For(0, File.ReadAllBytes(\"x\").Length, _ => { }); }";
        using var library = new CompiledLibrary(("src/Vesper.Numerics/A.cs", Text));
        var found = NumericsRules.Check(library.Path).Select(violation => violation.Subject).Order();
        Assert.Equal(["System.IO.File", "System.Threading.Tasks.Parallel"], found);
    }

    [Fact]
    public void The_ratchet_holds_both_ways()
    {
        var ratchet = Ratchet.Parse("# why\nlines a.cs 3\nlines b.cs 2\nother c.cs 1\n");
        Violation[] worse = [new("a.cs", 4, "long"), new("b.cs", 2, "long")];
        Violation[] better = [new("a.cs", 2, "long")];

        Assert.Empty(ratchet.Compare("lines", [new("a.cs", 3, ""), new("b.cs", 2, "")]));
        Assert.Equal("lines a.cs 4: long", Assert.Single(ratchet.Compare("lines", worse)));
        Violation[] added = [new("a.cs", 3, ""), new("b.cs", 2, ""), new("d.cs", 1, "new")];
        Assert.Equal("lines d.cs 1: new", Assert.Single(ratchet.Compare("lines", added)));
        Assert.Equal(2, ratchet.Compare("lines", better).Count);

        var shrunk = ratchet.Shrink("lines", better);
        Assert.Equal("# why\nlines a.cs 2\nother c.cs 1\n", shrunk.ToString());
        Assert.Empty(shrunk.Compare("lines", better));
        Assert.Equal(ratchet.ToString(), ratchet.Shrink("lines", worse).ToString());
        Assert.Throws<FormatException>(() => Ratchet.Parse("lines a.cs"));
    }

    private static int Amount(IEnumerable<Violation> violations) => Assert.Single(violations).Amount;

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}

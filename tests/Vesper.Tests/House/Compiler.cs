using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Vesper.Tests.House;

/// <summary>Compiles small programs against the assemblies this test runs with, Vesper's own among them.</summary>
internal static class Compiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => IsReferenced(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A library or, with top-level statements, a program; with the SDK's implicit usings.</summary>
    public static CSharpCompilation Compile(OutputKind kind, params (string Path, string Text)[] sources)
    {
        var trees = sources.Append((Path: "usings.cs", Text: ImplicitUsings))
            .Select(source => CSharpSyntaxTree.ParseText(source.Text, path: source.Path));
        var options = new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create("Sample", trees, References, options);
    }

    /// <summary>What is wrong with it, warnings included.</summary>
    public static IEnumerable<string> ProblemsOf(CSharpCompilation compilation) => compilation.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
        .Select(diagnostic => diagnostic.ToString());

    /// <summary>The symbol of a compiled assembly.</summary>
    public static IAssemblySymbol Symbol(string path)
    {
        var reference = MetadataReference.CreateFromFile(path);
        var others = References.Where(other => Path.GetFileName(other.Display) != Path.GetFileName(path));
        var compilation = CSharpCompilation.Create("Viewer", [], [reference, .. others]);
        return (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
    }

    private static bool IsReferenced(string assembly) =>
        assembly is "Vesper" or "Vesper.Numerics" or "mscorlib" or "netstandard"
        || assembly.StartsWith("System", StringComparison.Ordinal);
}

using Microsoft.CodeAnalysis;

namespace Vesper.Tests.House;

/// <summary>A small library compiled from given sources into a file that is deleted on dispose.</summary>
internal sealed class CompiledLibrary : IDisposable
{
    public CompiledLibrary(params (string Path, string Text)[] sources)
    {
        var compilation = Compiler.Compile(OutputKind.DynamicallyLinkedLibrary, sources);
        Assert.Empty(Compiler.ProblemsOf(compilation));
        Assert.True(compilation.Emit(Path).Success);
    }

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"vesper-house-{Guid.NewGuid():N}.dll");

    public void Dispose() => File.Delete(Path);
}

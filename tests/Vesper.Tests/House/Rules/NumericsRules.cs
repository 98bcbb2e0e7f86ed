using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Vesper.Numerics.Memory;

namespace Vesper.Tests.House.Rules;

/// <summary>The numeric core starts no thread and touches no file: an executor and memory are handed to it.</summary>
internal static class NumericsRules
{
    private static readonly HashSet<string> Foreign =
    [
        "System.Threading.Thread", "System.Threading.ThreadPool", "System.Threading.Timer",
        "System.Threading.Tasks.Parallel", "System.Threading.Tasks.TaskFactory",
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory",
        "System.IO.DirectoryInfo", "System.IO.Path", "System.IO.RandomAccess",
    ];

    public static IEnumerable<Violation> Purity(SourceTree tree) => Check(typeof(MemoryScope).Assembly.Location);

    public static IEnumerable<Violation> Check(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var used = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => metadata.GetString(type.Namespace) + '.' + metadata.GetString(type.Name));
        var foreign = used.Where(Foreign.Contains).Distinct().ToList();
        return foreign.Select(type => new Violation(type, 1, "no threads, paths or files in the numeric core"));
    }
}

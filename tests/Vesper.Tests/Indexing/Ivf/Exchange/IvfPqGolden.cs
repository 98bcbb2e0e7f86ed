using System.Globalization;
using System.Runtime.InteropServices;
using Vesper.Indexing.Ivf.Exchange;
using Vesper.Tests.House;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>
/// Files that the format's first implementation wrote, the vectors it was given, and the nearest ten it answered for
/// each of the first vectors as a query, all lists probed.
/// </summary>
internal static class IvfPqGolden
{
    public const int Dimensions = 16;
    public const int Rows = 600;

    public static readonly string[] Names = ["plain-v10", "plain-v11", "opq-v11"];

    public static byte[] File(string name) => Bytes($"{name}.bin");

    public static float[] Vectors() => MemoryMarshal.Cast<byte, float>(Bytes("vectors.bin")).ToArray();

    public static (ulong Id, double Distance)[][] Expected(string name) =>
        [.. System.Text.Encoding.ASCII.GetString(Bytes($"{name}.expected.txt"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToArray())];

    /// <summary>Loads bytes through a file system in memory.</summary>
    public static IvfPqFileContent Load(byte[] bytes, IvfPqFileOptions? options = null)
    {
        var files = new MemoryFileSystem();
        files.Put("/index/ivfpq.bin", bytes);
        return IvfPqFileReader.Load(files, "/index/ivfpq.bin", options);
    }

    /// <summary>The bytes that saving gives.</summary>
    public static byte[] Save(IvfPqFileContent content, IvfPqFileOptions? options = null)
    {
        var files = new MemoryFileSystem();
        files.CreateDirectory("/index");
        IvfPqFileWriter.Save(files, "/index/ivfpq.bin", content, options);
        return files.Read("/index/ivfpq.bin");
    }

    private static byte[] Bytes(string name) =>
        System.IO.File.ReadAllBytes(SourceTree.Repository.PathOf($"tests/Vesper.Tests/Golden/IvfPq/{name}"));

    private static (ulong Id, double Distance) Parse(string hit)
    {
        var parts = hit.Split(':');
        return (ulong.Parse(parts[0], CultureInfo.InvariantCulture),
            double.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}

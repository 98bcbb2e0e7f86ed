using System.Buffers.Binary;

namespace Vesper.Bench.Measuring;

/// <summary>
/// Bytes of the parts of a collection's segment files, from their footers (<c>docs/formats/file.md</c>, numbers in
/// <c>docs/formats/ids.md</c>). The engine checks the files; here only sizes are added up.
/// </summary>
internal static class SegmentSections
{
    private const int TrailerBytes = 64;
    private const int FooterHeadBytes = 48;
    private const int EntryBytes = 32;

    private static readonly Dictionary<int, string> Names = new()
    {
        [8] = "vectors",
        [12] = "graph",
        [16] = "ids",
        [17] = "ids",
        [18] = "ids",
        [24] = "payload",
        [25] = "payload",
        [32] = "payload_indexes",
    };

    /// <summary>
    /// Bytes by part, over all segment files of a folder; what is none of the named parts is <c>other</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, long> Of(string folder)
    {
        var bytes = Names.Values.Append("other").Distinct().ToDictionary(name => name, _ => 0L);
        foreach (var file in Directory.EnumerateFiles(folder, "*.seg", SearchOption.AllDirectories))
        {
            var content = Read(file);
            bytes["other"] += new FileInfo(file).Length;
            foreach (var (type, length) in content)
            {
                if (Names.TryGetValue(type, out var name))
                {
                    bytes[name] += length;
                    bytes["other"] -= length;
                }
            }
        }

        return bytes;
    }

    private static List<(int Type, long Length)> Read(string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        RandomAccess.Read(file, trailer, length - TrailerBytes);
        var at = BinaryPrimitives.ReadInt64LittleEndian(trailer[8..]);
        var footer = new byte[length - TrailerBytes - at];
        RandomAccess.Read(file, footer, at);
        var count = BinaryPrimitives.ReadInt32LittleEndian(footer);
        var sections = new List<(int, long)>();
        for (var i = 0; i < count; i++)
        {
            var entry = footer.AsSpan(FooterHeadBytes + (i * EntryBytes), EntryBytes);
            sections.Add((
                BinaryPrimitives.ReadUInt16LittleEndian(entry),
                BinaryPrimitives.ReadInt64LittleEndian(entry[16..])));
        }

        return sections;
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Graph.Format;

/// <summary>Writes a graph's sealed form (docs/formats/graph.md).</summary>
internal static class GraphWriter
{
    /// <summary>Writes nodes [0, count) as the open section's bytes.</summary>
    public static void Write(SectionFileWriter file, GraphLinks links, EntryPoint entry, int count)
    {
        Debug.Assert(count == 0 ? entry.IsNone : entry.Node < count, "The entry point is one of the nodes.");
        WriteHeader(file, links, entry, count);
        WriteLevels(file, links, count);
        var listsBytesMax = (GraphLinks.MaxLevel + 1) * GraphFormat.MaxListBytes(2 * links.M);
        var buffer = new byte[GraphFormat.MaxNumberBytes + listsBytesMax];
        var sorted = new int[2 * links.M];
        for (var node = 0; node < count; node++)
        {
            file.Write(buffer.AsSpan(0, PackNode(links, node, sorted, buffer)));
        }
    }

    private static void WriteHeader(SectionFileWriter file, GraphLinks links, EntryPoint entry, int count)
    {
        Span<byte> header = stackalloc byte[GraphFormat.HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header, count);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], links.M);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Math.Max(entry.Level, 0));
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], entry.Node);
        file.Write(header);
    }

    private static void WriteLevels(SectionFileWriter file, GraphLinks links, int count)
    {
        var levels = new byte[4096];
        for (var start = 0; start < count; start += levels.Length)
        {
            var length = Math.Min(levels.Length, count - start);
            for (var i = 0; i < length; i++)
            {
                levels[i] = (byte)links.Level(start + i);
            }

            file.Write(levels.AsSpan(0, length));
        }
    }

    private static int PackNode(GraphLinks links, int node, int[] sorted, byte[] into)
    {
        var length = PackNumber((uint)(links.Parent(node) + 1), into);
        for (var layer = 0; layer <= links.Level(node); layer++)
        {
            var list = links.Links(layer, node);
            list.CopyTo(sorted);
            sorted.AsSpan(0, list.Length).Sort();
            length += PackList(sorted.AsSpan(0, list.Length), into.AsSpan(length));
        }

        return length;
    }

    private static int PackList(ReadOnlySpan<int> ascending, Span<byte> into)
    {
        var length = PackNumber((uint)ascending.Length, into);
        var previous = -1;
        foreach (var link in ascending)
        {
            Debug.Assert(link > previous, "A list holds a node once.");
            length += PackNumber((uint)(link - previous - 1), into[length..]);
            previous = link;
        }

        return length;
    }

    /// <summary>Seven bits a byte, lowest first; the high bit says that more follow.</summary>
    private static int PackNumber(uint value, Span<byte> into)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            into[length++] = (byte)(value | 0x80);
        }

        into[length++] = (byte)value;
        return length;
    }
}

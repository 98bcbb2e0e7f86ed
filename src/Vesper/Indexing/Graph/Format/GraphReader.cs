using System.Buffers.Binary;
using System.Globalization;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Graph.Format;

/// <summary>
/// Reads a graph's sealed form (docs/formats/graph.md) and trusts nothing: what it returns is safe to walk and to
/// extend. Memory is bounded by the number of rows in the store, which the caller knows to be true.
/// </summary>
internal sealed class GraphReader
{
    private readonly LazySection _section;
    private readonly PackedNumbers _numbers;
    private readonly GraphLinks _links;
    private readonly int _count;

    private GraphReader(LazySection section, GraphLinks links, int count)
    {
        _section = section;
        _links = links;
        _count = count;
        _numbers = new PackedNumbers(section, GraphFormat.HeaderBytes + count);
    }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="CorruptDataException">Anything is out of order, range or length.</exception>
    public static (GraphLinks Links, EntryPoint Entry, int Count) Read(LazySection section, int rows, MemoryScope scope)
    {
        var (count, m, entry) = ReadHeader(section, rows);
        var links = new GraphLinks(m, scope);
        try
        {
            section.LoadAll();
            new GraphReader(section, links, count).ReadNodes(entry);
            return (links, entry, count);
        }
        catch
        {
            links.Dispose();
            throw;
        }
    }

    private static (int Count, int M, EntryPoint Entry) ReadHeader(LazySection section, int rows)
    {
        var header = section.Slice(0, GraphFormat.HeaderBytes);
        var count = BinaryPrimitives.ReadInt32LittleEndian(header);
        var m = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        var level = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        var reserved = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        var entry = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        Require(section, count >= 0 && count <= rows, 0, $"0 to {rows} nodes", count);
        var countMax = (section.Length - header.Length) / GraphFormat.MinNodeBytes;
        Require(section, count <= countMax, 0, $"at most {countMax} nodes", count);
        Require(section, m is >= 2 and <= 128, 4, "M of 2 to 128", m);
        var isLevel = level is >= 0 and <= GraphLinks.MaxLevel && (count > 0 || level == 0);
        Require(section, isLevel, 8, "a top level", level);
        Require(section, reserved == 0, 12, "0", reserved);
        var isNode = count == 0 ? entry == GraphLinks.None : entry >= 0 && entry < count;
        Require(section, isNode, 16, $"an entry point among {count} nodes", entry);
        return (count, m, count == 0 ? EntryPoint.None : new EntryPoint(entry, level));
    }

    private void ReadNodes(EntryPoint entry)
    {
        ReadLevels(entry);
        var parents = new int[_count];
        for (var node = 0; node < _count; node++)
        {
            parents[node] = ReadParent(node);
            for (var layer = 0; layer <= _links.Level(node); layer++)
            {
                ReadList(layer, node);
            }

            _links.Complete(node);
        }

        var end = _numbers.Position;
        Require(_section, end == _section.Length, end, "the section's end", _section.Length);
        CheckTree(parents);
    }

    private void ReadLevels(EntryPoint entry)
    {
        var lists = (long)_count;
        for (var node = 0; node < _count; node++)
        {
            var at = GraphFormat.HeaderBytes + node;
            var level = _section.Slice(at, 1)[0];
            Require(_section, level <= entry.Level, at, "a level up to the top", level);

            // A list takes a byte at least: memory for lists that cannot be there is never asked for.
            lists += level;
            Require(_section, lists <= _section.Length - GraphFormat.HeaderBytes, at, "lists that fit", lists);
            _links.Add(node, level);
        }

        var top = _count == 0 ? -1 : _links.Level(entry.Node);
        Require(_section, top == entry.Level, GraphFormat.HeaderBytes - 4, "an entry point on the top level", top);
    }

    private int ReadParent(int node)
    {
        var at = _numbers.Position;
        var parent = (long)_numbers.Next() - 1;
        if (parent >= _count || parent == node)
        {
            throw _section.Corrupt(at, $"a parent among {_count} nodes", $"{parent}");
        }

        if (parent >= 0)
        {
            _links.SetParent(node, (int)parent);
        }

        return (int)parent;
    }

    private void ReadList(int layer, int node)
    {
        var at = _numbers.Position;
        var list = _links.List(layer, node);
        var length = _numbers.Next();
        if (length > (uint)list.Length)
        {
            throw _section.Corrupt(at, $"at most {list.Length} links", $"{length}");
        }

        var previous = -1L;
        for (var i = 0; i < (int)length; i++)
        {
            at = _numbers.Position;
            previous += 1L + _numbers.Next();
            if (previous >= _count || previous == node || _links.Level((int)previous) < layer)
            {
                throw _section.Corrupt(at, $"a link from {node} to one of {_count} on layer {layer}", $"{previous}");
            }

            list[i] = (int)previous;
        }
    }

    /// <summary>Parents must form one tree: an insertion that looks for room descends it.</summary>
    private void CheckTree(int[] parents)
    {
        const int Done = -2;
        var roots = parents.AsSpan().Count(GraphLinks.None);
        Require(_section, roots == Math.Min(_count, 1), GraphFormat.HeaderBytes + _count, "one root", roots);
        for (var node = 0; node < _count; node++)
        {
            var steps = 0;
            for (var at = node; at >= 0 && parents[at] != Done; at = parents[at])
            {
                if (steps++ > _count)
                {
                    throw _section.Corrupt(GraphFormat.HeaderBytes + _count, "a tree", $"a cycle at node {node}");
                }
            }

            for (var at = node; at >= 0 && parents[at] != Done;)
            {
                (at, parents[at]) = (parents[at], Done);
            }
        }
    }

    private static void Require(LazySection section, bool holds, long offset, string expected, long found)
    {
        if (!holds)
        {
            throw section.Corrupt(offset, expected, found.ToString(CultureInfo.InvariantCulture));
        }
    }
}

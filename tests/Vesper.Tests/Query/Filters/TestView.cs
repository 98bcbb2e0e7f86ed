using System.Text;
using Vesper.Numerics.Selection;
using Vesper.Payloads;

namespace Vesper.Tests.Query.Filters;

/// <summary>A view over payloads in memory.</summary>
internal sealed class TestView(IReadOnlyList<byte[]> payloads, IReadOnlyList<PointId> ids) : IPayloadView
{
    public TestView(IEnumerable<string> payloads)
        : this([.. payloads.Select(Encoding.UTF8.GetBytes)], [])
    {
    }

    public Dictionary<string, IPayloadIndex> Indexes { get; } = new(StringComparer.Ordinal);

    public int Reads { get; private set; }

    public int Count => payloads.Count;

    public BitSet? Overlaid { get; init; }

    public ReadOnlySpan<byte> PayloadOf(Ordinal row)
    {
        Reads++;
        return payloads[row.Value];
    }

    public IPayloadIndex? IndexOf(string path) => Indexes.GetValueOrDefault(path);

    public void AddRowsOf(PointId id, BitSet into)
    {
        for (var row = 0; row < ids.Count; row++)
        {
            if (ids[row] == id)
            {
                into.Add(row);
            }
        }
    }

    /// <summary>An index over the rows, filled as the active segment does.</summary>
    public static PayloadIndexWriter Index(string path, PayloadIndexType type, IReadOnlyList<byte[]> payloads)
    {
        var index = new PayloadIndexWriter(path, type);
        for (var row = 0; row < payloads.Count; row++)
        {
            index.Add(new Ordinal(row), payloads[row]);
        }

        return index;
    }
}

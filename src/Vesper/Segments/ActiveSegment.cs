using System.Runtime.InteropServices;
using Vesper.Indexing;
using Vesper.Indexing.Graph;
using Vesper.Indexing.Vectors;
using Vesper.Payloads;

namespace Vesper.Segments;

/// <summary>
/// The segment that takes writes, in memory; its durable form is the log. Frozen when full, then sealed to a file.
/// </summary>
internal sealed class ActiveSegment : Segment
{
    private readonly IdColumnWriter _ids = new();
    private readonly PayloadColumnWriter _payloads;
    private readonly FloatVectorStore[] _vectors;
    private readonly HnswGraph?[] _graphs;
    private readonly MemoryScope _scope;
    private readonly float[] _row;
    private IReadOnlyDictionary<string, PayloadIndexWriter> _payloadIndexes;

    public ActiveSegment(SegmentSchema schema, MemoryScope parent)
        : base(new SegmentId(Guid.NewGuid()), schema)
    {
        _scope = new MemoryScope("active segment", parent);
        _payloads = new PayloadColumnWriter(_scope);
        _vectors = [.. schema.Fields.Select(field =>
            new FloatVectorStore(field.Options.Metric, field.Options.Dimensions, _scope))];
        _graphs = new HnswGraph?[schema.Fields.Count];
        _row = new float[schema.Fields.Max(field => field.Options.Dimensions)];
        _payloadIndexes = schema.PayloadIndexes.ToDictionary(
            index => index.Path, index => new PayloadIndexWriter(index.Path, index.Type), StringComparer.Ordinal);
    }

    /// <summary>
    /// What a checkpoint reaches once this frozen segment and all older ones are sealed; null while it is active.
    /// </summary>
    public CheckpointPosition? FrozenAt { get; private set; }

    public override int Count => _ids.Count;

    public override IIdColumn Ids => _ids;

    public override IPayloadColumn Payloads => _payloads;

    /// <summary>Bytes of vectors, payloads and changed payloads, against which the sealing limit is held.</summary>
    public long Bytes => (long)Count * Schema.FloatsPerRow * sizeof(float) + _payloads.Bytes + Overlay.Bytes;

    public override IVectorStore Vectors(int field) => _vectors[field];

    public override IVectorIndex? Index(int field) => Volatile.Read(ref _graphs[field]);

    public override int IndexedRows(int field) => Volatile.Read(ref _graphs[field])?.Count ?? 0;

    public override IPayloadIndex? PayloadIndex(string path) =>
        Volatile.Read(ref _payloadIndexes).GetValueOrDefault(path);

    /// <summary>Appends a row (writer only).</summary>
    /// <param name="id">The point.</param>
    /// <param name="vectors">All fields' float32 values, little-endian, in schema order.</param>
    /// <param name="payload">JSON text.</param>
    public void Append(PointId id, ReadOnlySpan<byte> vectors, ReadOnlySpan<byte> payload)
    {
        foreach (var store in _vectors)
        {
            var row = _row.AsSpan(0, store.Dimensions);
            vectors[..(row.Length * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(row));
            store.Append(row);
            vectors = vectors[(row.Length * sizeof(float))..];
        }

        var ordinal = _payloads.Append(payload);
        foreach (var index in _payloadIndexes.Values)
        {
            index.Add(ordinal, payload);
        }

        // Last: the id makes the row count.
        _ids.Append(id);
    }

    /// <summary>Ends appending.</summary>
    public void Freeze(CheckpointPosition at) => FrozenAt = at;

    /// <summary>The graph of a field, made at first need (one feeder calls this).</summary>
    public HnswGraph GraphForFeeding(int field)
    {
        if (_graphs[field] is null)
        {
            Volatile.Write(
                ref _graphs[field], new HnswGraph(Schema.Fields[field].Options.Index, _vectors[field], _scope));
        }

        return _graphs[field]!;
    }

    /// <summary>
    /// Makes the payload indexes those of a new schema (writer only); added ones are built over the rows that are here.
    /// </summary>
    public void SetPayloadIndexes(IReadOnlyList<PayloadIndexField> fields)
    {
        var next = new Dictionary<string, PayloadIndexWriter>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (_payloadIndexes.TryGetValue(field.Path, out var existing) && existing.Type == field.Type)
            {
                next.Add(field.Path, existing);
                continue;
            }

            var index = new PayloadIndexWriter(field.Path, field.Type);
            for (var row = 0; row < Count; row++)
            {
                index.Add(new Ordinal(row), _payloads[new Ordinal(row)]);
            }

            next.Add(field.Path, index);
        }

        Volatile.Write(ref _payloadIndexes, next);
    }

    protected override void Free()
    {
        foreach (var graph in _graphs)
        {
            graph?.Dispose();
        }

        foreach (var store in _vectors)
        {
            store.Dispose();
        }

        _payloads.Dispose();
    }
}

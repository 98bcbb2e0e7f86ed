using System.Collections.Concurrent;
using Vesper.Indexing;
using Vesper.Indexing.Graph;
using Vesper.Indexing.Ivf;
using Vesper.Indexing.Ivf.Format;
using Vesper.Indexing.Vectors;
using Vesper.Payloads;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Segments;

/// <summary>
/// An immutable segment in a file. Opening reads header, footer and meta; everything else loads at first touch.
/// </summary>
internal sealed class SealedSegment : Segment
{
    private readonly SectionFileReader _file;
    private readonly SegmentMeta _meta;
    private readonly MemoryScope _scope;
    private readonly IdColumnReader _ids;
    private readonly PayloadColumnReader _payloads;
    private readonly FloatVectorStore[] _vectors;
    private readonly FirstTouch<IVectorIndex>?[] _indexes;
    private readonly ConcurrentDictionary<PayloadIndexField, FirstTouch<IPayloadIndex>> _payloadIndexes = new();
    private IReadOnlyList<PayloadIndexField> _wanted;

    private SealedSegment(SectionFileReader file, SegmentMeta meta, SegmentSchema schema, MemoryScope scope)
        : base(new SegmentId(meta.Id), schema)
    {
        _file = file;
        _meta = meta;
        _scope = scope;
        _wanted = schema.PayloadIndexes;
        _ids = IdColumnReader.Open(file, meta.Rows, scope);
        _payloads = PayloadColumnReader.Open(file, meta.Rows, scope);
        _vectors = [.. schema.Fields.Select((field, index) => FloatVectorStore.Open(
            file.Section(SegmentSections.Vectors(index), scope),
            field.Options.Metric,
            field.Options.Dimensions,
            meta.Rows))];
        _indexes = [.. schema.Fields.Select((field, index) => meta.Fields[index].IndexedRows == 0
            ? null
            : new FirstTouch<IVectorIndex>(() => OpenIndex(field, index)))];
    }

    /// <summary>What the manifest says of the file.</summary>
    public required FileReceipt Receipt { get; init; }

    public SegmentMeta Meta => _meta;

    public override int Count => _meta.Rows;

    public override IIdColumn Ids => _ids;

    public override IPayloadColumn Payloads => _payloads;

    /// <summary>Payload indexes that the file holds.</summary>
    public IReadOnlyList<PayloadIndexField> StoredPayloadIndexes => _meta.PayloadIndexes;

    public static SealedSegment Open(IFileSystem files, string directory, FileReceipt receipt, SegmentContext context)
    {
        var scope = new MemoryScope($"segment {receipt.Name}", context.Scope);
        var file = SectionFileReader.Open(
            files, Path.Combine(directory, receipt.Name), FileKind.Segment, SegmentSections.Version, receipt);
        try
        {
            var meta = SegmentMeta.Read(file, scope);
            CheckFields(file, meta, context.Schema);
            return new SealedSegment(file, meta, context.Schema, scope) { Receipt = receipt };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override IVectorStore Vectors(int field) => _vectors[field];

    public override IVectorIndex? Index(int field) => _indexes[field]?.Value;

    public override int IndexedRows(int field) => _meta.Fields[field].IndexedRows;

    public override IPayloadIndex? PayloadIndex(string path) =>
        Volatile.Read(ref _wanted).FirstOrDefault(index => index.Path == path) is { } wanted
            ? _payloadIndexes.GetOrAdd(
                wanted, field => new FirstTouch<IPayloadIndex>(() => OpenPayloadIndex(field))).Value
            : null;

    /// <summary>
    /// Makes the payload indexes those of a new schema; one that the file lacks is built in memory at first use.
    /// </summary>
    public void SetPayloadIndexes(IReadOnlyList<PayloadIndexField> fields) => Volatile.Write(ref _wanted, fields);

    /// <summary>Reads and checks every byte and every structure; see the offline check.</summary>
    public void Verify(Action<long, string> report, CancellationToken cancellation)
    {
        _file.Verify(report, cancellation);
        _ids.Verify();
        _payloads.Verify();
        for (var index = 0; index < _meta.PayloadIndexes.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var reader = OpenStoredIndex(_meta.PayloadIndexes[index], index);
            reader.Verify();
        }

        for (var field = 0; field < _indexes.Length; field++)
        {
            cancellation.ThrowIfCancellationRequested();
            var name = _meta.Fields[field].Name;
            VerifyVectors(field, problem => report(-1, $"vector field '{name}': {problem}"));
            (Index(field) as HnswGraph)?.Check(problem => report(-1, $"graph of vector field '{name}': {problem}"));
        }
    }

    private void VerifyVectors(int field, Action<string> report)
    {
        var options = Schema.Fields[field].Options;
        var vector = new float[options.Dimensions];
        for (var row = 0; row < Count; row++)
        {
            _vectors[field].Read(new Ordinal(row), vector);
            if (VectorRules.Problem(vector, options) is { } problem)
            {
                report($"row {row} {problem}");
            }
        }
    }

    protected override void Free()
    {
        foreach (var index in _indexes)
        {
            index?.Loaded?.Dispose();
        }

        foreach (var payloadIndex in _payloadIndexes.Values)
        {
            (payloadIndex.Loaded as IDisposable)?.Dispose();
        }

        foreach (var store in _vectors)
        {
            store.Dispose();
        }

        _payloads.Dispose();
        _ids.Dispose();
        _file.Dispose();
    }

    private static void CheckFields(SectionFileReader file, SegmentMeta meta, SegmentSchema schema)
    {
        var expected = schema.Fields.Select(field => (field.Name, field.Options.Dimensions, field.Options.Metric));
        var found = meta.Fields.Select(field => (field.Name, field.Dimensions, field.Metric)).ToArray();
        if (!expected.SequenceEqual(found))
        {
            throw file.Corrupt(
                SegmentSections.Meta,
                0,
                $"the vector fields {string.Join(", ", expected)}",
                string.Join(", ", found));
        }

        if (!meta.Fields.All(field => field.GraphRows >= 0
            && field.GraphRows <= meta.Rows
            && (field.InvertedRows == 0 || (field.InvertedRows == meta.Rows && field.GraphRows == 0))
            && field.Calibration is not null))
        {
            throw file.Corrupt(
                SegmentSections.Meta, 0, "one index a field, over at most the segment's rows", "something else");
        }
    }

    private IVectorIndex OpenIndex(VectorField field, int index) =>
        _meta.Fields[index].GraphRows > 0 ? OpenGraph(field, index) : OpenInverted(field, index);

    private IvfIndex OpenInverted(VectorField field, int index)
    {
        var section = _file.Section(SegmentSections.Inverted(index), _scope);
        return IvfReader.Open(section, new IvfPlace(field.Options, Count, _scope));
    }

    private HnswGraph OpenGraph(VectorField field, int index)
    {
        var section = _file.Section(SegmentSections.Graph(index), _scope);
        var graph = HnswGraph.Open(section, field.Options.Index, _vectors[index], _scope);
        if (graph.Count != _meta.Fields[index].GraphRows)
        {
            using (graph)
            {
                throw section.Corrupt(0, $"{_meta.Fields[index].GraphRows} graph nodes", $"{graph.Count}");
            }
        }

        return graph;
    }

    private IPayloadIndex OpenPayloadIndex(PayloadIndexField field)
    {
        for (var index = 0; index < _meta.PayloadIndexes.Count; index++)
        {
            if (_meta.PayloadIndexes[index] == field)
            {
                return OpenStoredIndex(field, index);
            }
        }

        var built = new PayloadIndexWriter(field.Path, field.Type);
        for (var row = 0; row < Count; row++)
        {
            built.Add(new Ordinal(row), _payloads[new Ordinal(row)]);
        }

        return built;
    }

    private PayloadIndexReader OpenStoredIndex(PayloadIndexField field, int index) =>
        PayloadIndexReader.Open(_file, SegmentSections.PayloadIndex(index), field.Type, Count, _scope);
}

/// <summary>What opening or building a segment needs to know of its collection.</summary>
internal sealed record SegmentContext(SegmentSchema Schema, MemoryScope Scope);

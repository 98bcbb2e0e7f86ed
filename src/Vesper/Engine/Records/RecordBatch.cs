using System.Buffers;
using System.Runtime.InteropServices;
using Vesper.Segments;
using Vesper.Storage.Wal;

namespace Vesper.Engine.Records;

/// <summary>
/// One atomic batch as log records: parts are added until it is logged, a new record is begun when one is large enough.
/// </summary>
internal sealed class RecordBatch
{
    private const int RecordTargetBytes = 4 << 20;

    private readonly List<(RecordType Type, ArrayBufferWriter<byte> Payload)> _records = [];

    public IReadOnlyList<(RecordType Type, ArrayBufferWriter<byte> Payload)> Records => _records;

    public long Bytes { get; private set; }

    public bool OnlyDeletes => _records.TrueForAll(record => record.Type == RecordType.Delete);

    public bool IsEmpty => _records.Count == 0;

    /// <summary>Adds a point with a vector for each field of the schema, in its order.</summary>
    public void AddPoint(PointId id, ReadOnlySpan<ReadOnlyMemory<float>> vectors, ReadOnlySpan<byte> payload)
    {
        var size = RecordCodec.SizeOf(id) + 4L + payload.Length;
        foreach (var vector in vectors)
        {
            size += (long)vector.Length * sizeof(float);
        }

        var record = Open(RecordType.Upsert, size);
        RecordCodec.Write(record, id);
        foreach (var vector in vectors)
        {
            record.Write(MemoryMarshal.AsBytes(vector.Span));
        }

        RecordCodec.Write(record, payload);
    }

    public void AddDelete(PointId id) => RecordCodec.Write(Open(RecordType.Delete, RecordCodec.SizeOf(id)), id);

    public void AddPayload(PointId id, ReadOnlySpan<byte> payload)
    {
        var record = Open(RecordType.Payload, RecordCodec.SizeOf(id) + 4L + payload.Length);
        RecordCodec.Write(record, id);
        RecordCodec.Write(record, payload);
    }

    /// <summary>Bytes of a row's vectors in a record.</summary>
    public static int VectorBytes(SegmentSchema schema) => checked((int)(schema.FloatsPerRow * sizeof(float)));

    private ArrayBufferWriter<byte> Open(RecordType type, long size)
    {
        LimitExceededException.ThrowIfAbove("point", size, WriteAheadLog.MaxRecordBytes, "bytes");
        Bytes += size;
        LimitExceededException.ThrowIfAbove("batch", Bytes, Limits.BatchBytes, "bytes");
        if (_records.Count == 0
            || _records[^1].Type != type
            || _records[^1].Payload.WrittenCount + size > RecordTargetBytes)
        {
            _records.Add((type, new ArrayBufferWriter<byte>((int)Math.Max(size, 256))));
        }

        return _records[^1].Payload;
    }
}

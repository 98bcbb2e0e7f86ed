using System.Buffers;
using System.Diagnostics;

namespace Vesper.Storage.Wal;

/// <summary>
/// The framed records of the open group, in one pooled array. Checksums come when a part of it is written.
/// </summary>
internal sealed class GroupBuffer : IDisposable
{
    private const int InitialBytes = 64 << 10;
    private const int KeptBytes = 8 << 20;

    private byte[] _bytes = [];
    private long _batchBytes;

    /// <summary>Framed bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>The last record did not end its batch.</summary>
    public bool BatchOpen { get; private set; }

    public Span<byte> Part(int from, int to) => _bytes.AsSpan(from, to - from);

    public void Append(byte type, ReadOnlySpan<byte> payload, bool last, ulong lsn)
    {
        LimitExceededException.ThrowIfAbove("log record", payload.Length, WalFormat.MaxRecordBytes, "bytes");
        int frameBytes = WalFormat.FrameBytes(payload.Length);
        LimitExceededException.ThrowIfAbove("batch", _batchBytes + payload.Length, WalFormat.MaxBatchBytes, "bytes");
        LimitExceededException.ThrowIfAbove(
            "commit group", (long)Length + frameBytes, WalFormat.MaxGroupBytes, "bytes");
        Frame(type, payload, last, lsn);
        _batchBytes = last ? 0 : _batchBytes + payload.Length;
        BatchOpen = !last;
    }

    public void AppendMarker(byte type, CommitMarker marker)
    {
        Debug.Assert(!BatchOpen, "a marker closes whole batches");
        Debug.Assert(type >= WalFormat.FirstMarkerType, "the log's own type");
        Span<byte> payload = stackalloc byte[WalFormat.MarkerPayloadBytes];
        marker.Write(payload);
        Frame(type, payload, last: false, lsn: 0);
    }

    /// <summary>
    /// Where to stop a part that starts at <paramref name="from"/> and has this much room: everything if it fits, else
    /// after the last whole batch that fits, else after the last whole record, and never less than one record.
    /// </summary>
    public int Cut(int from, long room)
    {
        Debug.Assert(from >= 0 && from < Length, "something is left");
        if (Length - from <= room)
        {
            return Length;
        }

        int record = 0;
        int batch = 0;
        for (int at = from; at < Length;)
        {
            RecordHeader header = RecordHeader.ReadTrusted(_bytes.AsSpan(at, WalFormat.RecordHeaderBytes));
            at += header.FrameBytes;
            if (at - from > room && record > 0)
            {
                break;
            }

            record = at;
            batch = header.Last ? at : batch;
        }

        return batch > 0 ? batch : record;
    }

    /// <summary>Forgets the records; a buffer that a large group has grown goes back to the pool.</summary>
    public void Reset()
    {
        Length = 0;
        _batchBytes = 0;
        BatchOpen = false;
        if (_bytes.Length > KeptBytes)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
    }

    private void Frame(byte type, ReadOnlySpan<byte> payload, bool last, ulong lsn)
    {
        int frameBytes = WalFormat.FrameBytes(payload.Length);
        Reserve(frameBytes);
        Span<byte> frame = _bytes.AsSpan(Length, frameBytes);
        RecordHeader.WriteUnsealed(frame, payload.Length, type, last, lsn);
        payload.CopyTo(frame[WalFormat.RecordHeaderBytes..]);
        frame[(WalFormat.RecordHeaderBytes + payload.Length)..].Clear();
        Length += frameBytes;
    }

    private void Reserve(int frameBytes)
    {
        int needed = Length + frameBytes;
        if (needed <= _bytes.Length)
        {
            return;
        }

        int size = (int)Math.Max(needed, Math.Min(Math.Max(InitialBytes, _bytes.Length * 2L), Array.MaxLength));
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}

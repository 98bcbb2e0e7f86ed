using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Storage.Wal;

/// <summary>The segment being written: one descriptor from the first byte to the last sync.</summary>
internal sealed class SegmentWriter(IFile file, string path, SegmentHeader header) : IDisposable
{
    private readonly SegmentChecksum _checksum = new(header.Salt);
    private long _offset = WalFormat.SegmentHeaderBytes;

    public long Number => header.Number;

    /// <summary>The path it has, or gets, under its final name.</summary>
    public string Path => path;

    /// <summary>Where the next record goes. Readable from any thread.</summary>
    public long Offset => Volatile.Read(ref _offset);

    /// <summary>Chain after the last record written.</summary>
    public uint Chain { get; private set; } = header.PrevChain;

    /// <summary>LSN of the last data record written, here or before.</summary>
    public ulong LastLsn { get; private set; } = header.PrevLastLsn;

    /// <summary>The last record written did not end its batch.</summary>
    public bool BatchOpen { get; private set; } = header.InsideBatch;

    public bool IsEmpty => Offset == WalFormat.SegmentHeaderBytes;

    public void WriteHeader()
    {
        Span<byte> block = new byte[WalFormat.SegmentHeaderBytes];
        header.Write(block);
        file.WriteAt(block, 0);
    }

    /// <summary>
    /// Adds the checksums to framed records and writes them in one call. On failure nothing here has moved.
    /// </summary>
    public void Write(Span<byte> frames)
    {
        Debug.Assert(frames.Length % WalFormat.GridBytes == 0, "whole frames");
        uint chain = Chain;
        ulong lastLsn = LastLsn;
        bool batchOpen = BatchOpen;
        for (int at = 0; at < frames.Length;)
        {
            RecordHeader record = RecordHeader.ReadTrusted(frames[at..]);
            Debug.Assert(record.IsMarker ? record.Lsn == 0 : record.Lsn == lastLsn + 1, "LSNs rise by one");
            chain = RecordHeader.Seal(frames.Slice(at, record.FrameBytes), _checksum, header.Epoch, chain);
            lastLsn = record.IsMarker ? lastLsn : record.Lsn;
            batchOpen = !record.IsMarker && !record.Last;
            at += record.FrameBytes;
        }

        file.WriteAt(frames, _offset);
        Chain = chain;
        LastLsn = lastLsn;
        BatchOpen = batchOpen;
        Volatile.Write(ref _offset, _offset + frames.Length);
    }

    /// <summary>Cuts off what a failed write may have left after the last good record, durably.</summary>
    public void TruncateBack()
    {
        file.SetLength(_offset);
        file.Sync();
    }

    public void Sync() => file.Sync();

    public void Dispose() => file.Dispose();
}

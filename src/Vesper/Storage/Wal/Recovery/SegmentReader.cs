using System.Buffers;
using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>Reads the records of one segment through a window of a megabyte, or of one record where that is larger.</summary>
internal sealed class SegmentReader : IDisposable
{
    private const int WindowBytes = 1 << 20;

    private readonly IFile file;
    private readonly SegmentChecksum checksum;
    private readonly uint epoch;
    private byte[] window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private long windowStart;
    private int windowLength;

    public SegmentReader(IFileSystem files, SegmentFile segment)
    {
        Debug.Assert(segment.Header is not null, "only segments with a sound header are read");
        file = files.OpenRead(segment.Path);
        checksum = new SegmentChecksum(segment.Header.Salt);
        epoch = segment.Header.Epoch;
        Length = file.Length;
    }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length { get; }

    public SegmentChecksum Checksum => checksum;

    /// <summary>Reads what stands at an offset. For <see cref="FrameStatus.BadPayload"/> the frame's length is right.</summary>
    public FrameStatus Read(long offset, out RecordFrame frame)
    {
        Debug.Assert(offset % WalFormat.GridBytes == 0, "records start on the grid");
        frame = default;
        ReadOnlySpan<byte> head = Window(offset, WalFormat.RecordHeaderBytes);
        if (head.Length < WalFormat.RecordHeaderBytes)
            return ZeroBytes.Only(file, offset) ? FrameStatus.End : FrameStatus.Short;

        if (!RecordHeader.TryRead(head, checksum, epoch, out RecordHeader header))
        {
            return !head.ContainsAnyExcept((byte)0) && ZeroBytes.Only(file, offset)
                ? FrameStatus.End
                : FrameStatus.BadHeader;
        }

        if (header.FrameBytes > Length - offset)
            return FrameStatus.Short;

        ReadOnlySpan<byte> bytes = Window(offset, header.FrameBytes);
        if (bytes.Length < header.FrameBytes)
            return FrameStatus.Short;

        frame = new RecordFrame(header, bytes, offset);
        ReadOnlySpan<byte> padding = bytes[(WalFormat.RecordHeaderBytes + header.PayloadBytes)..];
        return checksum.Payload(frame.Payload) == header.PayloadCrc && !padding.ContainsAnyExcept((byte)0)
            ? FrameStatus.Record
            : FrameStatus.BadPayload;
    }

    /// <summary>The first offset from here on, on the grid, where a sound record header stands; the file's length when none does.</summary>
    public long FindHeader(long offset)
    {
        Debug.Assert(offset % WalFormat.GridBytes == 0, "records start on the grid");
        for (long at = offset; at <= Length - WalFormat.RecordHeaderBytes; at += WalFormat.GridBytes)
        {
            ReadOnlySpan<byte> head = Window(at, WalFormat.RecordHeaderBytes);
            if (head.Length < WalFormat.RecordHeaderBytes)
                break;

            if (RecordHeader.TryRead(head, checksum, epoch, out _))
                return at;
        }

        return Length;
    }

    public void Sync() => file.Sync();

    public void Dispose()
    {
        file.Dispose();
        if (window.Length > 0)
            ArrayPool<byte>.Shared.Return(window);

        window = [];
    }

    /// <summary>That many bytes at an offset, or fewer at the end of the file.</summary>
    private ReadOnlySpan<byte> Window(long offset, int count)
    {
        long ahead = offset - windowStart;
        if (ahead < 0 || ahead + count > windowLength)
        {
            Fill(offset, count);
            ahead = 0;
        }

        return window.AsSpan((int)ahead, (int)Math.Min(count, windowLength - ahead));
    }

    private void Fill(long offset, int count)
    {
        if (count > window.Length)
        {
            Debug.Assert(count <= WalFormat.FrameBytes(WalFormat.MaxRecordBytes), "the length was checked");
            ArrayPool<byte>.Shared.Return(window);
            window = ArrayPool<byte>.Shared.Rent(count);
        }

        int wanted = (int)Math.Min(window.Length, Math.Max(0, Length - offset));
        windowStart = offset;
        windowLength = file.ReadAt(window.AsSpan(0, wanted), offset);
    }
}

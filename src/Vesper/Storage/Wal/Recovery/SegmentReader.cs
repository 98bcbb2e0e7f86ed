using System.Buffers;
using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>
/// Reads the records of one segment through a window of a megabyte, or of one record where that is larger.
/// </summary>
internal sealed class SegmentReader : IDisposable
{
    private const int WindowBytes = 1 << 20;

    private readonly IFile _file;
    private readonly SegmentChecksum _checksum;
    private readonly uint _epoch;
    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private long _windowStart;
    private int _windowLength;

    public SegmentReader(IFileSystem files, SegmentFile segment)
    {
        Debug.Assert(segment.Header is not null, "only segments with a sound header are read");
        _file = files.OpenRead(segment.Path);
        _checksum = new SegmentChecksum(segment.Header.Salt);
        _epoch = segment.Header.Epoch;
        Length = _file.Length;
    }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length { get; }

    public SegmentChecksum Checksum => _checksum;

    /// <summary>
    /// Reads what stands at an offset. For <see cref="FrameStatus.BadPayload"/> the frame's length is right.
    /// </summary>
    public FrameStatus Read(long offset, out RecordFrame frame)
    {
        Debug.Assert(offset % WalFormat.GridBytes == 0, "records start on the grid");
        frame = default;
        ReadOnlySpan<byte> head = Window(offset, WalFormat.RecordHeaderBytes);
        if (head.Length < WalFormat.RecordHeaderBytes)
        {
            return ZeroBytes.Only(_file, offset) ? FrameStatus.End : FrameStatus.Short;
        }

        if (!RecordHeader.TryRead(head, _checksum, _epoch, out RecordHeader header))
        {
            return !head.ContainsAnyExcept((byte)0) && ZeroBytes.Only(_file, offset)
                ? FrameStatus.End
                : FrameStatus.BadHeader;
        }

        if (header.FrameBytes > Length - offset)
        {
            return FrameStatus.Short;
        }

        ReadOnlySpan<byte> bytes = Window(offset, header.FrameBytes);
        if (bytes.Length < header.FrameBytes)
        {
            return FrameStatus.Short;
        }

        frame = new RecordFrame(header, bytes, offset);
        ReadOnlySpan<byte> padding = bytes[(WalFormat.RecordHeaderBytes + header.PayloadBytes)..];
        return _checksum.Payload(frame.Payload) == header.PayloadCrc && !padding.ContainsAnyExcept((byte)0)
            ? FrameStatus.Record
            : FrameStatus.BadPayload;
    }

    /// <summary>
    /// The first offset from here on, on the grid, where a sound record header stands; the file's length when none
    /// does.
    /// </summary>
    public long FindHeader(long offset)
    {
        Debug.Assert(offset % WalFormat.GridBytes == 0, "records start on the grid");
        for (long at = offset; at <= Length - WalFormat.RecordHeaderBytes; at += WalFormat.GridBytes)
        {
            ReadOnlySpan<byte> head = Window(at, WalFormat.RecordHeaderBytes);
            if (head.Length < WalFormat.RecordHeaderBytes)
            {
                break;
            }

            if (RecordHeader.TryRead(head, _checksum, _epoch, out _))
            {
                return at;
            }
        }

        return Length;
    }

    public void Sync() => _file.Sync();

    public void Dispose()
    {
        _file.Dispose();
        if (_window.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_window);
        }

        _window = [];
    }

    /// <summary>That many bytes at an offset, or fewer at the end of the file.</summary>
    private ReadOnlySpan<byte> Window(long offset, int count)
    {
        long ahead = offset - _windowStart;
        if (ahead < 0 || ahead + count > _windowLength)
        {
            Fill(offset, count);
            ahead = 0;
        }

        return _window.AsSpan((int)ahead, (int)Math.Min(count, _windowLength - ahead));
    }

    private void Fill(long offset, int count)
    {
        if (count > _window.Length)
        {
            Debug.Assert(count <= WalFormat.FrameBytes(WalFormat.MaxRecordBytes), "the length was checked");
            ArrayPool<byte>.Shared.Return(_window);
            _window = ArrayPool<byte>.Shared.Rent(count);
        }

        int wanted = (int)Math.Min(_window.Length, Math.Max(0, Length - offset));
        _windowStart = offset;
        _windowLength = _file.ReadAt(_window.AsSpan(0, wanted), offset);
    }
}

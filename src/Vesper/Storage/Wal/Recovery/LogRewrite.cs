using System.Diagnostics;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>
/// Writes records again at the start of a new segment. Their commit markers say that all up to them is durable, which
/// is true as soon as anybody can read them: the segment gets its name only after it was synced.
/// </summary>
internal sealed class LogRewrite(WalOptions options, LogPath path, LogReplay replay)
{
    private const int FlushBytes = 1 << 20;

    private readonly GroupBuffer _buffer = new();
    private ulong _lsn = replay.BaseLsn;
    private long _micros;

    public static bool IsNeeded(LogReplay replay) => replay.Unproven.Count > 0 || replay.RecordsSalvaged > 0;

    public void Fill(SegmentWriter segment)
    {
        _lsn = replay.BaseLsn;
        _buffer.Reset();
        foreach (RecordRange range in replay.Unproven)
        {
            Copy(range, (in frame) => CopyInOrder(segment, frame));
        }

        foreach (RecordRange range in replay.Salvaged)
        {
            Copy(range, (in frame) => CopySalvaged(segment, frame));
        }

        Flush(segment);
        _buffer.Dispose();
        Debug.Assert(segment.LastLsn == replay.LastLsn, "every record of the kept log is there");
    }

    private void Copy(RecordRange range, TakeFrame take) => RecordRun.Read(
        options.Files, path.Steps[range.From.Step].Segment, (range.From.Offset, range.To), take);

    private void CopyInOrder(SegmentWriter segment, in RecordFrame frame)
    {
        if (!frame.Header.IsMarker)
        {
            Debug.Assert(frame.Header.Lsn == _lsn + 1, "a record keeps its LSN");
            CopyRecord(segment, frame);
        }
        else if (frame.Header.Type == WalFormat.CommitType && CommitMarker.TryRead(frame.Payload, out var marker))
        {
            Mark(marker.CommitUnixMicros);
        }
    }

    private void CopySalvaged(SegmentWriter segment, in RecordFrame frame)
    {
        if (!replay.Keeps(frame.Header.Lsn))
        {
            return;
        }

        CopyRecord(segment, frame);
        if (frame.Header.Last)
        {
            Mark(_micros);
        }
    }

    private void CopyRecord(SegmentWriter segment, in RecordFrame frame)
    {
        _lsn++;
        _buffer.Append(frame.Header.Type, frame.Payload, frame.Header.Last, _lsn);
        if (_buffer.Length >= FlushBytes)
        {
            Flush(segment);
        }
    }

    private void Mark(long commitMicros)
    {
        _micros = Math.Max(_micros, commitMicros);
        _buffer.AppendMarker(WalFormat.CommitType, new CommitMarker(_lsn, _lsn, _micros));
    }

    private void Flush(SegmentWriter segment)
    {
        if (_buffer.Length > 0)
        {
            segment.Write(_buffer.Part(0, _buffer.Length));
        }

        _buffer.Reset();
    }
}

using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>Takes one record that an earlier pass has found sound.</summary>
internal delegate void TakeFrame(in RecordFrame frame);

/// <summary>Reads again what the first pass found sound; a difference is damage that appeared in between.</summary>
internal static class RecordRun
{
    /// <summary>Reads the records of a segment between two offsets.</summary>
    /// <exception cref="CorruptDataException">A record is no longer sound.</exception>
    public static void Read(IFileSystem files, SegmentFile segment, (long From, long To) range, TakeFrame take)
    {
        Debug.Assert(range.From <= range.To, "a range runs forwards");
        if (range.From == range.To)
        {
            return;
        }

        using var reader = new SegmentReader(files, segment);
        for (long offset = range.From; offset < range.To;)
        {
            if (reader.Read(offset, out RecordFrame frame) != FrameStatus.Record)
            {
                throw Changed(segment, offset);
            }

            take(frame);
            offset = frame.NextOffset;
        }
    }

    public static CorruptDataException Changed(SegmentFile segment, long offset) =>
        new(segment.Path, offset, "the record that was read there before", "other bytes");
}

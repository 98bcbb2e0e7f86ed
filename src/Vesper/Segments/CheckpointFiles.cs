using System.Buffers.Binary;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Segments;

/// <summary>
/// The two files by which a checkpoint records what happened to sealed rows up to its LSN: which are dead (tombstones),
/// and which payloads changed (overlay). One section per segment that has any; see docs/formats/checkpoint.md.
/// </summary>
internal sealed class CheckpointFiles(IFileSystem files, string directory, MemoryScope scope)
{
    public const ushort Version = 1;
    private const ushort TombstoneSection = 40;
    private const ushort OverlaySection = 41;

    /// <summary>Writes the dead rows of the segments as of an LSN; null when there are none.</summary>
    public FileReceipt? WriteTombstones(IReadOnlyList<SealedSegment> segments, Lsn at)
    {
        var dead = segments
            .Select(segment => (Segment: segment, Rows: DeadRows(segment, at)))
            .Where(entry => entry.Rows.Length > 0)
            .ToArray();
        if (dead.Length == 0)
        {
            return null;
        }

        using var file = SectionFileWriter.Create(files, NewPath(".tmb"), FileKind.Tombstones, Version);
        for (var index = 0; index < dead.Length; index++)
        {
            var rows = RoaringBitmap.FromSorted(dead[index].Rows);
            var bytes = new byte[rows.SerializedBytes];
            rows.WriteTo(bytes);
            file.Begin(new SectionKey(TombstoneSection, (ushort)index));
            file.Write(dead[index].Segment.Id.Value.ToByteArray(bigEndian: true));
            file.Write(bytes);
            file.End();
        }

        return file.Finish();
    }

    /// <summary>Marks the rows of a tombstone file dead, as of the checkpoint's LSN.</summary>
    public void ReadTombstones(FileReceipt receipt, IReadOnlyList<SealedSegment> segments, Lsn at)
    {
        using var file = Open(receipt, FileKind.Tombstones);
        foreach (var key in file.Sections.Where(key => key.Type == TombstoneSection))
        {
            using var section = file.Section(key, scope);
            var segment = SegmentOf(section, segments);
            var bytes = section.Slice(16, checked((int)(section.Length - 16)));
            if (!RoaringBitmap.TryRead(bytes, segment.Count, out var rows, out var read) || read != bytes.Length)
            {
                throw section.Corrupt(16, $"a bitmap of rows below {segment.Count}", "something else");
            }

            var dead = new int[rows!.Count];
            rows.CopyTo(dead);
            foreach (var row in dead)
            {
                if (!segment.IsAlive(new Ordinal(row), at))
                {
                    throw section.Corrupt(16, "rows that no other section names", $"row {row} again");
                }

                segment.Kill(new Ordinal(row), at);
            }
        }
    }

    /// <summary>Writes the payloads that changed, as of an LSN; null when there are none.</summary>
    public FileReceipt? WriteOverlay(IReadOnlyList<SealedSegment> segments, Lsn at)
    {
        var changed = segments
            .Where(segment => segment.Overlay.Rows.Any(row => segment.Overlay.TryGet(row, at, out _)))
            .ToArray();
        if (changed.Length == 0)
        {
            return null;
        }

        using var file = SectionFileWriter.Create(files, NewPath(".ovl"), FileKind.PayloadOverlay, Version);
        Span<byte> head = stackalloc byte[8];
        for (var index = 0; index < changed.Length; index++)
        {
            var overlay = changed[index].Overlay;
            file.Begin(new SectionKey(OverlaySection, (ushort)index));
            file.Write(changed[index].Id.Value.ToByteArray(bigEndian: true));
            foreach (var row in overlay.Rows.OrderBy(row => row.Value))
            {
                if (overlay.TryGet(row, at, out var payload))
                {
                    BinaryPrimitives.WriteInt32LittleEndian(head, row.Value);
                    BinaryPrimitives.WriteInt32LittleEndian(head[4..], payload.Length);
                    file.Write(head);
                    file.Write(payload);
                }
            }

            file.End();
        }

        return file.Finish();
    }

    /// <summary>Puts the payloads of an overlay file over their rows, as of the checkpoint's LSN.</summary>
    public void ReadOverlay(FileReceipt receipt, IReadOnlyList<SealedSegment> segments, Lsn at)
    {
        using var file = Open(receipt, FileKind.PayloadOverlay);
        foreach (var key in file.Sections.Where(key => key.Type == OverlaySection))
        {
            using var section = file.Section(key, scope);
            var segment = SegmentOf(section, segments);
            for (long offset = 16; offset < section.Length;)
            {
                var row = BinaryPrimitives.ReadInt32LittleEndian(section.Slice(offset, 4));
                var length = BinaryPrimitives.ReadInt32LittleEndian(section.Slice(offset + 4, 4));
                if (row < 0 || row >= segment.Count || length is < 2 or > Limits.PayloadBytes)
                {
                    throw section.Corrupt(
                        offset, $"a row below {segment.Count} and a payload's length", $"{row}, {length}");
                }

                var payload = section.Slice(offset + 8, length);
                if (!Payload.IsValid(payload, out var problem))
                {
                    throw section.Corrupt(offset + 8, "a payload", problem);
                }

                segment.Overlay.Set(new Ordinal(row), at, payload.ToArray(), at);
                offset += 8 + length;
            }
        }
    }

    private static int[] DeadRows(SealedSegment segment, Lsn at) =>
        [.. segment.Deaths().Where(death => death.Lsn <= at.Value).Select(death => death.Row)];

    private static SealedSegment SegmentOf(LazySection section, IReadOnlyList<SealedSegment> segments)
    {
        if (section.Length < 16)
        {
            throw section.Corrupt(0, "a segment id", $"{section.Length} bytes");
        }

        var id = new Guid(section.Slice(0, 16), bigEndian: true);
        return segments.FirstOrDefault(segment => segment.Id.Value == id)
            ?? throw section.Corrupt(0, "the id of a live segment", id.ToString());
    }

    private SectionFileReader Open(FileReceipt receipt, FileKind kind) =>
        SectionFileReader.Open(files, Path.Combine(directory, receipt.Name), kind, Version, receipt);

    private string NewPath(string extension) => Path.Combine(directory, $"{Guid.NewGuid():N}{extension}");
}

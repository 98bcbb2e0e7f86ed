using Vesper.Storage.Files;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>
/// Keeps the bytes that recovery cuts off the log in wal.cut-&lt;lsn&gt;, lsn being the first one they may hold.
/// </summary>
internal sealed class CutFile(WalOptions options, LogPath path, LogScan scan)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>
    /// What is cut: of the segment where the kept part ends its tail, and the segments after it; zeros at an end not.
    /// </summary>
    public List<RecordRange> Parts { get; } = [];

    public long Bytes => Parts.Sum(part => part.To - part.From.Offset);

    public void Find()
    {
        int firstStep = scan.StepEnds.Count == 0 ? 0 : scan.End.Step;
        for (int step = firstStep; step < path.Steps.Count; step++)
        {
            long from = scan.StepEnds.Count > 0 && step == firstStep ? scan.End.Offset : 0;
            using IFile file = options.Files.OpenRead(path.Steps[step].Segment.Path);
            long to = ZeroBytes.EndOfContent(file, from);
            if (to > from)
            {
                Parts.Add(new RecordRange(new LogPosition(step, from), to));
            }
        }
    }

    /// <summary>
    /// Writes the cut bytes and syncs them; null and no file when the disk is full. Gives the file's name.
    /// </summary>
    public string? Write()
    {
        string name = WalFormat.CutName(scan.CommittedLsn + 1);
        if (options.Files.Exists(Path.Combine(options.Directory, name)))
        {
            name += $".{path.Steps[Parts[0].From.Step].Segment.Number}";
        }

        string temporary = Path.Combine(options.Directory, name + ".tmp");
        try
        {
            options.Files.Delete(temporary);
            using (IFile into = options.Files.Create(temporary))
            {
                CopyAll(into);
                into.Sync();
            }

            options.Files.Rename(temporary, Path.Combine(options.Directory, name));
            return name;
        }
        catch (StorageException error) when (error.Code == VesperErrorCode.DiskFull)
        {
            options.Files.Delete(temporary);
            return null;
        }
    }

    private void CopyAll(IFile into)
    {
        byte[] chunk = new byte[ChunkBytes];
        long at = 0;
        foreach (RecordRange part in Parts)
        {
            using IFile file = options.Files.OpenRead(path.Steps[part.From.Step].Segment.Path);
            for (long offset = part.From.Offset; offset < part.To;)
            {
                int read = file.ReadAt(chunk.AsSpan(0, (int)Math.Min(ChunkBytes, part.To - offset)), offset);
                if (read == 0)
                {
                    break;
                }

                into.WriteAt(chunk.AsSpan(0, read), at);
                offset += read;
                at += read;
            }
        }
    }
}

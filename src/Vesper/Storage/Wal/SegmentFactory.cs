using System.Buffers.Binary;
using System.Security.Cryptography;
using Vesper.Storage.Files;

namespace Vesper.Storage.Wal;

/// <summary>
/// Creates segments so that one under its final name is always whole: built as wal-*.tmp, synced, renamed, directory
/// synced.
/// </summary>
internal sealed class SegmentFactory(WalOptions options, uint epoch)
{
    /// <summary>Writes the temporary file. A failure leaves nothing behind and may be tried again.</summary>
    public SegmentWriter Build(SegmentStart start)
    {
        string temporary = Path.Combine(options.Directory, WalFormat.TemporaryName(start.Number));
        string path = Path.Combine(options.Directory, WalFormat.SegmentName(start.Number));
        if (start.Number >= WalFormat.MaxSegmentNumber)
        {
            // Under a name that is no segment's the next opening would not see it.
            throw new CorruptDataException(
                path, 0, $"segment numbers below {WalFormat.MaxSegmentNumber}", $"{start.Number - 1} in the directory");
        }

        options.Files.Delete(temporary);
        IFile file = options.Files.Create(temporary);
        var writer = new SegmentWriter(file, path, HeaderOf(start));
        try
        {
            writer.WriteHeader();
            start.Fill?.Invoke(writer);
            return writer;
        }
        catch
        {
            writer.Dispose();
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Makes a built segment durable under its name. After a failure nobody knows what is on the disk.
    /// </summary>
    public void Publish(SegmentWriter segment)
    {
        segment.Sync();
        string temporary = Path.Combine(options.Directory, WalFormat.TemporaryName(segment.Number));
        options.Files.Rename(temporary, segment.Path);
        options.Files.SyncDirectory(options.Directory);
    }

    private SegmentHeader HeaderOf(SegmentStart start)
    {
        Span<byte> salt = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(salt);
        return new SegmentHeader
        {
            DatabaseId = options.DatabaseId,
            CollectionId = options.CollectionId,
            Number = start.Number,
            PrevLastLsn = start.PrevLastLsn,
            PrevChain = start.PrevChain,
            Epoch = epoch,
            Salt = BinaryPrimitives.ReadUInt64LittleEndian(salt),
            CreatedUnixMicros = options.NowUnixMicros(),
            Supersedes = start.Supersedes,
            InsideBatch = start.InsideBatch,
        };
    }

    private void TryDelete(string path)
    {
        try
        {
            options.Files.Delete(path);
        }
        catch (StorageException)
        {
            // The error that led here says more; the next attempt deletes the file first.
        }
    }
}

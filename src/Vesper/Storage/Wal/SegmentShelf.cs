using System.Diagnostics;

namespace Vesper.Storage.Wal;

/// <summary>The log's own segments that are no longer written: what trimming may delete. Foreign files are never here.</summary>
internal sealed class SegmentShelf(WalOptions options)
{
    private readonly SortedDictionary<long, long> bytesByNumber = [];
    private long bytes;

    /// <summary>Bytes of all of them. Readable from any thread.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>The highest number; 0 when there is none. Readable from any thread.</summary>
    public long LastNumber { get; private set; }

    public void Add(long number, long length)
    {
        Debug.Assert(number > LastNumber, "segments are added in order");
        bytesByNumber.Add(number, length);
        LastNumber = number;
        Volatile.Write(ref bytes, bytes + length);
    }

    /// <summary>Deletes the segments below a number, lowest first, so that what a crash leaves has no hole.</summary>
    public void Trim(long firstNeeded)
    {
        foreach ((long number, long length) in bytesByNumber.TakeWhile(entry => entry.Key < firstNeeded).ToArray())
        {
            options.Files.Delete(Path.Combine(options.Directory, WalFormat.SegmentName(number)));
            bytesByNumber.Remove(number);
            Volatile.Write(ref bytes, bytes - length);
        }
    }
}

using System.Diagnostics;

namespace Vesper.Storage.Wal;

/// <summary>
/// The log's own segments that are no longer written: what trimming may delete. Foreign files are never here.
/// </summary>
internal sealed class SegmentShelf(WalOptions options)
{
    private readonly SortedDictionary<long, long> _bytesByNumber = [];
    private long _bytes;
    private int _count;

    /// <summary>Bytes of all of them. Readable from any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How many there are. Readable from any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(long number, long length)
    {
        Debug.Assert(_bytesByNumber.Count == 0 || number > _bytesByNumber.Keys.Last(), "segments are added in order");
        _bytesByNumber.Add(number, length);
        Volatile.Write(ref _count, _bytesByNumber.Count);
        Volatile.Write(ref _bytes, _bytes + length);
    }

    /// <summary>Deletes the segments below a number, lowest first, so that what a crash leaves has no hole.</summary>
    public void Trim(long firstNeeded)
    {
        foreach ((long number, long length) in _bytesByNumber.TakeWhile(entry => entry.Key < firstNeeded).ToArray())
        {
            options.Files.Delete(Path.Combine(options.Directory, WalFormat.SegmentName(number)));
            _bytesByNumber.Remove(number);
            Volatile.Write(ref _count, _bytesByNumber.Count);
            Volatile.Write(ref _bytes, _bytes - length);
        }
    }
}

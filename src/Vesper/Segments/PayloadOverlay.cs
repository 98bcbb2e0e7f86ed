using System.Collections.Concurrent;

namespace Vesper.Segments;

/// <summary>
/// Payloads that changed after their row was stored, keyed by ordinal, each version with its LSN, newest first. A
/// rewrite of the segment folds them in. One writer, lock-free readers.
/// </summary>
internal sealed class PayloadOverlay
{
    private readonly ConcurrentDictionary<int, Entry> _entries = new();
    private long _bytes;

    /// <summary>Rows that have an entry.</summary>
    public int Count => _entries.Count;

    /// <summary>Bytes of all versions held.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public bool IsEmpty => _entries.IsEmpty;

    public void Set(Ordinal row, Lsn lsn, byte[] payload)
    {
        _entries.TryGetValue(row.Value, out var previous);
        _entries[row.Value] = new Entry(lsn, payload, previous);
        Interlocked.Add(ref _bytes, payload.Length);
    }

    /// <summary>The newest version not above an LSN.</summary>
    public bool TryGet(Ordinal row, Lsn at, out byte[] payload)
    {
        _entries.TryGetValue(row.Value, out var entry);
        while (entry is not null && entry.Lsn > at)
        {
            entry = entry.Previous;
        }

        payload = entry?.Payload ?? [];
        return entry is not null;
    }

    /// <summary>Rows with an entry, in no order.</summary>
    public IEnumerable<Ordinal> Rows => _entries.Select(pair => new Ordinal(pair.Key));

    /// <summary>The row's versions above an LSN, oldest first.</summary>
    public IEnumerable<(Lsn Lsn, byte[] Payload)> VersionsAfter(Ordinal row, Lsn after)
    {
        var versions = new Stack<(Lsn, byte[])>();
        _entries.TryGetValue(row.Value, out var entry);
        for (; entry is not null && entry.Lsn > after; entry = entry.Previous)
        {
            versions.Push((entry.Lsn, entry.Payload));
        }

        return versions;
    }

    private sealed record Entry(Lsn Lsn, byte[] Payload, Entry? Previous);
}

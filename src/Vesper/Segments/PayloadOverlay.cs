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
    private int _count;

    /// <summary>Rows that have an entry.</summary>
    /// <remarks>Counted apart: the dictionary takes all its locks to count, and every payload that is read
    /// asks.</remarks>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of all versions held.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public bool IsEmpty => Count == 0;

    /// <summary>Adds a version, and forgets those that no reader can see any more.</summary>
    /// <param name="row">The row.</param>
    /// <param name="lsn">The write.</param>
    /// <param name="payload">The whole new payload.</param>
    /// <param name="oldestVisible">The oldest LSN that a reader may still ask for.</param>
    public void Set(Ordinal row, Lsn lsn, byte[] payload, Lsn oldestVisible)
    {
        _entries.TryGetValue(row.Value, out var previous);
        _entries[row.Value] = new Entry(lsn, payload) { Previous = previous };
        Volatile.Write(ref _count, previous is null ? _count + 1 : _count);
        Interlocked.Add(ref _bytes, payload.Length);
        while (previous is not null && previous.Lsn > oldestVisible)
        {
            previous = previous.Previous;
        }

        for (var hidden = previous?.Previous; hidden is not null; hidden = hidden.Previous)
        {
            Interlocked.Add(ref _bytes, -hidden.Payload.Length);
        }

        if (previous is not null)
        {
            previous.Previous = null;
        }
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

    private sealed class Entry(Lsn lsn, byte[] payload)
    {
        private Entry? _previous;

        public Lsn Lsn => lsn;

        public byte[] Payload => payload;

        public Entry? Previous
        {
            get => Volatile.Read(ref _previous);
            set => Volatile.Write(ref _previous, value);
        }
    }
}

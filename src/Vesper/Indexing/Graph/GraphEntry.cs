using System.Diagnostics;

namespace Vesper.Indexing.Graph;

/// <summary>Where walks of a graph begin, and which nodes they may meet. Thread-safe; reading takes no lock.</summary>
internal sealed class GraphEntry(EntryPoint entry, int begun)
{
    private readonly Lock _raising = new();
    private long _entry = Pack(entry);
    private int _begun = begun;

    /// <summary>Nodes whose insertion has begun lie below this number.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>The entry point now, of a quiescent graph or for a glance.</summary>
    public EntryPoint Entry => Unpack(Volatile.Read(ref _entry));

    /// <summary>An entry point and a bound above it and above every node that is fully inserted now.</summary>
    /// <remarks>
    /// A row raises the bound before anything leads to it, and the bound is read second: the entry lies below it.
    /// </remarks>
    public (EntryPoint Entry, int Bound) Read()
    {
        var entry = Entry;
        var bound = Begun;
        Debug.Assert(entry.Node < bound || entry.IsNone, "A row begins before it becomes the entry point.");
        return (entry, bound);
    }

    /// <summary>Raises the bound above a row, before anything leads to it.</summary>
    public void Begin(int row)
    {
        var begun = Begun;
        while (begun <= row)
        {
            begun = Interlocked.CompareExchange(ref _begun, row + 1, begun);
        }
    }

    /// <summary>Makes a node the first, unless another was before.</summary>
    public bool TryStart(EntryPoint root)
    {
        lock (_raising)
        {
            if (!Entry.IsNone)
            {
                return false;
            }

            Volatile.Write(ref _entry, Pack(root));
            return true;
        }
    }

    /// <summary>Makes a node the entry point when it reaches higher than the present one.</summary>
    public void Raise(EntryPoint higher)
    {
        lock (_raising)
        {
            if (higher.Level > Entry.Level)
            {
                Volatile.Write(ref _entry, Pack(higher));
            }
        }
    }

    private static long Pack(EntryPoint entry) => ((long)entry.Level << 32) | (uint)entry.Node;

    private static EntryPoint Unpack(long packed) => new((int)packed, (int)(packed >> 32));
}

namespace Vesper.Indexing.Ivf.Lists;

/// <summary>
/// Inverted lists as a search reads them. Thread-safe. Counted by reference, since a search may outlive their place in
/// an index.
/// </summary>
internal abstract class InvertedLists : IDisposable
{
    private int _references = 1;

    /// <summary>Lists, empty ones included.</summary>
    public abstract int Count { get; }

    /// <summary>Bytes of one block of 32 rows.</summary>
    public abstract int BlockBytes { get; }

    /// <summary>Entries of a list, removed ones included.</summary>
    public abstract int LengthOf(int list);

    /// <summary>The pieces of a list, in the order of its entries; none is empty.</summary>
    /// <param name="list">0 ≤ list &lt; <see cref="Count"/>.</param>
    public ListPieces PiecesOf(int list) => new(this, list);

    /// <summary>A piece of a list by its number; empty behind the last.</summary>
    protected internal abstract ListPiece Piece(int list, int number);

    /// <summary>Takes a reference, unless the last was given back.</summary>
    public bool TryHold()
    {
        for (var references = Volatile.Read(ref _references); references > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    /// <summary>Gives a reference back; the last one frees the memory.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Free();
        }
    }

    /// <summary>Frees the memory; called once, when no one holds the lists.</summary>
    protected abstract void Free();
}

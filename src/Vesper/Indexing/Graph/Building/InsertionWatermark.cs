namespace Vesper.Indexing.Graph.Building;

/// <summary>How many first rows are all in, when rows are finished in any order. Thread-safe.</summary>
internal sealed class InsertionWatermark(GraphLinks links, int count)
{
    private readonly Lock _advancing = new();
    private int _count = count;

    /// <summary>All rows below this number are in.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Notes that a row is in.</summary>
    public void Complete(int row)
    {
        links.Complete(row);
        lock (_advancing)
        {
            var count = _count;
            while (links.IsComplete(count))
            {
                count++;
            }

            Volatile.Write(ref _count, count);
        }
    }
}

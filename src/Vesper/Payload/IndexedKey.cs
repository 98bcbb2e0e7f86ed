namespace Vesper.Payloads;

/// <summary>A key and a row that has it; ordered by key, then row.</summary>
internal readonly record struct IndexedKey(long Key, int Row) : IComparable<IndexedKey>
{
    public int CompareTo(IndexedKey other)
    {
        var order = Key.CompareTo(other.Key);
        return order != 0 ? order : Row.CompareTo(other.Row);
    }
}
